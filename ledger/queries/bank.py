"""What pages read of bank accounts: how much of both sides fits, and which lines do not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from accounts.queries import within
from core.types import Texts
from ledger.models import BankAccount, BankLine, BankMatch, BankStatement, Fund
from ledger.queries.movements import PATIENCE, expected, movements, unmatched

FundIds: TypeAlias = Collection[int] | Select[tuple[int]]
Counted: TypeAlias = dict[int, tuple[int, int, int]]  # lines, unmatched, missing by account


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """How far the statements of one bank account and the ledger agree.

    ``lines`` of the bank, of which ``unmatched`` have no line of the ledger; ``missing`` lines of
    the ledger, old enough, that the bank does not know. Statements reach from ``first_on`` to
    ``last_on``; both are ``None`` while there is none.
    """

    id: int
    area: Texts
    name: Texts
    number: str
    currency: str
    statements: int
    first_on: date | None
    last_on: date | None
    lines: int
    unmatched: int
    missing: int

    @property
    def matched(self) -> int:
        """Lines of the bank that are in the ledger."""
        return self.lines - self.unmatched


@dataclass(frozen=True, slots=True)
class StatementCounts:
    """The same of several bank accounts, and their sums."""

    accounts: tuple[AccountCounts, ...]

    @property
    def lines(self) -> int:
        """Lines of all banks."""
        return sum(account.lines for account in self.accounts)

    @property
    def unmatched(self) -> int:
        """Lines of all banks without a line of the ledger."""
        return sum(account.unmatched for account in self.accounts)

    @property
    def matched(self) -> int:
        """Lines of all banks that are in the ledger."""
        return self.lines - self.unmatched

    @property
    def missing(self) -> int:
        """Lines of the ledger that no bank knows."""
        return sum(account.missing for account in self.accounts)


def statement_counts(
    session: Session,
    today: date,
    *,
    paths: tuple[str, ...] | None = None,
    fund_ids: FundIds | None = None,
    account_id: int | None = None,
) -> StatementCounts:
    """Counts of the bank accounts in the areas of ``paths`` and below, or of those funds, or of
    one account; all of them when nothing is said. They are taken now, in four queries, which the
    number of lines makes slower; pages for everybody show ``kept_counts``."""
    rows = _accounts(session, _chosen(paths, fund_ids, account_id))
    ids = [row.id for row in rows]
    lines, missing = _lines(session, ids), _missing(session, ids, today)
    counted = {ident: (*lines.get(ident, (0, 0)), missing.get(ident, 0)) for ident in ids}
    return _together(session, rows, counted)


def kept_counts(
    session: Session, *, paths: tuple[str, ...] | None = None, fund_ids: FundIds | None = None
) -> StatementCounts:
    """The same as they were counted last, at most an hour ago, whatever the number of lines."""
    rows = _accounts(session, _chosen(paths, fund_ids, None))
    counted = {row.id: (row.lines, row.unmatched, row.missing) for row in rows}
    return _together(session, rows, counted)


def _together(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]], counted: Counted
) -> StatementCounts:
    periods = _periods(session, list(counted))
    found = []
    for row in rows:
        number, first_on, last_on = periods.get(row.id, (0, None, None))
        lines, unmatched_, missing = counted[row.id]
        found.append(
            AccountCounts(
                id=row.id,
                area=row.area,
                name=row.name,
                number=row.number,
                currency=row.currency,
                statements=number,
                first_on=first_on,
                last_on=last_on,
                lines=lines,
                unmatched=unmatched_,
                missing=missing,
            )
        )
    return StatementCounts(tuple(found))


def _chosen(
    paths: tuple[str, ...] | None, fund_ids: FundIds | None, account_id: int | None
) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if paths is not None:
        chosen.append(within(paths))
    if fund_ids is not None:
        of_funds = select(Fund.bank_account_id).where(Fund.id.in_(fund_ids))
        chosen.append(BankAccount.id.in_(of_funds))
    if account_id is not None:
        chosen.append(BankAccount.id == account_id)
    return chosen


def _accounts(
    session: Session, chosen: list[ColumnElement[bool]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    rows = (
        select(
            BankAccount.id,
            Area.name.label("area"),
            BankAccount.name,
            BankAccount.number,
            BankAccount.currency,
            BankAccount.lines,
            BankAccount.unmatched,
            BankAccount.missing,
        )
        .join(Area, Area.id == BankAccount.area_id)
        .where(*chosen)
        .order_by(Area.path, BankAccount.id)
    )
    return session.execute(rows).all()


def _periods(session: Session, ids: list[int]) -> dict[int, tuple[int, date, date]]:
    rows = (
        select(
            BankStatement.bank_account_id,
            func.count(),
            func.min(BankStatement.from_on),
            func.max(BankStatement.to_on),
        )
        .where(BankStatement.bank_account_id.in_(ids))
        .group_by(BankStatement.bank_account_id)
    )
    return {key: (number, first, last) for key, number, first, last in session.execute(rows)}


def _lines(session: Session, ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = (
        select(BankLine.bank_account_id, func.count(), func.count() - func.count(BankMatch.id))
        .outerjoin(BankMatch, live_match_of_line())
        .where(BankLine.bank_account_id.in_(ids))
        .group_by(BankLine.bank_account_id)
    )
    return {key: (number, left) for key, number, left in session.execute(rows)}


def _missing(session: Session, ids: list[int], today: date) -> dict[int, int]:
    found = movements(Fund.bank_account_id.in_(ids))
    rows = (
        select(found.c.bank_account_id, func.count())
        .where(is_missing(found, today))
        .group_by(found.c.bank_account_id)
    )
    return {key: number for key, number in session.execute(rows)}  # noqa: C416 - rows, not pairs


def is_missing(found: Subquery, today: date) -> ColumnElement[bool]:
    """Whether a movement should be in a statement by ``today`` and is in none. What is older than
    the first statement of its account was never to be found in one."""
    first = (
        select(func.min(BankStatement.from_on))
        .where(BankStatement.bank_account_id == found.c.bank_account_id)
        .correlate(found)
        .scalar_subquery()
    )
    return and_(
        found.c.effective_on < today - PATIENCE,
        func.coalesce(first <= found.c.effective_on, True),
        unmatched(found),
        expected(found),
    )


def live_match_of_line() -> ColumnElement[bool]:
    """Joins a line of a bank to its match, if it has one."""
    return (BankMatch.line_id == BankLine.id) & BankMatch.ended_at.is_(None)
