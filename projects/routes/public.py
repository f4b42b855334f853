"""A project's page, at one address for ever."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, render_template, request, url_for

from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.panels import render_panels
from core.policy import check, may, public
from projects.cases import Case, load_case
from projects.queries import project_page, title_of
from projects.works.cases import WorkCase
from transparency.log import MOST_LEAVES

blueprint = Blueprint("projects_public", __name__)
SLOTS = ("project.actions", "project.result", "project.money", "project.side")


def _number(typed: str) -> int:
    """A place in the record. Raises ``ValueError`` for anything else."""
    number = int(typed)
    if not 0 < number <= MOST_LEAVES:
        raise ValueError(typed)
    return number


def _readable(project_id: int) -> Case:
    case = load_case(project_id)
    if not may(g.actor, "projects:project:read", case):
        # Nobody learns from the answer whether there is a draft of that number.
        raise NotFound(lazy_gettext("There is no such project."))
    return case


@blueprint.get("/projects/<int:project_id>")
@public
def project(project_id: int) -> str:
    """What is proposed, what became of it, and why."""
    case = _readable(project_id)
    page = project_page(db.session, case, before=request.args.get("before", type=_number))
    panels = {slot.partition(".")[2]: render_panels(db.session, slot, page) for slot in SLOTS}
    work = WorkCase(case, page.plan)
    return render_template(
        "projects/project.html",
        page=page,
        case=case,
        panels=panels,
        work=work,
        may_evaluate=check(g.actor, "projects:evaluation:give", work),
    )


@blueprint.get("/projects/<int:project_id>/place.json")
@public
def place(project_id: int) -> Response:
    """Where a project would be, for the map on its page."""
    found = _readable(project_id).project
    if found.latitude is None:
        return jsonify(type="FeatureCollection", features=[])
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [found.longitude, found.latitude]},
        "properties": {
            "id": found.id,
            "title": title_of(found.title).text,
            "url": url_for("projects_public.project", project_id=found.id),
        },
    }
    return jsonify(type="FeatureCollection", features=[feature])
