"""What the clock does with payments: it asks again where an answer is missing, and sends back what
is to go back. Each step may be killed and is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import and_, func, or_, select

from core.db import db
from core.errors import DomainError
from core.jobs import every_minute
from sponsorship.models import Payment, Pledge, ProviderEvent, Refund
from sponsorship.payments import events, following
from sponsorship.payments.providers import providers
from sponsorship.payments.providers.protocol import Unreachable
from sponsorship.payments.services.paying import LIVE
from sponsorship.states import PAYABLE, PaymentState, RefundState

log = structlog.get_logger()
T = TypeVar("T", int, str)
MOST = 50
# Whoever pays is asked about by messages; the clock asks for those that were lost.
SOON = timedelta(minutes=1)
LATER = timedelta(minutes=15)
TRIES = 20


@every_minute("sponsorship.payments")
def run(now: datetime) -> None:
    """Everything that waits for a provider."""
    asked = [name for name in providers() if name != "bank"]
    if not asked:
        return
    _each("refund", refunds_to_send(asked), following.send, now)
    _each("payment", payments_to_follow(asked, now), following.follow, now)
    _each("event", events_to_work(asked, now), events.work, now)


def refunds_to_send(names: list[str]) -> list[int]:
    """Refunds that are approved and that no provider has yet."""
    rows = select(Refund.id).where(
        Refund.state == RefundState.SENT,
        Refund.provider_ref.is_(None),
        Refund.provider.in_(names),
    )
    return list(db.session.scalars(rows.order_by(Refund.id).limit(MOST)))


def payments_to_follow(names: list[str], now: datetime) -> list[int]:
    """Payments under way of which nothing was heard: at once those that nobody asked the provider
    for, that it holds, or whose pledge has ended; the others now and then."""
    heard = func.coalesce(Payment.checked_at, Payment.created_at)
    urgent = or_(
        Payment.state.in_((PaymentState.CREATED, PaymentState.AUTHORISED)),
        Pledge.state.not_in(PAYABLE),
    )
    rows = (
        select(Payment.id)
        .join(Pledge, Pledge.id == Payment.pledge_id)
        .where(
            Payment.state.in_(LIVE),
            Payment.provider.in_(names),
            or_(heard <= now - LATER, and_(urgent, heard <= now - SOON)),
        )
        .order_by(heard, Payment.id)
        .limit(MOST)
    )
    return list(db.session.scalars(rows))


def events_to_work(names: list[str], now: datetime) -> list[str]:
    """Messages about which the provider did not answer when they came."""
    rows = select(ProviderEvent.event_id).where(
        ProviderEvent.status == events.Status.WAITING,
        ProviderEvent.provider.in_(names),
        ProviderEvent.tries < TRIES,
        ProviderEvent.received_at <= now - SOON,
    )
    return list(db.session.scalars(rows.order_by(ProviderEvent.received_at).limit(MOST)))


def _each(
    what: str, idents: Iterable[T], verb: Callable[[T, datetime], object], now: datetime
) -> None:
    """One that does not work now must not keep the others waiting."""
    for ident in idents:
        try:
            verb(ident, now)
        except (DomainError, Unreachable) as error:
            log.warning("payments.waits", reason=str(error), **{what: ident})
