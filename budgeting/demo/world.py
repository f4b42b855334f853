"""Where the demo takes place and who works there: areas, organisations and staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind, Organisation, Person, Role
from accounts.services.places import create_area, create_organisation
from accounts.services.roles import grant
from budgeting.demo.content import texts
from core.clock import local_date


@dataclass(frozen=True, slots=True)
class Resident:
    """One of the many who are verified and may vote."""

    person_id: int
    area: str
    birth_year: int


@dataclass(slots=True)
class World:
    """Everybody and everything by the names that the content files use."""

    areas: dict[str, Area] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    crowd: list[Resident] = field(default_factory=list)


def found(session: Session, at: datetime, world: World, content: dict[str, Any]) -> None:
    """Make the sub-district with its communities and organisations, and appoint its staff."""
    for row in content["areas"]:
        ring = [content["points"][name] for name in row.get("ring", ())]
        boundary = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]} if ring else None
        parent = world.areas.get(row.get("parent", ""))
        world.areas[row["key"]] = create_area(session, parent, texts(row["name"]), boundary, at)
    for row in content["organisations"]:
        world.organisations[row["key"]] = create_organisation(
            session,
            world.areas[row["area"]],
            kind=row["kind"],
            name=texts(row["name"]),
            about=texts(row["about"]),
            now=at,
        )
    for row in content["staff"]:
        _appoint(session, world, row, at)


def _appoint(session: Session, world: World, row: dict[str, Any], at: datetime) -> None:
    """Enter somebody and give them their role; only the administrator's comes from nobody."""
    area = world.areas[row["area"]]
    person = Person(
        name=row["name"],
        email=f"{row['key']}@demo.invalid",
        area_id=area.id if area.kind == AreaKind.COMMUNITY else None,  # the others commute
        birth_year=row["birth_year"],
        verified_at=at,
        created_at=at,
    )
    session.add(person)
    session.flush()
    grant(
        session,
        person_id=person.id,
        role=Role(row["role"]),
        area=area,
        organisation=world.organisations.get(row.get("organisation", "")),
        starts_on=local_date(at),
        ends_on=None,
        by_id=world.staff.get("admin"),
        now=at,
    )
    world.staff[row["key"]] = person.id
