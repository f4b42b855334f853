"""What the officers' pages show of a bank account, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.types import Texts
from ledger.models import BankLine, BankMatch, BankStatement, Fund, Payee, Transfer
from ledger.queries.bank import is_missing, live_match_of_line
from ledger.queries.movements import movements

PER_PAGE = 50
MOST_PAGES = 2000
STATES = ("unmatched", "matched", "all")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many rows: this is page ``number`` of ``pages``, and there are ``total`` rows."""

    rows: list[T]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the bank, and the line of the ledger it is, if that is known."""

    id: int
    booked_on: date
    amount: int
    currency: str
    reference: str
    counterparty: str
    text: str
    transfer_id: int | None
    voucher_id: int | None


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A line of the ledger that should be in a statement and is in none."""

    transfer_id: int
    effective_on: date
    signed: int
    currency: str
    code: str
    payee: Texts | None
    voucher_id: int | None


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement that was taken in."""

    id: int
    format: str
    from_on: date
    to_on: date
    opening: int | None
    closing: int | None
    lines: int
    known: int
    imported_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class FundChoice:
    """A fund whose money may lie at an account."""

    id: int
    name: Texts
    area: Texts
    year: int
    here: bool


def lines_page(
    session: Session,
    account_id: int,
    state: str,
    number: int,
    statement_id: int | None = None,
) -> Page[LineRow]:
    """Lines of a bank account, the newest first; ``state`` is one of ``STATES``."""
    rows = (
        select(
            BankLine.id,
            BankLine.booked_on,
            BankLine.amount,
            BankLine.currency,
            BankLine.reference,
            BankLine.counterparty,
            BankLine.text,
            BankMatch.transfer_id,
            Transfer.voucher_id,
        )
        .outerjoin(BankMatch, live_match_of_line())
        .outerjoin(Transfer, Transfer.id == BankMatch.transfer_id)
        .where(BankLine.bank_account_id == account_id)
    )
    if state != "all":
        rows = rows.where(
            BankMatch.id.is_(None) if state == "unmatched" else BankMatch.id.is_not(None)
        )
    if statement_id is not None:
        rows = rows.where(BankLine.statement_id == statement_id)
    order = (BankLine.booked_on.desc(), BankLine.id.desc())
    return _page(session, rows, order, number, LineRow)


def missing_page(session: Session, account_id: int, today: date, number: int) -> Page[MissingRow]:
    """Lines of the ledger that the bank does not know, the oldest first."""
    found = movements(Fund.bank_account_id == account_id)
    rows = (
        select(
            found.c.transfer_id,
            found.c.effective_on,
            found.c.signed,
            found.c.currency,
            found.c.code,
            Payee.name,
            found.c.voucher_id,
        )
        .select_from(found)
        .outerjoin(Payee, Payee.id == found.c.payee_id)
        .where(is_missing(found, today))
    )
    return _page(session, rows, (found.c.effective_on, found.c.transfer_id), number, MissingRow)


def _page(
    session: Session,
    rows: Select[*tuple[Any, ...]],
    order: Sequence[Any],
    number: int,
    make: type[T],
) -> Page[T]:
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    pages = min(MOST_PAGES, -(-total // PER_PAGE)) or 1
    number = min(max(number, 1), pages)
    shown = rows.order_by(*order).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page([make(*row) for row in session.execute(shown)], number, pages, total)


def statements_of(session: Session, account_id: int) -> list[StatementRow]:
    """The statements of an account, the newest first; at most 100."""
    rows = (
        select(
            BankStatement.id,
            BankStatement.format,
            BankStatement.from_on,
            BankStatement.to_on,
            BankStatement.opening,
            BankStatement.closing,
            BankStatement.lines,
            BankStatement.known,
            BankStatement.imported_at,
            BankStatement.sha256,
        )
        .where(BankStatement.bank_account_id == account_id)
        .order_by(BankStatement.to_on.desc(), BankStatement.id.desc())
        .limit(100)
    )
    return [StatementRow(*tuple(row)) for row in session.execute(rows)]


def line_row(session: Session, line_id: int) -> LineRow:
    """One line of a bank. Raises ``sqlalchemy.exc.NoResultFound``."""
    rows = (
        select(BankLine, BankMatch.transfer_id, Transfer.voucher_id)
        .outerjoin(BankMatch, live_match_of_line())
        .outerjoin(Transfer, Transfer.id == BankMatch.transfer_id)
        .where(BankLine.id == line_id)
    )
    line, transfer_id, voucher_id = session.execute(rows).one()
    return LineRow(
        id=line.id,
        booked_on=line.booked_on,
        amount=line.amount,
        currency=line.currency,
        reference=line.reference,
        counterparty=line.counterparty,
        text=line.text,
        transfer_id=transfer_id,
        voucher_id=voucher_id,
    )


def fund_choices(
    session: Session, account_id: int, area_path: str, currency: str
) -> list[FundChoice]:
    """The funds whose money may lie at an account: of its area and below, in its currency, and
    at no other account."""
    free = Fund.bank_account_id.is_(None) | (Fund.bank_account_id == account_id)
    rows = (
        select(Fund.id, Fund.name, Area.name, Fund.year, Fund.bank_account_id)
        .join(Area, Area.id == Fund.area_id)
        .where(
            and_(free, Fund.currency == currency, Area.path.startswith(area_path, autoescape=True))
        )
        .order_by(Fund.year.desc(), Area.path, Fund.id)
        .limit(200)
    )
    return [FundChoice(*row[:4], here=row[4] is not None) for row in session.execute(rows)]
