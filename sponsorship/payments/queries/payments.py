"""Payments, refunds and disputes as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Area
from core.i18n import Message
from sponsorship.models import Dispute, GuidanceCall, Instalment, Opening, Payment, Pledge, Refund
from sponsorship.payments.services.paying import LIVE
from sponsorship.payments.words import (
    DISPUTE_STATES,
    DISPUTED,
    METHODS,
    REASONS,
    REFUND_STATES,
    STATES,
)
from sponsorship.states import DisputeState, RefundState

PER_PAGE = 50
States = Mapping[str, tuple[Message, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A payment, a refund or a dispute in words; minor units of ``currency``."""

    id: int
    payment_id: int
    pledge: str
    state: str
    label: Message
    tone: str
    amount: int
    currency: str
    at: datetime
    how: Message
    part: int = 0  # the instalment's number
    words: Message = ""  # what went wrong, or why
    late: bool = False
    live: bool = False
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list."""

    rows: list[Row]
    number: int
    pages: int


def of_pledge(session: Session, pledge_id: int) -> list[Row]:
    """The payments of a pledge, the last one first."""
    rows = (
        select(Payment)
        .where(Payment.pledge_id == pledge_id)
        .options(joinedload(Payment.instalment), joinedload(Payment.pledge))
    )
    return [_payment(one) for one in session.scalars(rows.order_by(Payment.id.desc()).limit(200))]


def refunds_of(session: Session, payment_id: int) -> list[Row]:
    """What goes back of a payment."""
    rows = select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)
    rows = rows.options(joinedload(Refund.payment).joinedload(Payment.pledge))
    return [_refund(one) for one in session.scalars(rows.limit(200))]


def disputes_of(session: Session, payment_id: int) -> list[Dispute]:
    """What the payer's bank took back of a payment."""
    rows = select(Dispute).where(Dispute.payment_id == payment_id).order_by(Dispute.id)
    return list(session.scalars(rows.limit(50)))


def to_pay(pledge: Pledge) -> list[Instalment]:
    """The instalments of which something is missing."""
    return [one for one in pledge.instalments if one.paid < one.amount]


def listed(session: Session, paths: Sequence[str], number: int, state: str = "") -> Page:
    """The payments of some areas and below, the last one first."""
    wanted = [within(paths)]
    if state in STATES:
        wanted.append(Payment.state == state)
    rows = (
        joined(select(Payment))
        .where(*wanted)
        .options(joinedload(Payment.pledge), joinedload(Payment.instalment))
        .order_by(Payment.id.desc())
    )
    total = session.scalar(joined(select(func.count(Payment.id))).where(*wanted)) or 0
    pages = max(-(-total // PER_PAGE), 1)
    number = min(max(number, 1), pages)
    found = session.scalars(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page([_payment(one) for one in found], number, pages)


def waiting_refunds(session: Session, paths: Sequence[str]) -> list[Row]:
    """Refunds of some areas that wait for somebody's decision, or have failed."""
    wanted = Refund.state.in_((RefundState.ASKED, RefundState.FAILED))
    rows = joined(select(Refund).join(Payment, Payment.id == Refund.payment_id))
    rows = rows.where(within(paths), wanted).order_by(Refund.id).limit(PER_PAGE)
    rows = rows.options(joinedload(Refund.payment).joinedload(Payment.pledge))
    return [_refund(one) for one in session.scalars(rows)]


def open_disputes(session: Session, paths: Sequence[str]) -> list[Row]:
    """Disputes of some areas that wait for an answer."""
    rows = joined(select(Dispute).join(Payment, Payment.id == Dispute.payment_id))
    rows = rows.where(within(paths), Dispute.state == DisputeState.OPEN)
    rows = rows.options(joinedload(Dispute.payment).joinedload(Payment.pledge))
    return [_dispute(one) for one in session.scalars(rows.order_by(Dispute.id).limit(PER_PAGE))]


def within(paths: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a call's area is one of these or lies below one of them."""
    return or_(false(), *(Area.path.startswith(path, autoescape=True) for path in paths))


def joined(rows: Any) -> Any:
    """Reach from payments to the area of the call that they are for."""
    return (
        rows.join(Pledge, Pledge.id == Payment.pledge_id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
    )


def _payment(one: Payment) -> Row:
    return replace(
        _row(one, one, STATES),
        amount=one.captured or one.amount,
        at=one.settled_at or one.created_at,
        part=one.instalment.number,
        words=one.problem,
        late=one.late,
        live=one.state in LIVE,
        refunded=one.refunded,
    )


def _refund(one: Refund) -> Row:
    at = one.ended_at or one.sent_at or one.asked_at
    words = REASONS.get(one.reason, one.reason)
    return replace(_row(one, one.payment, REFUND_STATES), at=at, words=words)


def _dispute(one: Dispute) -> Row:
    at = one.respond_by or one.opened_at
    return replace(
        _row(one, one.payment, DISPUTE_STATES), at=at, words=DISPUTED.get(one.reason, one.reason)
    )


def _row(one: Payment | Refund | Dispute, payment: Payment, states: States) -> Row:
    label, tone = states[one.state]
    return Row(
        id=one.id,
        payment_id=payment.id,
        pledge=payment.pledge.number,
        state=one.state,
        label=label,
        tone=tone,
        amount=one.amount,
        currency=payment.currency,
        at=payment.created_at,
        how=METHODS.get(payment.method) or METHODS["card"],
    )
