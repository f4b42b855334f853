"""What of payment services waits for a person, and what of transfers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from accounts.queries import within
from core.i18n import Localized, localize
from ledger.models import BankAccount, Fund
from sponsorship.models import GuidanceCall, ProviderEvent, ProviderLine, Reconciliation
from sponsorship.payments.events import Status
from sponsorship.payments.queries.transfers import MOST, Paths

_OPEN = (Status.FAILED, Status.WAITING)


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account to which sponsors transfer, and whether payers are told enough of it."""

    id: int
    name: Localized
    number: str
    described: bool


def events_to_look_at(session: Session) -> list[ProviderEvent]:
    """Messages that could not be worked on, the newest first."""
    rows = select(ProviderEvent).where(ProviderEvent.status.in_(_OPEN))
    return list(session.scalars(rows.order_by(ProviderEvent.received_at.desc()).limit(MOST)))


def last_compared(session: Session) -> list[tuple[str, datetime]]:
    """The services that were compared with the books, and when each was asked the last time."""
    rows = (
        select(Reconciliation.provider, func.max(Reconciliation.started_at))
        .where(Reconciliation.ended_at.is_not(None))
        .group_by(Reconciliation.provider)
        .order_by(Reconciliation.provider)
    )
    return [(name, at) for name, at in session.execute(rows)]


def counts(session: Session) -> tuple[int, int]:
    """How many lines have no counterpart in the books, and how many messages wait."""
    lines = select(func.count()).select_from(ProviderLine).where(ProviderLine.group_key == "")
    events = select(func.count()).select_from(ProviderEvent).where(ProviderEvent.status.in_(_OPEN))
    return session.scalar(lines) or 0, session.scalar(events) or 0


def accounts_of_calls(session: Session, paths: Paths) -> list[Account]:
    """The bank accounts at which the money of calls in these areas arrives."""
    rows = (
        select(BankAccount)
        .join(Fund, Fund.bank_account_id == BankAccount.id)
        .join(GuidanceCall, GuidanceCall.fund_id == Fund.id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(within(paths))
        .order_by(BankAccount.id)
        .limit(MOST)
    )
    found = dict.fromkeys(session.scalars(rows))
    return [
        Account(one.id, localize(one.name), one.number, bool(one.payment_details)) for one in found
    ]
