"""Lines under a filter: a page of them, how many there are, and their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session, aliased

from audit.filters import Filter
from audit.line_plan import Conditions, Keys, Place, cells, found_walks, newest, walks
from audit.search import find
from core.i18n import Localized, Message, localize
from ledger.models import CostCentre, Fund, Payee, Transfer, Voucher
from ledger.words import LINES

SIZE = 25
WINDOW = 5_000  # so many of the newest lines are looked through for words or amounts


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in a list; ``amount`` counts as its figure counts it."""

    id: int
    on: date
    code: str
    what: Message
    amount: int
    currency: str
    undoes: int | None
    undone_by: int | None
    fund_id: int
    fund: Localized
    purpose: str
    cost_centre_id: int | None
    cost_centre: Localized | None
    purpose_kind: str
    payee_id: int | None
    payee: Localized | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of lines. ``sums`` are by currency, empty when the lines have no sum; ``exact`` is
    whether ``count`` and ``sums`` are of all lines, ``all_searched`` whether every voucher was
    looked at; ``older`` is where the next page begins."""

    rows: list[LineRow]
    count: int
    sums: dict[str, int]
    older: str | None = None
    exact: bool = True
    all_searched: bool = True


def list_lines(
    session: Session, where: Filter, before: Place | None = None, size: int = SIZE
) -> Listing:
    """The ``size`` newest lines under a filter, those before ``before``."""
    if where.q or where.voucher is not None:
        found = find(session, where)
        ways = found_walks(where, found)
        rows, older = _page(session, where, newest(ways, before, size + 1), size)
        count, sums = _looked_through(session, where, ways)
        return Listing(rows, count, sums, older, count < WINDOW, found.all_read)
    known = cells(session, where)
    ways = walks(where, known)
    rows, older = _page(session, where, newest(ways, before, size + 1), size)
    if where.by_amount:
        count, sums = _looked_through(session, where, ways)
        return Listing(rows, count, sums, older, count < WINDOW)
    sums = {}
    for cell in known:
        sums[cell.currency] = sums.get(cell.currency, 0) + where.signs[cell.code] * cell.amount
    count = sum(cell.lines for cell in known)
    return Listing(rows, count, sums if where.adds_up else {}, older)


def newest_lines(session: Session, where: Filter, size: int) -> list[LineRow]:
    """The ``size`` newest lines of one cost centre and figure, without counting the others: one
    query."""
    ways: list[Conditions] = [
        [Transfer.cost_centre_id == where.cost_centre, Transfer.code == code]
        for code in sorted(where.signs)
    ]
    rows, _older = _page(session, where, newest(ways, None, size + 1), size)
    return rows


def _looked_through(
    session: Session, where: Filter, ways: Sequence[Conditions]
) -> tuple[int, dict[str, int]]:
    """What the kept sums do not know is counted and added, among the newest lines only."""
    window = newest(ways, None, WINDOW)
    if window is None:
        return 0, {}
    inside = window.subquery()
    signed = case(where.signs, value=Transfer.code) * Transfer.amount
    amount = case((Transfer.reverses_id.is_(None), signed), else_=-signed)
    rows = (
        select(Transfer.currency, func.count(), func.sum(amount))
        .join(inside, inside.c.id == Transfer.id)
        .group_by(Transfer.currency)
    )
    counted = session.execute(rows).all()
    sums = {currency: int(total) for currency, _n, total in counted} if where.adds_up else {}
    return sum(n for _currency, n, _total in counted), sums


def _page(
    session: Session, where: Filter, keys: Keys | None, size: int
) -> tuple[list[LineRow], str | None]:
    if keys is None:
        return [], None
    rows = _load(session, keys)
    more = len(rows) > size
    shown = [_row(row, where.signs) for row in rows[:size]]
    return shown, f"{shown[-1].on.isoformat()}.{shown[-1].id}" if more else None


def read_place(typed: str) -> Place | None:
    """Where a page begins, as ``Listing.older`` wrote it; None for anything else."""
    day, _, number = typed.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def load_rows(session: Session, ids: Sequence[int]) -> list[LineRow]:
    """Lines by their numbers, newest first, each counted for itself."""
    keys = select(Transfer.id, Transfer.effective_on).where(Transfer.id.in_(ids))
    return [_row(row, {}) for row in _load(session, keys)]


_UNDOING = aliased(Transfer)


def _load(session: Session, keys: Keys) -> Sequence[Row[*tuple[Any, ...]]]:
    wanted = keys.subquery()
    rows = (
        select(
            Transfer.id,
            Transfer.effective_on,
            Transfer.code,
            Transfer.amount,
            Transfer.currency,
            Transfer.reverses_id,
            _UNDOING.id.label("undone_by"),
            Transfer.fund_id,
            Fund.name.label("fund"),
            Voucher.purpose,
            Transfer.cost_centre_id,
            CostCentre.title.label("cost_centre"),
            CostCentre.kind.label("cost_centre_kind"),
            Transfer.payee_id,
            Payee.name.label("payee"),
        )
        .join(wanted, wanted.c.id == Transfer.id)
        .join(Fund, Fund.id == Transfer.fund_id)
        .outerjoin(_UNDOING, _UNDOING.reverses_id == Transfer.id)
        .outerjoin(Voucher, Voucher.id == Transfer.voucher_id)
        .outerjoin(CostCentre, CostCentre.id == Transfer.cost_centre_id)
        .outerjoin(Payee, Payee.id == Transfer.payee_id)
        .order_by(Transfer.effective_on.desc(), Transfer.id.desc())
    )
    return session.execute(rows).all()


def _row(row: Row[*tuple[Any, ...]], signs: Mapping[str, int]) -> LineRow:
    sign = signs.get(row.code, 1) * (1 if row.reverses_id is None else -1)
    return LineRow(
        id=row.id,
        on=row.effective_on,
        code=row.code,
        what=LINES[row.code],
        amount=sign * row.amount,
        currency=row.currency,
        undoes=row.reverses_id,
        undone_by=row.undone_by,
        fund_id=row.fund_id,
        fund=localize(row.fund),
        purpose=row.purpose or "",
        cost_centre_id=row.cost_centre_id,
        cost_centre=localize(row.cost_centre) if row.cost_centre else None,
        purpose_kind=row.cost_centre_kind or "",
        payee_id=row.payee_id,
        payee=localize(row.payee) if row.payee else None,
    )
