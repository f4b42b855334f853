"""How far the books went at a moment, and which parts of them changed since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session

from accounts.models import Membership
from audit.flags.rule import ALL
from audit.flags.rules.hours import month_key
from core.types import Json
from ledger.models import (
    Approval,
    BankStatement,
    CostCentre,
    CostCentreKind,
    Document,
    Payee,
    Transfer,
    Voucher,
)
from projects.models import Review

# What is written by a transaction that began earlier may be seen later: the last minutes are
# looked at twice.
OVERLAP = timedelta(minutes=10)
RECENT = 50_000
# With more of them it is quicker to look at everything.
MOST = 5_000
_TABLES: dict[str, tuple[Any, Any]] = {
    "transfer": (Transfer.id, Transfer.recorded_at),
    "voucher": (Voucher.id, Voucher.requested_at),
    "document": (Document.id, Document.added_at),
    "approval": (Approval.id, Approval.at),
    "statement": (BankStatement.id, BankStatement.imported_at),
    "membership": (Membership.id, Membership.granted_at),
}


def marks(session: Session, now: datetime) -> Json:
    """How far each table goes: the newest rows that are surely complete."""
    until = now - OVERLAP
    found: Json = {"at": until.astimezone(UTC).isoformat()}
    for name, (ident, at) in _TABLES.items():
        newest = session.scalar(select(func.max(ident))) or 0
        below = max(newest - RECENT, 0)
        settled = select(func.max(ident)).where(ident > below, at <= until)
        found[name] = session.scalar(settled) or below
    return found


@dataclass
class Touched:
    """The parts that changed since ``since``, worked out as they are asked for."""

    session: Session
    since: Json
    _known: dict[str, Collection[Any] | None] = field(default_factory=dict)

    def of(self, scope: str) -> Collection[Any] | None:
        """The changed parts of a kind; None when everything has to be looked at."""
        if scope == ALL:
            return None
        if scope not in self._known:
            found = getattr(self, f"_{scope}s")()
            self._known[scope] = found if len(found) <= MOST else None
        return self._known[scope]

    @cached_property
    def _at(self) -> datetime:
        return datetime.fromisoformat(self.since["at"])

    def _new(self, name: str) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = _TABLES[name][0] > self.since[name]
        return condition

    def _vouchers(self) -> Select[int]:
        """Vouchers that are new, were decided, booked, paid, undone, or got a paper."""
        since = or_(self._new("voucher"), Voucher.decided_at >= self._at)
        parts = (
            select(Voucher.id).where(since),
            select(Voucher.reverses_id).where(since, Voucher.reverses_id.is_not(None)),
            select(Transfer.voucher_id).where(
                self._new("transfer"), Transfer.voucher_id.is_not(None)
            ),
            select(Document.voucher_id).where(self._new("document")),
            select(Approval.voucher_id).where(self._new("approval")),
        )
        ids = union(*parts).subquery()
        return select(ids.c[0])

    def _payees(self) -> set[int]:
        paid = select(Voucher.payee_id).where(
            Voucher.id.in_(self._vouchers()), Voucher.payee_id.is_not(None)
        )
        related = (
            select(Payee.id)
            .join(Membership, Membership.organisation_id == Payee.organisation_id)
            .where(self._new("membership"))
        )
        reviewed = (
            select(Voucher.payee_id)
            .join(CostCentre, CostCentre.id == Voucher.cost_centre_id)
            .join(Review, Review.project_id == CostCentre.ref)
            .where(
                CostCentre.kind == CostCentreKind.PROJECT,
                Review.answered_at >= self._at,
                Voucher.payee_id.is_not(None),
            )
        )
        return {
            one for rows in (paid, related, reviewed) for one in self.session.scalars(rows) if one
        }

    def _funds(self) -> set[int]:
        rows = select(Voucher.fund_id).where(Voucher.id.in_(self._vouchers())).distinct()
        return set(self.session.scalars(rows))

    def _numbers(self) -> set[str]:
        rows = select(Document.number_key).where(
            Document.number_key != "", Document.voucher_id.in_(self._vouchers())
        )
        return set(self.session.scalars(rows.distinct()))

    def _months(self) -> set[str]:
        rows = select(Approval.person_id, Approval.at).where(self._new("approval"))
        return {month_key(person, at) for person, at in self.session.execute(rows)}

    def _accounts(self) -> set[int]:
        rows = select(BankStatement.bank_account_id).where(self._new("statement"))
        return set(self.session.scalars(rows.distinct()))
