"""The outline of an area: GeoJSON as map programs write it, checked before it is kept."""

from __future__ import annotations

import json
from typing import Any

from core.errors import Invalid
from core.i18n import Message, lazy_gettext

_POLYGONS = ("Polygon", "MultiPolygon")
_FEWEST_POINTS = 4  # a triangle whose last point is its first


def read_boundary(typed: str | None) -> dict[str, Any] | None:
    """A GeoJSON polygon in WGS-84 (degrees, longitude first), or ``None`` for an empty text.

    A feature with such a geometry is taken too. Raises ``Invalid`` (field ``boundary``).
    """
    if not typed:
        return None
    try:
        found = json.loads(typed)
    except (ValueError, RecursionError) as error:
        raise _invalid(lazy_gettext("This is not JSON.")) from error
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, dict) or found.get("type") not in _POLYGONS:
        raise _invalid(lazy_gettext("Please give a GeoJSON polygon."))
    shape = found.get("coordinates")
    polygons = [shape] if found["type"] == "Polygon" else shape
    if not _list_of(polygons, _is_polygon):
        raise _invalid(
            lazy_gettext("Each ring needs closed points of longitude and latitude in degrees.")
        )
    return {"type": found["type"], "coordinates": shape}


def _is_polygon(shape: Any) -> bool:
    return _list_of(shape, _is_ring)


def _is_ring(ring: Any) -> bool:
    return _list_of(ring, _is_point) and len(ring) >= _FEWEST_POINTS and ring[0] == ring[-1]


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(isinstance(value, int | float) for value in point)
        and abs(point[0]) <= 180
        and abs(point[1]) <= 90
    )


def _list_of(values: Any, fits: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(map(fits, values))


def _invalid(problem: Message) -> Invalid:
    return Invalid(problem, fields={"boundary": problem})
