"""How lines under a filter are found without reading the others: a walk along an index for each
fund, purpose or payee and each code, newest first, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_, union
from sqlalchemy.orm import Session

from audit.filters import Filter
from audit.search import Found
from audit.sums import cost_centre_ids, fund_ids, payee_ids
from ledger.models import Fund, Transfer, Turnover
from ledger.queries.figures import conditions

MOST_WALKS = 60
Keys: TypeAlias = Select[int, date]
Place: TypeAlias = tuple[date, int]  # a day and a line
Conditions: TypeAlias = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of one code for one fund, purpose or payee: how many, and their signed sum."""

    key: int
    code: str
    currency: str
    lines: int
    amount: int


def axis(where: Filter) -> str:
    """Along which index to walk: the narrowest that the filter names."""
    if where.payee is not None:
        return "payee_id"
    return "cost_centre_id" if where.cost_centre or where.round else "fund_id"


def cells(session: Session, where: Filter) -> list[Cell]:
    """What there is under a filter, from the kept sums; amounts and words are not asked."""
    key = getattr(Turnover, axis(where))
    rows = (
        select(
            key,
            Turnover.code,
            Fund.currency,
            func.sum(Turnover.lines),
            func.sum(Turnover.amount),
        )
        .join(Fund, Fund.id == Turnover.fund_id)
        .where(
            Turnover.code.in_(where.signs),
            *conditions(fund_ids(where), cost_centre_ids(where), payee_ids(where), where.months),
        )
        .group_by(key, Turnover.code, Fund.currency)
    )
    return [
        Cell(key, code, currency, int(lines), int(amount))
        for key, code, currency, lines, amount in session.execute(rows)
        if lines
    ]


def walks(where: Filter, known: Sequence[Cell]) -> list[Conditions]:
    """The conditions of each walk that together give the lines of a filter."""
    column = getattr(Transfer, axis(where))
    pairs = {(cell.key, cell.code) for cell in known}
    rest = _rest(where)
    if len(pairs) <= MOST_WALKS:
        return [[column == key, Transfer.code == code, *rest] for key, code in sorted(pairs)]
    keys = sorted({key for key, _code in pairs})
    return [
        [Transfer.code == code, column.in_(keys), *rest]
        for code in sorted({code for _key, code in pairs})
    ]


def found_walks(where: Filter, found: Found) -> list[Conditions]:
    """The same for lines whose voucher or payee was found by words or a number."""
    rest = [Transfer.code.in_(where.signs), *_rest(where)]
    if (funds := fund_ids(where)) is not None:
        rest.append(Transfer.fund_id.in_(funds))
    if where.payee is not None:
        rest.append(Transfer.payee_id == where.payee)
    if (centres := cost_centre_ids(where)) is not None:
        rest.append(Transfer.cost_centre_id.in_(centres))
    given = {
        Transfer.id: found.lines,
        Transfer.voucher_id: found.vouchers,
        Transfer.payee_id: found.payees,
    }
    return [[column.in_(ids), *rest] for column, ids in given.items() if ids]


def _rest(where: Filter) -> list[ColumnElement[bool]]:
    """What the walked index does not know; the fund of a cell fits the filter by itself."""
    rest: list[ColumnElement[bool]] = []
    first, last = where.months
    if first is not None:
        rest.append(Transfer.effective_on >= first)
    if last is not None:
        rest.append(Transfer.effective_on < _next_month(last))
    if axis(where) != "fund_id" and (funds := fund_ids(where)) is not None:
        rest.append(Transfer.fund_id.in_(funds))
    if axis(where) == "payee_id" and (centres := cost_centre_ids(where)) is not None:
        rest.append(Transfer.cost_centre_id.in_(centres))
    if axis(where) != "payee_id" and where.others:
        rest.append(Transfer.payee_id.not_in(where.others))
    if where.amount_from is not None:
        rest.append(Transfer.amount >= where.amount_from)
    if where.amount_to is not None:
        rest.append(Transfer.amount <= where.amount_to)
    return rest


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def newest(conditions: Iterable[Conditions], before: Place | None, size: int) -> Keys | None:
    """The identities and days of the ``size`` newest lines of all walks, those before ``before``
    (a day and a line) if given; None when there is nothing to walk along."""
    parts = [_walk([*one, *_before(before)], size) for one in conditions]
    if not parts:
        return None
    every = union(*parts).subquery()
    return (
        select(every.c.id, every.c.effective_on)
        .order_by(every.c.effective_on.desc(), every.c.id.desc())
        .limit(size)
    )


def _walk(conditions: Conditions, size: int) -> Select[int, date]:
    one = (
        select(Transfer.id, Transfer.effective_on)
        .where(and_(*conditions))
        .order_by(Transfer.effective_on.desc(), Transfer.id.desc())
        .limit(size)
        .subquery()
    )
    return select(one.c.id, one.c.effective_on)


def _before(place: Place | None) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    return [tuple_(Transfer.effective_on, Transfer.id) < tuple_(*place)]
