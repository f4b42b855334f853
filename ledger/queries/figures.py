"""Figures of money: sums over the journal's turnover, under a filter, in one query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from ledger.journal import FIGURES
from ledger.models import CostCentre, Fund, Turnover

By: TypeAlias = Literal[
    "fund", "cost_centre", "round", "payee", "month", "code", "area", "kind", "year", "currency"
]
# Identities as they are, or a query that gives them.
Ids: TypeAlias = Collection[int] | Select[int]
# The first and the last month, either of which may be left open; any day of a month stands for it.
Months: TypeAlias = tuple[date | None, date | None]

_COLUMNS: dict[By, ColumnElement[Any]] = {
    "fund": Turnover.fund_id.expression,
    "cost_centre": Turnover.cost_centre_id.expression,
    "round": func.coalesce(CostCentre.parent_id, Turnover.cost_centre_id),
    "payee": Turnover.payee_id.expression,
    "month": Turnover.month.expression,
    "code": Turnover.code.expression,
    "area": Fund.area_id.expression,
    "kind": Fund.kind.expression,
    "year": Fund.year.expression,
    "currency": Fund.currency.expression,
}
_OF_FUND: frozenset[By] = frozenset({"area", "kind", "year", "currency"})


def figures(
    session: Session,
    names: Sequence[str],
    *,
    fund_ids: Ids | None = None,
    cost_centre_ids: Ids | None = None,
    payee_ids: Ids | None = None,
    months: Months | None = None,
    by: Sequence[By] = (),
) -> dict[tuple[Any, ...], dict[str, int]]:
    """The figures ``names`` (keys of ``journal.FIGURES``) in minor units, for each combination of
    what ``by`` names; with an empty ``by`` there is one key, ``()``.

    A cost centre or payee of 0 stands for none. ``round`` is a project's round, or the round
    itself. Combinations without any line that counts are left out. Money of several currencies
    does not add up: filter by funds of one, or say ``currency`` in ``by``. Raises ``KeyError``
    for an unknown figure or dimension.
    """
    rows = select(*(_COLUMNS[one] for one in by), *(_sum(FIGURES[name]) for name in names))
    rows = rows.select_from(Turnover)
    if _OF_FUND & set(by):
        rows = rows.join(Fund, Fund.id == Turnover.fund_id)
    if "round" in by:
        rows = rows.outerjoin(CostCentre, CostCentre.id == Turnover.cost_centre_id)
    codes = sorted({code for name in names for code in FIGURES[name]})
    rows = rows.where(
        Turnover.code.in_(codes), *conditions(fund_ids, cost_centre_ids, payee_ids, months)
    )
    if by:
        rows = rows.group_by(*(_COLUMNS[one] for one in by))
    size = len(by)
    return {
        tuple(row[:size]): {name: int(value) for name, value in zip(names, row[size:], strict=True)}
        for row in session.execute(rows)
    }


def conditions(
    fund_ids: Ids | None, cost_centre_ids: Ids | None, payee_ids: Ids | None, months: Months | None
) -> list[ColumnElement[bool]]:
    """What narrows turnover to a filter; None leaves a dimension as it is."""
    found: list[ColumnElement[bool]] = []
    if fund_ids is not None:
        found.append(Turnover.fund_id.in_(fund_ids))
    if cost_centre_ids is not None:
        found.append(Turnover.cost_centre_id.in_(cost_centre_ids))
    if payee_ids is not None:
        found.append(Turnover.payee_id.in_(payee_ids))
    first, last = months or (None, None)
    if first is not None:
        found.append(Turnover.month >= first.replace(day=1))
    if last is not None:
        found.append(Turnover.month <= last.replace(day=1))
    return found


def total(session: Session, names: Sequence[str], **filters: Any) -> dict[str, int]:
    """The figures of everything that ``filters`` (as for ``figures``) let through; zero for
    what was never booked."""
    return figures(session, names, **filters)[()]


def _sum(codes: dict[str, int]) -> ColumnElement[int]:
    signed = case(codes, value=Turnover.code, else_=0)
    return func.coalesce(func.sum(signed * Turnover.amount), 0)
