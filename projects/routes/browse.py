"""Looking through projects, as a list and on a map."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from core.clock import local_date, now
from core.db import db
from core.i18n import format_money, gettext, localize
from core.policy import public, requires
from core.types import Json
from projects.browse import browse
from projects.calls import Call, calls
from projects.filters import GROUPS, ORDERS, Choices, Filters, choices, offered_only, read_filters
from projects.places import base_map, points
from projects.search import similar

blueprint = Blueprint("projects_browse", __name__)
_POINTS_SECONDS = 30
_BOUNDARIES_SECONDS = 3600
_LONGEST_TEXT = 500


def _asked() -> tuple[Filters, Choices, list[Call]]:
    """What the address asks for, what else it could ask for, and the rounds there are."""
    known = calls(db.session, now())
    filters = read_filters(request.args, local_date(now()), known)
    offered = choices(db.session, filters.call)
    return offered_only(filters, offered), offered, known


@blueprint.get("/projects")
@public
def index() -> str:
    """Everything that was proposed, as cards and on the map."""
    filters, offered, known = _asked()
    return render_template(
        "projects/browse.html",
        page=browse(db.session, filters),
        filters=filters,
        offered=offered,
        options=_options(known, filters),
        active=_active(filters, offered),
        map_url=_with_same_filters("projects_browse.map_points"),
        on_map=request.args.get("view") == "map",
    )


def _options(known: list[Call], filters: Filters) -> dict[str, list[tuple[int | str, object]]]:
    """What the selects offer besides areas and categories, as (value, words)."""
    orders = {k: v for k, v in ORDERS.items() if filters.words or k != "match"}
    return {
        "calls": [(call.id, localize(call.title)) for call in known],
        "groups": [(name, label) for name, (label, _states) in GROUPS.items()],
        "orders": [*orders.items()],
    }


def _active(filters: Filters, offered: Choices) -> list[tuple[str, object]]:
    """What the list is narrowed to, each with its name in the address, to be taken away again."""
    currency = filters.call.currency if filters.call else "CNY"
    active: list[tuple[str, object]] = []
    if filters.call:
        active.append(("round", localize(filters.call.title)))
    if filters.group:
        active.append(("state", GROUPS[filters.group][0]))
    if filters.area_id is not None:
        active.append(("area", dict(offered.areas)[filters.area_id]))
    if filters.category_id is not None:
        active.append(("category", dict(offered.categories)[filters.category_id]))
    if filters.cost_from is not None:
        least = format_money(filters.cost_from, currency)
        active.append(("from", gettext("%(cost)s or more", cost=least)))
    if filters.cost_to is not None:
        most = format_money(filters.cost_to, currency)
        active.append(("to", gettext("%(cost)s or less", cost=most)))
    return active


def _with_same_filters(endpoint: str) -> str:
    """The address of another reading of what this page shows, all pages of it."""
    asked = [(k, v) for k, v in request.args.items(multi=True) if k not in {"page", "view"}]
    return url_for(endpoint) + (f"?{urlencode(asked)}" if asked else "")


@blueprint.get("/projects/map.json")
@public
def map_points() -> Response:
    """The same projects as places, for maps and for anybody's own use."""
    filters, _offered, _known = _asked()
    return _geojson(points(db.session, filters), _POINTS_SECONDS)


@blueprint.get("/map/base.json")
@public
def ground() -> Response:
    """The boundaries of the areas: what maps show where no tiles are configured."""
    return _geojson(base_map(db.session), _BOUNDARIES_SECONDS)


def _geojson(collection: Json, seconds: int) -> Response:
    response = jsonify(collection)
    response.mimetype = "application/geo+json"
    if g.actor.id is None:
        response.headers["Cache-Control"] = f"public, max-age={seconds}"
    else:
        response.headers["Cache-Control"] = f"private, max-age={seconds}"
    return response


@blueprint.get("/projects/similar")
@requires("core:signed-in")
def similar_projects() -> str:
    """What was proposed already and sounds much like what is being typed; part of a page."""
    args = request.args
    words = args.get("q") or f"{args.get('title', '')} {args.get('summary', '')}"
    found = similar(
        db.session,
        words[:_LONGEST_TEXT],
        _ident(args, "round") or 0,
        category_id=_ident(args, "category_id"),
        place=_place(args),
        but=_ident(args, "but"),
    )
    return render_template("projects/browse_similar.html", found=found)


def _ident(args: MultiDict[str, str], name: str) -> int | None:
    value = args.get(name, type=int)
    return value if value is not None and 0 < value < 2**63 else None


def _place(args: MultiDict[str, str]) -> tuple[float, float] | None:
    """The place on the form, unless it is none on Earth (``nan`` is not)."""
    latitude, longitude = args.get("latitude", type=float), args.get("longitude", type=float)
    if latitude is None or longitude is None:
        return None
    on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if on_earth else None
