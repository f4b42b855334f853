"""Which reports there are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, localize
from ledger.models import Fund


@dataclass(frozen=True, slots=True)
class AreaYears:
    """An area of a kind, and the years of its books and of those below, newest first."""

    id: int
    name: Localized
    kind: str
    years: list[int]


def list_reports(session: Session) -> list[AreaYears]:
    """Every area with books, or above such a one, from the top; two queries."""
    rows = select(Area.path, Fund.year).join(Area, Area.id == Fund.area_id).distinct()
    years: dict[int, set[int]] = {}
    for path, year in session.execute(rows):
        for part in path.strip("/").split("/"):
            years.setdefault(int(part), set()).add(year)
    areas = session.scalars(select(Area).where(Area.id.in_(years)).order_by(Area.path, Area.id))
    return [
        AreaYears(
            area.id,
            localize(area.name),
            area.kind,
            sorted(years[area.id], reverse=True),
        )
        for area in areas
    ]
