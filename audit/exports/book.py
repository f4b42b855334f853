"""What stands around the lines of an export: names, accounts with their balances, sums.

All of it is bounded by the number of funds, accounts and payees, not by that of lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.exports.centres import CentreInfo, centres_of
from audit.exports.names import account_name
from audit.exports.scope import Scope
from audit.exports.values import NO_DAY, plain, say
from core.db import of_one_moment
from ledger.journal import DEBIT_NORMAL
from ledger.models import (
    Account,
    Balance,
    Fund,
    Payee,
    Transfer,
    Turnover,
)
from ledger.words import FUND_KINDS, account_words


@dataclass(frozen=True, slots=True)
class FundInfo:
    """A fund in the reader's language."""

    id: int
    name: str
    kind: str
    area_id: int
    area: str
    year: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayeeInfo:
    """Whom a line concerns."""

    id: int
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account and what the lines of the export booked on its two sides, in minor units."""

    id: int
    name: str
    words: str
    fund: FundInfo
    centre: CentreInfo
    payee: PayeeInfo | None
    debit_normal: bool
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """Debits less credits: what tools for bookkeeping call its balance."""
        return self.debits - self.credits


@dataclass(frozen=True, slots=True)
class Total:
    """The lines of one code and currency; those that undo others count negative, and all of them
    as the figure that was asked for counts them."""

    currency: str
    code: str
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Book:
    """One export's surroundings, of one moment; ``last_day`` is the latest day of a line."""

    scope: Scope
    at: datetime
    site: str
    funds: Mapping[int, FundInfo]
    centres: Mapping[int, CentreInfo]
    payees: Mapping[int, PayeeInfo]
    accounts: Mapping[int, AccountInfo]
    totals: tuple[Total, ...]
    first_day: date
    last_day: date

    @property
    def title(self) -> str:
        """What the export is called, for people."""
        return plain(" · ".join((self.site, *self.scope.words, f"{self.at:%Y-%m-%d}")))

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return sum(total.lines for total in self.totals)

    @property
    def by_currency(self) -> dict[str, int]:
        """The sum of all lines of each currency, the reversed ones negative, in minor units."""
        sums: dict[str, int] = {}
        for total in self.totals:
            sums[total.currency] = sums.get(total.currency, 0) + total.amount
        return sums


def open_book(session: Session, scope: Scope, at: datetime, site: str) -> Book:
    """Read what an export needs besides its lines. The lines read after it in the same session
    are of the same moment."""
    of_one_moment(session)
    funds = _funds(session, scope)
    centres, payees = centres_of(session), _payees(session)
    days = select(func.min(Transfer.effective_on), func.max(Transfer.effective_on))
    found: Any = session.execute(days.where(*scope.of_lines())).one()
    return Book(
        scope,
        at,
        site,
        funds,
        centres,
        payees,
        _accounts(session, scope, funds, centres, payees),
        tuple(totals(session, scope)),
        found[0] or NO_DAY,
        found[1] or NO_DAY,
    )


def totals(session: Session, scope: Scope) -> list[Total]:
    """The sums of the lines in scope: those that the journal keeps, where it keeps such."""
    rows = _kept_totals(scope) if scope.summed else _counted_totals(scope)
    signs = scope.where.signs
    return [
        Total(currency, code, int(lines), signs.get(code, 1) * int(amount))
        for currency, code, lines, amount in session.execute(rows)
        if lines
    ]


def _kept_totals(scope: Scope) -> Select[str, str, int, int]:
    return (
        select(Fund.currency, Turnover.code, func.sum(Turnover.lines), func.sum(Turnover.amount))
        .join(Fund, Fund.id == Turnover.fund_id)
        .where(*scope.of_sums())
        .group_by(Fund.currency, Turnover.code)
        .order_by(Fund.currency, Turnover.code)
    )


def _counted_totals(scope: Scope) -> Select[str, str, int, int]:
    signed = case((Transfer.reverses_id.is_(None), Transfer.amount), else_=-Transfer.amount)
    return (
        select(Transfer.currency, Transfer.code, func.count(), func.sum(signed))
        .where(*scope.of_lines())
        .group_by(Transfer.currency, Transfer.code)
        .order_by(Transfer.currency, Transfer.code)
    )


def _funds(session: Session, scope: Scope) -> dict[int, FundInfo]:
    rows = select(Fund, Area.name).join(Area, Area.id == Fund.area_id).order_by(Fund.id)
    if scope.fund_ids is not None:
        rows = rows.where(Fund.id.in_(scope.fund_ids))
    return {
        fund.id: FundInfo(
            fund.id,
            say(fund.name),
            str(FUND_KINDS[fund.kind]),
            fund.area_id,
            say(area),
            fund.year,
            fund.currency,
        )
        for fund, area in session.execute(rows)
    }


def _payees(session: Session) -> dict[int, PayeeInfo]:
    rows = select(Payee.id, Payee.name, Payee.code).order_by(Payee.id)
    return {
        ident: PayeeInfo(ident, say(name), plain(code or ""))
        for ident, name, code in session.execute(rows)
    }


def _accounts(
    session: Session,
    scope: Scope,
    funds: Mapping[int, FundInfo],
    centres: Mapping[int, CentreInfo],
    payees: Mapping[int, PayeeInfo],
) -> dict[int, AccountInfo]:
    sums = _kept_sums(session, scope) if scope.whole_funds else _counted_sums(session, scope)
    rows = select(
        Account.id, Account.kind, Account.fund_id, Account.cost_centre_id, Account.payee_id
    ).order_by(Account.id)
    if scope.fund_ids is not None:
        rows = rows.where(Account.fund_id.in_(scope.fund_ids))
    return {
        row.id: AccountInfo(
            row.id,
            _name(row, centres.get(row.cost_centre_id)),
            str(account_words(row.kind, row.payee_id)),
            funds[row.fund_id],
            centres.get(row.cost_centre_id) or CentreInfo(),
            payees.get(row.payee_id),
            row.kind in DEBIT_NORMAL,
            *sums[row.id],
        )
        for row in session.execute(rows)
        if row.id in sums
    }


def _name(row: Any, centre: CentreInfo | None) -> str:
    where = centre.narrowest if centre is not None else None
    return account_name(row.kind, row.fund_id, where, row.payee_id)


def _kept_sums(session: Session, scope: Scope) -> dict[int, tuple[int, int]]:
    """The balances that the journal keeps: known apart from the lines, they prove these."""
    rows = select(Balance.account_id, Balance.debits, Balance.credits)
    if scope.fund_ids is not None:
        rows = rows.join(Account).where(Account.fund_id.in_(scope.fund_ids))
    return {ident: (debits, credits_) for ident, debits, credits_ in session.execute(rows)}


def _counted_sums(session: Session, scope: Scope) -> dict[int, tuple[int, int]]:
    debits = _sums_by(session, scope, select(Transfer.debit_id, func.sum(Transfer.amount)))
    credits_ = _sums_by(session, scope, select(Transfer.credit_id, func.sum(Transfer.amount)))
    return {
        ident: (debits.get(ident, 0), credits_.get(ident, 0))
        for ident in debits.keys() | credits_.keys()
    }


def _sums_by(session: Session, scope: Scope, rows: Select[int, int]) -> dict[int, int]:
    account = rows.selected_columns[0]
    narrowed = rows.where(*scope.of_lines()).group_by(account)
    return {ident: int(amount) for ident, amount in session.execute(narrowed)}
