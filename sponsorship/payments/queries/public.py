"""What everybody sees of payment services and of transfers: how far they agree with the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sponsorship.firewall import not_under_vote
from sponsorship.models import BankConfirmation, Opening, Payment, Pledge, Reconciliation
from sponsorship.payments.services.reconciling import RECONCILED
from transparency.log import Entry, timeline

RUNS = 14


@dataclass(frozen=True, slots=True)
class Alone:
    """Movements of one currency that only one side has, and their net in minor units."""

    currency: str
    lines: int
    net: int


@dataclass(frozen=True, slots=True)
class Run:
    """A comparison as the public record has it."""

    at: datetime
    lines: int
    matched: int
    mended: int
    unmatched: list[Alone]
    missing: list[Alone]
    number: int
    url: str | None

    @property
    def clean(self) -> bool:
        """Whether both sides have the same."""
        return not self.unmatched and not self.missing


@dataclass(frozen=True, slots=True)
class Service:
    """A payment service and its last runs, the newest first."""

    name: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Transfers:
    """Transfers that two people have confirmed, and how many of them by a line of the bank."""

    confirmed: int
    by_line: int


def services(session: Session) -> list[Service]:
    """Every service that was compared with the books: a query for each, and one."""
    names = select(Reconciliation.provider).distinct().order_by(Reconciliation.provider)
    found = []
    for name in session.scalars(names).all():
        entries = timeline(session, ("provider", name), types=(RECONCILED,), limit=RUNS)
        found.append(Service(name, [_run(entry) for entry in entries]))
    return found


def _run(entry: Entry) -> Run:
    body = entry.body
    return Run(
        at=entry.at,
        lines=body["lines"],
        matched=body["matched"],
        mended=body["mended"],
        unmatched=_alone(body["unmatched"]),
        missing=_alone(body["missing"]),
        number=entry.number,
        url=entry.url,
    )


def _alone(said: Mapping[str, Any]) -> list[Alone]:
    return [Alone(code, one["lines"], one["net"]) for code, one in sorted(said.items())]


def transfers(session: Session) -> Transfers:
    """Transfers that were confirmed, except for projects under vote."""
    rows = (
        select(func.count(), func.count(BankConfirmation.bank_line_id))
        .select_from(BankConfirmation)
        .join(Payment, Payment.id == BankConfirmation.payment_id)
        .join(Pledge, Pledge.id == Payment.pledge_id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .where(BankConfirmation.confirmed_at.is_not(None), not_under_vote())
    )
    return Transfers(*tuple(session.execute(rows).one()))
