"""Winners that wait for their round's money: what their cost lacks once partners have given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from ledger.models import CostCentre, Turnover

GIVEN = ("sponsor_commit", "match_commit")


def needed(centre: Any = CostCentre) -> ColumnElement[int]:
    """What the round has to pay of a winner's cost (minor units): the rest partners have paid."""
    given = select(func.coalesce(func.sum(Turnover.amount), 0)).where(
        Turnover.cost_centre_id == centre.id, Turnover.code.in_(GIVEN)
    )
    amount: ColumnElement[int] = centre.cost - given.correlate(centre).scalar_subquery()
    return amount


def waiting(centre: Any = CostCentre) -> ColumnElement[bool]:
    """The condition on cost centres: a winner whose books are open, that lacks something, and to
    which the round has committed nothing yet."""
    committed = exists().where(Turnover.cost_centre_id == centre.id, Turnover.code == "commit")
    return and_(
        centre.cost.is_not(None),
        centre.closed_at.is_(None),
        ~committed.correlate(centre),
        needed(centre) > 0,
    )
