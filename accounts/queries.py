"""What pages of any room ask about areas, organisations and people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, literal, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Organisation, OrganisationKind
from core.errors import NotFound
from core.i18n import lazy_gettext, localize
from core.types import Texts

# Stands before an area's name in a list, once for each level; no browser trims it.
_INDENT = "\u3000"


@dataclass(frozen=True, slots=True)
class Link:
    """Something with a page of its own: its identity, its name and what kind it is."""

    id: int
    name: Texts
    kind: str


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area's page: what it lies in (from the top), what lies in it, who acts there."""

    id: int
    name: Texts
    kind: str
    path: str
    boundary: dict[str, Any] | None
    above: tuple[Link, ...]
    below: tuple[Link, ...]
    organisations: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation's page."""

    id: int
    name: Texts
    kind: str
    about: Texts
    area: Link


def within(paths: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that an area lies in one of ``paths``."""
    return or_(false(), *(Area.path.startswith(path, autoescape=True) for path in paths))


def area_choices(session: Session, within_path: str | None = None) -> list[tuple[int, str]]:
    """Areas for a select input, as a tree in the reader's language; only those in or below
    ``within_path`` if given."""
    rows = select(Area.id, Area.name, Area.path).order_by(Area.path)
    if within_path is not None:
        rows = rows.where(Area.path.startswith(within_path, autoescape=True))
    found = session.execute(rows).all()
    top = min((path.count("/") for _id, _name, path in found), default=0)
    return [
        (ident, _INDENT * (path.count("/") - top) + str(localize(name)))
        for ident, name, path in found
    ]


def home_choices(session: Session, paths: tuple[str, ...] | None = None) -> list[tuple[int, str]]:
    """Where somebody may live: the areas that nothing lies below, in the reader's language;
    only those in the areas of ``paths`` if given."""
    below = aliased(Area)
    rows = (
        select(Area.id, Area.name)
        .where(~select(below.id).where(below.parent_id == Area.id).exists())
        .order_by(Area.path)
    )
    if paths is not None:
        rows = rows.where(within(paths))
    return [(ident, str(localize(name))) for ident, name in session.execute(rows)]


def departments(session: Session, area_path: str) -> list[tuple[int, Texts]]:
    """The departments in the area of ``area_path``, below it and above it."""
    near = Area.path.startswith(area_path, autoescape=True) | literal(area_path).startswith(
        Area.path
    )
    rows = (
        select(Organisation.id, Organisation.name)
        .join(Area, Area.id == Organisation.area_id)
        .where(Organisation.kind == OrganisationKind.DEPARTMENT, near)
        .order_by(Area.path, Organisation.id)
    )
    return [(ident, name) for ident, name in session.execute(rows)]


def area_view(session: Session, area_id: int) -> AreaView:
    """An area's page. Raises ``NotFound``."""
    area = session.execute(
        select(Area.id, Area.name, Area.kind, Area.path, Area.boundary).where(Area.id == area_id)
    ).one_or_none()
    if area is None:
        raise NotFound(lazy_gettext("There is no such area."))
    links = select(Area.id, Area.name, Area.kind).order_by(Area.path)
    ids = [int(part) for part in area.path.strip("/").split("/")]
    above = links.where(Area.id.in_(ids), Area.id != area_id)
    below = links.where(Area.parent_id == area_id)
    bodies = (
        select(Organisation.id, Organisation.name, Organisation.kind)
        .where(Organisation.area_id == area_id)
        .order_by(Organisation.kind, Organisation.id)
    )
    rows = (session.execute(found).all() for found in (above, below, bodies))
    return AreaView(*area, *(tuple(Link(*row) for row in part) for part in rows))


def all_areas(session: Session) -> list[tuple[int, Link]]:
    """Every area with its depth (0 at the top), in the tree's order."""
    rows = select(Area.path, Area.id, Area.name, Area.kind).order_by(Area.path).limit(2000)
    return [
        (path.count("/") - 2, Link(ident, name, kind))
        for path, ident, name, kind in session.execute(rows)
    ]


def organisation_view(session: Session, organisation_id: int) -> OrganisationView:
    """An organisation's page. Raises ``NotFound``."""
    row = session.execute(
        select(Organisation, Area)
        .join(Area, Area.id == Organisation.area_id)
        .where(Organisation.id == organisation_id)
    ).one_or_none()
    if row is None:
        raise NotFound(lazy_gettext("There is no such organisation."))
    found, area = row
    where = Link(area.id, area.name, area.kind)
    return OrganisationView(found.id, found.name, found.kind, found.about, where)
