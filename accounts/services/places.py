"""Areas and organisations: making them, describing them, and keeping the tree's paths right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, update
from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind, Organisation
from core.db import lock
from core.errors import Invalid
from core.i18n import lazy_gettext
from core.types import Texts
from transparency.log import record

LEVELS = tuple(AreaKind)


def create_area(
    session: Session,
    parent: Area | None,
    name: Texts,
    boundary: dict[str, Any] | None,
    now: datetime,
) -> Area:
    """Make an area one level below ``parent`` (``None``: a city at the top).

    Raises ``Invalid`` when nothing lies below ``parent``.
    """
    level = 0 if parent is None else LEVELS.index(AreaKind(parent.kind)) + 1
    if level == len(LEVELS):
        raise Invalid(lazy_gettext("Nothing lies below a community."))
    area = Area(
        parent_id=parent.id if parent else None,
        kind=LEVELS[level],
        name=name,
        boundary=boundary,
        path=f"new at {now.isoformat()}",  # unique until the identity is known
    )
    session.add(area)
    session.flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    body = {"area": area.id, "kind": area.kind, "path": area.path}
    record(session, "area.created", [("area", area.id)], body, now)
    return area


def change_area(
    session: Session,
    area_id: int,
    *,
    name: Texts,
    boundary: dict[str, Any] | None,
    parent: Area | None,
    now: datetime,
) -> None:
    """Rename an area, redraw it, or hang it under another ``parent`` with all that it holds.

    Raises ``Invalid`` (field ``parent``) when the parent is not one level above.
    """
    area = lock(session, Area, area_id)
    area.name, area.boundary = name, boundary
    if (parent.id if parent else None) != area.parent_id:
        _move(session, area, parent)
    body = {"area": area.id, "path": area.path}
    record(session, "area.changed", [("area", area.id)], body, now)


def _move(session: Session, area: Area, parent: Area | None) -> None:
    level = LEVELS.index(AreaKind(area.kind))
    if parent is None or LEVELS.index(AreaKind(parent.kind)) != level - 1:
        problem = lazy_gettext("An area lies in one of the level just above it.")
        raise Invalid(problem, fields={"parent": problem})
    old, new = area.path, f"{parent.path}{area.id}/"
    area.parent_id = parent.id
    session.flush()
    session.execute(
        update(Area)
        .where(Area.path.startswith(old, autoescape=True))
        .values(path=literal(new).concat(func.substr(Area.path, len(old) + 1)))
        .execution_options(synchronize_session=False)
    )
    session.refresh(area)


def create_organisation(
    session: Session, area: Area, *, kind: str, name: Texts, about: Texts, now: datetime
) -> Organisation:
    """Enter an organisation of ``kind`` in ``area``."""
    made = Organisation(area_id=area.id, kind=kind, name=name, about=about)
    session.add(made)
    session.flush()
    _record(session, "organisation.created", made, now)
    return made


def change_organisation(
    session: Session, organisation_id: int, name: Texts, about: Texts, now: datetime
) -> None:
    """Describe an organisation anew; its kind and area decide about roles, so they stay."""
    found = lock(session, Organisation, organisation_id)
    found.name, found.about = name, about
    _record(session, "organisation.changed", found, now)


def _record(session: Session, type_: str, made: Organisation, now: datetime) -> None:
    subjects = [("organisation", made.id), ("area", made.area_id)]
    body = {"organisation": made.id, "kind": made.kind, "area": made.area_id, "name": made.name}
    record(session, type_, subjects, body, now)
