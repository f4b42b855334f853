"""Figures with the lines that make them up: sums under a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.filters import Filter
from audit.words import FIGURES, label
from core.i18n import Message
from ledger.models import CostCentre, Fund, Payee
from ledger.queries.figures import By, Ids, figures


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in minor units, and the filter under which its lines are listed."""

    name: str
    amount: int
    filter: Filter

    @property
    def label(self) -> Message:
        """What it is called."""
        return label(self.name)

    @property
    def meaning(self) -> Message:
        """What it means, in plain words."""
        return FIGURES[self.name][1]

    @property
    def currency(self) -> str:
        """The currency of the amount."""
        return self.filter.currency

    @property
    def url(self) -> str:
        """The lines that make it up."""
        return self.filter.url()


def figure(name: str, amount: int, where: Filter, **values: Any) -> Figure:
    """A figure of this amount, made of the lines of ``where`` with ``values`` besides."""
    return Figure(name, amount, where.but(figure=name, code="", **values))


def fund_ids(where: Filter) -> Ids | None:
    """The funds that a filter lets through; None for all."""
    if where.fund is not None:
        rows = select(Fund.id).where(Fund.id == where.fund)
    else:
        rows = select(Fund.id)
    if where.area is not None:
        rows = rows.where(Fund.area_id == where.area)
    if where.level:
        rows = rows.join(Area, Area.id == Fund.area_id).where(Area.kind == where.level)
    for column, value in (
        (Fund.year, where.year),
        (Fund.currency, where.currency),
        (Fund.kind, where.kind),
    ):
        if value:
            rows = rows.where(column == value)
    return None if rows.whereclause is None else rows


def cost_centre_ids(where: Filter) -> Ids | None:
    """The cost centres that a filter lets through; None for all, and for none."""
    if where.round is not None:
        inside = or_(CostCentre.id == where.round, CostCentre.parent_id == where.round)
        rows = select(CostCentre.id).where(inside)
        return rows.where(CostCentre.id == where.cost_centre) if where.cost_centre else rows
    return None if where.cost_centre is None else [where.cost_centre]


def payee_ids(where: Filter) -> Ids | None:
    """The payees that a filter lets through; None for all, and for none."""
    if where.payee is not None:
        return [where.payee]
    return select(Payee.id).where(Payee.id.not_in(where.others)) if where.others else None


def sums(
    session: Session, names: Sequence[str], where: Filter, by: Sequence[By] = ()
) -> dict[tuple[Any, ...], dict[str, int]]:
    """The figures ``names`` under a filter that is not ``narrow``, by what ``by`` names."""
    return figures(
        session,
        names,
        fund_ids=fund_ids(where),
        cost_centre_ids=cost_centre_ids(where),
        payee_ids=payee_ids(where),
        months=where.months,
        by=by,
    )


def key_figures(session: Session, names: Sequence[str], where: Filter) -> dict[str, Figure]:
    """Each of the figures under a filter of one currency, with its lines."""
    found = sums(session, names, where)[()]
    return {name: figure(name, found[name], where) for name in names}
