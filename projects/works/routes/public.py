"""What everybody may read: a milestone with its reports, and all that is being carried out."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from accounts.actor import SignedIn
from core.clock import local_date, now
from core.db import db
from core.forms import XForm
from core.policy import check, public
from projects.filters import choices
from projects.works.cases import WorkCase, load_milestone
from projects.works.forms import confirm_form
from projects.works.lists import SHOWN, delivery, read_wanted
from projects.works.milestone_page import milestone_page

blueprint = Blueprint("projects_works_public", __name__)


@blueprint.get("/milestones/<int:milestone_id>")
@public
def milestone(milestone_id: int) -> str:
    """A part of the work: what was promised, every report, what neighbours say."""
    return render_milestone(load_milestone(milestone_id), None)


def render_milestone(work: WorkCase, form: XForm | None) -> str:
    """The page of a milestone, with ``form`` where what was said of a report did not fit."""
    page = milestone_page(db.session, work)
    current = next((one for one in page.reports if one.current), None)
    mine = None
    if current and g.actor.id is not None:
        mine = next((one for one in current.said if one.person_id == g.actor.id), None)
    if form is None:
        form = confirm_form()
        if mine:
            form["holds"].data, form["text"].data = "yes" if mine.holds else "no", mine.text
    return render_template(
        "projects/works/milestone.html",
        work=work,
        page=page,
        form=form,
        mine=mine,
        nearby=_nearby(work),
        may_confirm=check(g.actor, "projects:report:confirm", work),
    )


def _nearby(work: WorkCase) -> bool:
    actor = g.actor
    return (
        isinstance(actor, SignedIn)
        and actor.verified
        and (actor.area_path or "").startswith(work.project.area.path)
    )


@blueprint.get("/delivery")
@public
def list_delivery() -> str:
    """Everything that is being carried out: what is late, and what comes next."""
    wanted = read_wanted(request.args)
    found = delivery(db.session, wanted, local_date(now()))
    return render_template(
        "projects/works/delivery.html",
        found=found,
        wanted=wanted,
        shown=[(name, label) for name, (label, _states) in SHOWN.items()],
        areas=choices(db.session, None).areas,
    )
