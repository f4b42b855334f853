"""What a crash, a lost message or a silent provider has left: it is asked for anew, and booked.

Between transactions, never in one; each step may be killed and done again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Select, select

from core.db import db
from core.errors import DomainError
from sponsorship.models import Payment, ProviderLine, Refund
from sponsorship.payments.events import look_again
from sponsorship.payments.following import follow, send
from sponsorship.payments.providers.protocol import PaymentProvider, ProviderError, Topic
from sponsorship.payments.services.balance_lines import NOT_BOOKED, UNKNOWN
from sponsorship.payments.services.paying import LIVE
from sponsorship.states import PaymentState, RefundState

log = structlog.get_logger()
T = TypeVar("T")
STUCK = timedelta(minutes=10)
RECENT = timedelta(days=14)
MOST = 500  # of each kind in one run: the next run goes on


def mend_payments(one: PaymentProvider, now: datetime) -> int:
    """Ask how far the payments are that have not ended; gives how many are settled by that."""
    rows = (
        select(Payment.id)
        .where(
            Payment.provider == one.name,
            Payment.state.in_(LIVE),
            Payment.created_at < now - STUCK,
        )
        .order_by(Payment.checked_at.is_not(None), Payment.checked_at, Payment.id)
        .limit(MOST)
    )
    settled = 0
    for payment_id in _read(rows):
        if _done(partial(follow, payment_id, now), payment=payment_id):
            db.session.rollback()
            settled += db.session.get_one(Payment, payment_id).state == PaymentState.PAID
    return settled


def mend_refunds(one: PaymentProvider, now: datetime) -> int:
    """Ask how far the refunds are that were sent, and send those that never were; gives how many
    are done by that."""
    rows = (
        select(Refund.id)
        .where(
            Refund.provider == one.name,
            Refund.state == RefundState.SENT,
            Refund.sent_at < now - STUCK,
        )
        .order_by(Refund.id)
        .limit(MOST)
    )
    done = 0
    for refund_id in _read(rows):
        if _done(partial(_ask_refund, one, refund_id, now), refund=refund_id):
            db.session.rollback()
            done += db.session.get_one(Refund, refund_id).state == RefundState.DONE
    return done


def _ask_refund(one: PaymentProvider, refund_id: int, now: datetime) -> None:
    ref = db.session.get_one(Refund, refund_id).provider_ref
    if ref:
        look_again(one, Topic.REFUND, ref, now)
    else:
        send(refund_id, now)


def mend_lines(one: PaymentProvider, now: datetime) -> int:
    """Ask what the lines are about that the books do not have; gives how many are booked by that.
    Older lines were asked for often enough, and wait for a person."""
    rows = (
        select(ProviderLine.provider_ref)
        .where(
            ProviderLine.provider == one.name,
            ProviderLine.group_key == "",
            ProviderLine.problem.in_((NOT_BOOKED, UNKNOWN)),
            ProviderLine.seen_at > now - RECENT,
        )
        # A payout is booked by what it is made of, once all of that is known.
        .order_by(ProviderLine.type == Topic.PAYOUT, ProviderLine.seen_at.desc())
        .limit(MOST)
    )
    booked = 0
    for ref in _read(rows):
        booked += _done(partial(_look, one, ref, now), line=ref)
    return booked


def _look(one: PaymentProvider, ref: str, now: datetime) -> bool:
    line = db.session.get_one(ProviderLine, ref)
    return look_again(one, Topic(line.type), line.source_ref, now) == ""


def _read(rows: Select[T]) -> list[T]:
    found = list(db.session.scalars(rows))
    db.session.rollback()
    return found


def _done(step: Callable[[], object], **about: object) -> bool:
    """Whether a step came to its end, with anything but a no; what keeps one does not keep the
    others."""
    try:
        return step() is not False
    except (ProviderError, DomainError) as error:
        log.warning("payments.not_mended", reason=str(error), **about)
        return False
