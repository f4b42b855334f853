"""Transfers for the office: what waits for a second person, and what is to be sent back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, contains_eager

from accounts.models import Area, Person
from accounts.queries import within
from ledger.models import BankLine
from sponsorship.models import (
    BankConfirmation,
    BankReturn,
    GuidanceCall,
    Opening,
    Payment,
    Pledge,
    Refund,
    pledge_number,
)
from sponsorship.states import PAYABLE, RefundState

MOST = 100
Paths = tuple[str, ...]
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transfer, in or out, that one person has entered and another one confirms."""

    id: int
    pledge_id: int
    payment_id: int
    amount: int
    currency: str
    on: date
    line_id: int | None
    said: str
    reference: str
    by_id: int
    by: str
    late: bool

    @property
    def pledge(self) -> str:
        """The number by which people call the pledge."""
        return pledge_number(self.pledge_id)


@dataclass(frozen=True, slots=True)
class ToSend:
    """A refund that the office has to transfer back."""

    refund_id: int
    payment_id: int
    pledge_id: int
    amount: int
    currency: str
    reason: str
    since: datetime | None
    reference: str

    @property
    def pledge(self) -> str:
        """The number by which people call the pledge."""
        return pledge_number(self.pledge_id)


def _in_calls(rows: Select[*Ts], paths: Paths) -> Select[*Ts]:
    """Joins pledges (there already) to their calls, of these areas and below."""
    return (
        rows.join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(within(paths))
    )


def to_confirm(session: Session, paths: Paths) -> list[Waiting]:
    """The transfers that have arrived, as one person said, the oldest first."""
    rows = (
        select(BankConfirmation, Payment, Person.name, BankLine.reference, BankLine.text)
        .join(Payment, Payment.id == BankConfirmation.payment_id)
        .join(Pledge, Pledge.id == Payment.pledge_id)
        .join(Person, Person.id == BankConfirmation.asked_by_id)
        .outerjoin(BankLine, BankLine.id == BankConfirmation.bank_line_id)
        .options(contains_eager(Payment.pledge))
        .where(BankConfirmation.confirmed_at.is_(None))
        .order_by(BankConfirmation.id)
        .limit(MOST)
    )
    return [
        Waiting(
            id=said.id,
            amount=said.amount,
            on=said.arrived_on,
            late=payment.pledge.state not in PAYABLE,
            **_alike(said, payment, *about),
        )
        for said, payment, *about in session.execute(_in_calls(rows, paths))
    ]


def sent_to_confirm(session: Session, paths: Paths) -> list[Waiting]:
    """The refunds that were sent, as one person said, the oldest first."""
    rows = (
        select(BankReturn, Refund, Payment, Person.name, BankLine.reference, BankLine.text)
        .join(Refund, Refund.id == BankReturn.refund_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Pledge, Pledge.id == Payment.pledge_id)
        .join(Person, Person.id == BankReturn.asked_by_id)
        .outerjoin(BankLine, BankLine.id == BankReturn.bank_line_id)
        .where(BankReturn.confirmed_at.is_(None))
        .order_by(BankReturn.refund_id)
        .limit(MOST)
    )
    return [
        Waiting(
            id=refund.id,
            amount=refund.amount,
            on=said.sent_on,
            late=payment.late,
            **_alike(said, payment, *about),
        )
        for said, refund, payment, *about in session.execute(_in_calls(rows, paths))
    ]


def _alike(
    said: BankConfirmation | BankReturn,
    payment: Payment,
    name: str | None,
    reference: str | None,
    text: str | None,
) -> dict[str, Any]:
    return {
        "pledge_id": payment.pledge_id,
        "payment_id": payment.id,
        "currency": payment.currency,
        "line_id": said.bank_line_id,
        "said": f"{reference or ''} {text or ''}".strip(),
        "reference": payment.reference,
        "by_id": said.asked_by_id,
        "by": name or "",
    }


def to_send(session: Session, paths: Paths) -> list[ToSend]:
    """The refunds that nobody has transferred back yet, the oldest first."""
    rows = (
        select(Refund, Payment)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Pledge, Pledge.id == Payment.pledge_id)
        .where(
            Refund.provider == "bank",
            Refund.state == RefundState.SENT,
            ~exists().where(BankReturn.refund_id == Refund.id),
        )
        .order_by(Refund.id)
        .limit(MOST)
    )
    return [
        ToSend(
            refund_id=refund.id,
            payment_id=payment.id,
            pledge_id=payment.pledge_id,
            amount=refund.amount,
            currency=payment.currency,
            reason=refund.reason,
            since=refund.sent_at,
            reference=payment.reference,
        )
        for refund, payment in session.execute(_in_calls(rows, paths))
    ]
