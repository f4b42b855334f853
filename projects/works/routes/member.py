"""Reporting work from a phone, saying whether reports are true, rating what was built."""

from __future__ import annotations

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db
from core.i18n import gettext
from core.policy import requires
from core.web import limiter
from projects.models import AsPromised, Evaluation
from projects.works import services as do
from projects.works.cases import (
    WorkCase,
    load_evaluation,
    load_milestone,
    load_report,
    load_work,
)
from projects.works.forms import confirm_form, evaluation_form, hide_form, report_form
from projects.works.policies import contracted
from projects.works.routes.edge import carried_out, gone_on, page
from projects.works.routes.public import render_milestone
from projects.works.services.reporting import MOST_PHOTOS
from projects.works.uploads import sent_photos

blueprint = Blueprint("projects_works_member", __name__)


@blueprint.route("/milestones/<int:milestone_id>/report", methods=["GET", "POST"])
@limiter.limit("60 per hour", methods=["POST"])
@requires("projects:milestone:report", load_milestone)
def report(work: WorkCase) -> ResponseReturnValue:
    """Report what has been done, with photos."""
    form, milestone = report_form(), work.milestone
    if milestone is None:
        raise AssertionError
    ident, place = milestone.id, (work.project.latitude, work.project.longitude)
    by = work.contract.organisation_id if work.contract and contracted(g.actor, work) else None
    photos = sent_photos(form, place) if request.method == "POST" and form.validate() else ()

    def write(session: Session) -> None:
        key = f"{g.actor.id}:{form['key'].data}"
        sent = do.SentReport(key, form["text"].data, tuple(photos), by)
        do.report(session, ident, sent, g.actor.id, now())

    unfit = any(form[f"photo_{number}"].errors for number in range(1, MOST_PHOTOS + 1))
    if not unfit and carried_out(form, write):
        return gone_on(gettext("Thank you! Everybody can read your report now."), work_url(ident))
    return page("report.html", form, work=load_milestone(ident), most=MOST_PHOTOS)


def work_url(milestone_id: int) -> str:
    """The page of a milestone."""
    return f"/milestones/{milestone_id}"


@blueprint.post("/reports/<int:report_id>/confirm")
@limiter.limit("60 per hour")
@requires("projects:report:confirm", load_report)
def confirm(work: WorkCase) -> ResponseReturnValue:
    """Say whether a report is true."""
    form, found, milestone = confirm_form(), work.report, work.milestone
    if found is None or milestone is None:
        raise AssertionError
    ident, url = found.id, f"{work_url(milestone.id)}#report-{found.id}"

    def write(session: Session) -> None:
        holds, text = form["holds"].data == "yes", form["text"].data or ""
        do.confirm(session, ident, g.actor.id, holds=holds, text=text, now=now())

    if carried_out(form, write):
        words = gettext("Thank you! You can change it until the report is decided.")
        return gone_on(words, url)
    return render_milestone(load_report(ident), form), 422


@blueprint.route("/projects/<int:project_id>/evaluation", methods=["GET", "POST"])
@limiter.limit("60 per hour", methods=["POST"])
@requires("projects:evaluation:give", load_work)
def evaluation(work: WorkCase) -> ResponseReturnValue:
    """Say what one thinks of a finished project."""
    ident = work.project.id
    rows = select(Evaluation).where(
        Evaluation.project_id == ident, Evaluation.person_id == g.actor.id
    )
    known = db.session.scalar(rows)
    said = {"rating": str(known.rating), "comment": known.comment} if known else {}
    if known:
        said["as_promised"] = known.as_promised
    form = evaluation_form(**said)

    def write(session: Session) -> None:
        opinion = do.Opinion(
            int(form["rating"].data),
            AsPromised(form["as_promised"].data),
            form["comment"].data or "",
        )
        do.evaluate(session, ident, opinion, g.actor.id, now())

    if carried_out(form, write):
        words = gettext("Thank you! You can change it for thirty days.")
        return gone_on(words, f"/projects/{ident}#evaluation")
    return page("evaluation.html", form, work=load_work(ident), known=known)


@blueprint.route("/evaluations/<int:evaluation_id>/hide", methods=["GET", "POST"])
@requires("projects:evaluation:hide", load_evaluation)
def hide(work: WorkCase) -> ResponseReturnValue:
    """Hide a comment that breaks the rules; its rating stays."""
    form, found = hide_form(), work.evaluation
    if found is None:
        raise AssertionError
    ident, project_id = found.id, work.project.id

    def write(session: Session) -> None:
        do.hide_comment(session, ident, form["reason"].data, g.actor.id, now())

    if carried_out(form, write):
        words = gettext("Hidden. The page says why, and its rating counts as before.")
        return gone_on(words, f"/projects/{project_id}#evaluation")
    return page("hide.html", form, work=load_evaluation(ident))
