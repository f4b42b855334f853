"""Which books a report is of."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.report.model import Scope
from core.clock import local_zone
from core.errors import NotFound
from core.i18n import lazy_gettext, localize
from ledger.models import Fund

_NONE = lazy_gettext("There are no books of this area and year.")


def load_scope(session: Session, area_id: int, year: int, currency: str = "") -> Scope:
    """The books of an area and all below it in a year, in ``currency`` or the commonest one; two
    queries. Raises ``NotFound`` for an area without books of that year."""
    area = session.get(Area, area_id)
    if area is None:
        raise NotFound(_NONE)
    rows = select(Fund.year, Fund.currency, Area.path).join(Area, Area.id == Fund.area_id)
    every = session.execute(rows).all()
    mine = [row for row in every if row.path.startswith(area.path)]
    counts = Counter(row.currency for row in mine if row.year == year)
    if not counts or (currency and currency not in counts):
        raise NotFound(_NONE)
    chosen = currency or min(counts, key=lambda one: (-counts[one], one))
    same = [row for row in every if row.year == year and row.currency == chosen]
    return Scope(
        area_id=area.id,
        path=area.path,
        area=localize(area.name),
        year=year,
        currency=chosen,
        whole=all(row.path.startswith(area.path) for row in same),
        currencies=sorted(counts),
        years=sorted({row.year for row in mine}, reverse=True),
    )


def fund_ids(scope: Scope) -> Select[int]:
    """The funds whose books these are."""
    return (
        select(Fund.id)
        .join(Area, Area.id == Fund.area_id)
        .where(
            Fund.year == scope.year,
            Fund.currency == scope.currency,
            Area.path.startswith(scope.path, autoescape=True),
        )
    )


def year_of(scope: Scope) -> tuple[datetime, datetime]:
    """When the year begins and ends where this installation is."""
    zone = local_zone()
    return datetime(scope.year, 1, 1, tzinfo=zone), datetime(scope.year + 1, 1, 1, tzinfo=zone)
