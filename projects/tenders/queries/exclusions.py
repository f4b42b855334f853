"""Who is excluded from bidding, as everybody reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation
from accounts.queries import within
from core.i18n import Localized, localize
from projects.models import Exclusion
from projects.tenders.people import BIDDERS


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """An organisation that may not bid, or might not."""

    id: int
    organisation_id: int
    organisation: Localized
    area_path: str
    reason: str
    starts_on: date
    ends_on: date
    lifted_at: datetime | None
    lifted_reason: str
    running: bool


def exclusion_rows(session: Session, today: date) -> list[ExclusionRow]:
    """Every exclusion, those that hold now first; one query."""
    rows = (
        select(Exclusion, Organisation.name, Area.path)
        .join(Organisation, Organisation.id == Exclusion.organisation_id)
        .join(Area, Area.id == Organisation.area_id)
        .order_by(Exclusion.id.desc())
        .limit(500)
    )
    found = [
        ExclusionRow(
            id=one.id,
            organisation_id=one.organisation_id,
            organisation=localize(name),
            area_path=path,
            reason=one.reason,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            lifted_at=one.lifted_at,
            lifted_reason=one.lifted_reason,
            running=one.lifted_at is None and one.starts_on <= today <= one.ends_on,
        )
        for one, name, path in session.execute(rows)
    ]
    return sorted(found, key=lambda row: not row.running)


def bidders_in(session: Session, paths: tuple[str, ...] | None = None) -> list[tuple[int, str]]:
    """The businesses and social organisations in the areas of ``paths`` (None: everywhere)."""
    rows = (
        select(Organisation.id, Organisation.name)
        .join(Area, Area.id == Organisation.area_id)
        .where(Organisation.kind.in_(BIDDERS))
        .order_by(Organisation.id)
    )
    if paths is not None:
        rows = rows.where(within(paths))
    return [(ident, str(localize(name))) for ident, name in session.execute(rows)]


def named(session: Session, idents: frozenset[int]) -> list[tuple[int, str]]:
    """Organisations by name, for a choice."""
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(idents))
    return [(ident, str(localize(name))) for ident, name in session.execute(rows)]
