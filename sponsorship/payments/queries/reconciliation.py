"""What a provider's balance and the books have in common, and what only one of them has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from sponsorship.models import Dispute, Payment, Payout, ProviderLine, Refund
from sponsorship.states import PaymentState, RefundState

Sums = dict[str, tuple[int, int]]  # by currency: how many, and their net in minor units


@dataclass(frozen=True, slots=True)
class Comparison:
    """A provider's ``lines``, of which ``unmatched`` are not in the books; ``missing`` are
    movements of the books that it does not have."""

    lines: int
    unmatched: Sums
    missing: Sums

    @property
    def alone(self) -> int:
        """How many lines have no counterpart in the books."""
        return sum(number for number, _net in self.unmatched.values())

    @property
    def lacking(self) -> int:
        """How many movements of the books have no line."""
        return sum(number for number, _net in self.missing.values())


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A movement of the books that the provider does not have."""

    what: str  # payment, refund, dispute or payout
    ref: str
    net: int
    currency: str
    at: datetime


def compare(session: Session, provider: str, before: datetime) -> Comparison:
    """Compare all that was kept of a provider with what was booked ``before`` it was asked; three
    queries."""
    number = select(func.count()).select_from(ProviderLine).where(ProviderLine.provider == provider)
    alone = (
        select(ProviderLine.currency, func.count(), func.sum(ProviderLine.net))
        .where(ProviderLine.provider == provider, ProviderLine.group_key == "")
        .group_by(ProviderLine.currency)
    )
    booked = _booked(provider, before)
    lacking = (
        select(booked.c.currency, func.count(), func.sum(booked.c.net))
        .where(~_has_line(provider, booked))
        .group_by(booked.c.currency)
    )
    return Comparison(
        lines=session.scalar(number) or 0,
        unmatched={code: (n, int(net)) for code, n, net in session.execute(alone)},
        missing={code: (n, int(net)) for code, n, net in session.execute(lacking)},
    )


def missing_rows(
    session: Session, provider: str, before: datetime, most: int = 100
) -> list[MissingRow]:
    """The movements of the books without a line, the oldest first."""
    booked = _booked(provider, before)
    rows = (
        select(booked.c.what, booked.c.ref, booked.c.net, booked.c.currency, booked.c.at)
        .where(~_has_line(provider, booked))
        .order_by(booked.c.at, booked.c.key)
        .limit(most)
    )
    return [MissingRow(*tuple(row)) for row in session.execute(rows)]


def unmatched_lines(session: Session, most: int = 100) -> list[ProviderLine]:
    """The lines of all providers without a counterpart in the books, the oldest first."""
    rows = (
        select(ProviderLine)
        .where(ProviderLine.group_key == "")
        .order_by(ProviderLine.occurred_at, ProviderLine.provider_ref)
        .limit(most)
    )
    return list(session.scalars(rows))


def _has_line(provider: str, booked: Subquery) -> ColumnElement[bool]:
    return exists().where(ProviderLine.provider == provider, ProviderLine.group_key == booked.c.key)


def _booked(provider: str, before: datetime) -> Subquery:
    """Everything that moved at a provider by the books: ``what`` it was of which ``ref``, the
    ``key`` of its group (as ``sponsorship.payments.keys`` makes them), ``net``, and when."""
    payments = select(
        *_columns("payment", Payment.id, _of_pledge(":settle:", Payment.id)),
        (Payment.captured - Payment.fee).label("net"),
        Payment.currency,
        Payment.settled_at.label("at"),
    ).where(
        Payment.provider == provider,
        Payment.state == PaymentState.PAID,
        Payment.settled_at < before,
    )
    tries = _text(":refund:", Refund.id, ":paid:", Refund.tries)
    refunds = (
        select(
            *_columns("refund", Refund.id, _of_pledge(tries)),
            (-Refund.amount).label("net"),
            Payment.currency,
            Refund.ended_at.label("at"),
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.provider == provider,
            Refund.state == RefundState.DONE,
            Refund.ended_at < before,
        )
    )
    payouts = select(
        *_columns("payout", Payout.provider_ref, _text("payout:", Payout.provider_ref)),
        (-Payout.amount).label("net"),
        Payout.currency,
        Payout.booked_at.label("at"),
    ).where(Payout.provider == provider, Payout.booked_at < before)
    sides = [
        _disputes(provider, before, "taken", Dispute.withdrawn, -Dispute.amount - Dispute.fee),
        _disputes(provider, before, "returned", Dispute.reinstated, Dispute.amount.expression),
    ]
    return union_all(payments, refunds, payouts, *sides).subquery("booked")


def _disputes(
    provider: str,
    before: datetime,
    step: str,
    happened: Any,
    net: ColumnElement[int],
) -> Any:
    key = _of_pledge(":dispute:", Dispute.id, f":{step}")
    return (
        select(
            *_columns("dispute", Dispute.id, key),
            net.label("net"),
            Payment.currency,
            Dispute.opened_at.label("at"),
        )
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(and_(Payment.provider == provider, happened.is_(True), Dispute.opened_at < before))
    )


def _columns(what: str, ref: Any, key: ColumnElement[str]) -> tuple[Any, ...]:
    return literal(what).label("what"), cast(ref, String).label("ref"), key.label("key")


def _of_pledge(*parts: Any) -> ColumnElement[str]:
    return _text("pledge:", Payment.pledge_id, *parts)


def _text(*parts: Any) -> ColumnElement[str]:
    """Texts and columns, one behind the other."""
    said = [literal(one) if isinstance(one, str) else cast(one, String) for one in parts]
    joined: ColumnElement[str] = said[0]
    for one in said[1:]:
        joined = joined + one
    return joined
