"""Projects and areas as GeoJSON, in WGS-84; Tianditu's tiles (CGCS2000) agree with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import localize
from core.types import Json
from projects.browse import Rows, find, narrow, shown_cost
from projects.filters import Filters
from projects.models import Category, Project

MOST_POINTS = 2000


def points(session: Session, filters: Filters) -> Json:
    """The places of what ``filters`` ask for, all pages of it, as GeoJSON in WGS-84.

    At most ``MOST_POINTS``; nothing in it is about a person.
    """
    found, _partly, _total = find(session, filters)
    columns = (
        Project.id,
        Project.title,
        Project.state,
        Project.latitude,
        Project.longitude,
        shown_cost.label("cost"),
        Project.currency,
        Category.name.label("category"),
    )
    rows: Rows = select(*columns).outerjoin(Category, Category.id == Project.category_id)
    rows = narrow(rows, filters, found).where(Project.latitude.is_not(None))
    rows = rows.order_by(Project.id).limit(MOST_POINTS)
    return _collection([_point(row) for row in session.execute(rows)])


def _point(row: Any) -> Json:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
        "properties": {
            "id": row.id,
            "title": localize(row.title).text,
            "url": f"/projects/{row.id}",
            "category": localize(row.category).text if row.category else None,
            "cost": row.cost,
            "currency": row.currency,
            "state": row.state,
        },
    }


def base_map(session: Session) -> Json:
    """The boundaries of all areas as GeoJSON, the ground of a map without a tile server.

    Only areas in which no other one is drawn carry their name.
    """
    rows = session.execute(
        select(Area.id, Area.parent_id, Area.kind, Area.name, Area.boundary)
        .where(Area.boundary.is_not(None))
        .order_by(Area.path)
    ).all()
    drawn = [row for row in rows if row.boundary]
    outer = {row.parent_id for row in drawn}
    return _collection(
        [
            {
                "type": "Feature",
                "geometry": row.boundary,
                "properties": {
                    "kind": row.kind,
                    "name": None if row.id in outer else localize(row.name).text,
                },
            }
            for row in drawn
        ]
    )


def _collection(features: list[Json]) -> Json:
    return {"type": "FeatureCollection", "features": features}
