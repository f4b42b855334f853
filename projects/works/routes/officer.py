"""Planning, accepting, answering, and accounting for a project: for officers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.routes.entering import limit_tries
from core.clock import local_date, now
from core.db import db
from core.i18n import gettext
from core.policy import requires
from projects.works import services as do
from projects.works.cases import WorkCase, load_confirmation, load_report, load_work
from projects.works.forms import (
    accept_form,
    account_form,
    answer_form,
    confirm_only,
)
from projects.works.milestone_page import milestone_page
from projects.works.people_choice import owners
from projects.works.plan_form import draft_of, plan_form
from projects.works.routes.edge import carried_out, gone_on, page
from projects.works.services.final_account import account_of, figures_of
from projects.works.services.site import Site, milestones_of

blueprint = Blueprint("projects_works_officer", __name__)


@blueprint.route("/projects/<int:project_id>/plan", methods=["GET", "POST"])
@requires("projects:plan:write", load_work)
def plan(work: WorkCase) -> ResponseReturnValue:
    """Write the delivery plan; buttons add, remove and move milestones without keeping it."""
    people = owners(db.session, work.call.area_path, local_date(now()))
    form, ident = plan_form(work.call.currency, people, work.plan), work.project.id

    def write(session: Session) -> None:
        do.write_plan(session, ident, draft_of(form), g.actor.id, now())

    arranging = request.method == "POST" and request.form.get("action") != "save"
    if not arranging and carried_out(form, write):
        return gone_on(
            gettext("The plan is saved. Somebody else has to publish it."),
            f"/projects/{ident}/plan/publish",
        )
    html, status = page("plan.html", form, work=work, currency=work.call.currency)
    return html, 200 if arranging else status


def _plan_read(work: WorkCase) -> dict[str, Any]:
    """The plan as it is read before it is published."""
    if work.plan is None:
        return {"milestones": [], "total": 0}
    milestones = milestones_of(db.session, work.plan)
    return {
        "milestones": milestones,
        "total": sum(one.budget for one in milestones),
        "seen": do.plan_digest(work.plan, milestones),
    }


@blueprint.get("/projects/<int:project_id>/plan/publish")
@requires("projects:plan:read", load_work)
def plan_draft(work: WorkCase) -> ResponseReturnValue:
    """Read the plan as it was written, and publish it if somebody else wrote it."""
    return page("plan_publish.html", confirm_only(), work=work, **_plan_read(work))


@blueprint.post("/projects/<int:project_id>/plan/publish")
@limit_tries
@requires("projects:plan:publish", load_work)
def publish(work: WorkCase) -> ResponseReturnValue:
    """Publish the plan that somebody else wrote."""
    form, ident = confirm_only(), work.project.id

    def write(session: Session) -> None:
        do.publish_plan(session, ident, form["seen"].data or "", g.actor.id, now())

    url = f"/projects/{ident}"
    if not work.published and not carried_out(form, write):
        return page("plan_publish.html", form, work=work, **_plan_read(work))
    return gone_on(gettext("Published. From now on everybody sees how the work goes."), url)


@blueprint.route("/reports/<int:report_id>/accept", methods=["GET", "POST"])
@limit_tries
@requires("projects:report:accept", load_report)
def accept(work: WorkCase) -> ResponseReturnValue:
    """Look at a report and say whether the work is accepted."""
    form = accept_form()
    report, milestone = work.report, work.milestone
    if report is None or milestone is None:
        raise AssertionError
    ident, url = report.id, f"/milestones/{milestone.id}"

    def write(session: Session) -> None:
        yes, why = form["accepted"].data == "yes", form["reason"].data or ""
        do.accept(session, ident, g.actor.id, accepted=yes, reason=why, now=now())

    if carried_out(form, write):
        return gone_on(gettext("Thank you. What you said is on the page."), url)
    shown = milestone_page(db.session, work)
    found = next(one for one in shown.reports if one.report.id == ident)
    return page("accept.html", form, work=work, page=shown, found=found)


@blueprint.route("/confirmations/<int:confirmation_id>/answer", methods=["GET", "POST"])
@requires("projects:dispute:answer", load_confirmation)
def answer(work: WorkCase) -> ResponseReturnValue:
    """Answer a dispute in public."""
    form, said, milestone = answer_form(), work.confirmation, work.milestone
    if said is None or milestone is None:
        raise AssertionError
    ident, url = said.id, f"/milestones/{milestone.id}#report-{said.report_id}"

    def write(session: Session) -> None:
        do.answer_dispute(session, ident, form["answer"].data, g.actor.id, now())

    if carried_out(form, write):
        return gone_on(gettext("Your answer is on the page."), url)
    return page("answer.html", form, work=work)


@blueprint.route("/projects/<int:project_id>/account", methods=["GET", "POST"])
@requires("projects:account:draw", load_work)
def account(work: WorkCase) -> ResponseReturnValue:
    """Draw up the final account, once nothing is open any more."""
    ident = work.project.id
    known = account_of(db.session, ident)
    form = account_form(known.text if known else "")

    def write(session: Session) -> None:
        do.draw_account(session, ident, form["text"].data or "", g.actor.id, now())

    if carried_out(form, write):
        words = gettext("The final account is drawn up. Somebody else has to approve it.")
        return gone_on(words, f"/projects/{ident}/account/approve")
    return page("account.html", form, **_account(load_work(ident)))


def _account(work: WorkCase) -> dict[str, Any]:
    """The figures of a project, and what is still open."""
    values: dict[str, Any] = {"work": work, "known": account_of(db.session, work.project.id)}
    if work.plan is None:
        return values | {"figures": {}, "open": []}
    site = Site(work.project, work.plan)
    return values | {
        "figures": figures_of(db.session, site),
        "open": do.open_matters(db.session, site),
    }


@blueprint.route("/projects/<int:project_id>/account/approve", methods=["GET", "POST"])
@limit_tries
@requires("projects:account:approve", load_work)
def approve_account(work: WorkCase) -> ResponseReturnValue:
    """Approve the final account that somebody else drew up."""
    form, ident = confirm_only(), work.project.id

    def write(session: Session) -> None:
        do.approve_account(session, ident, g.actor.id, now())

    if carried_out(form, write):
        words = gettext("Approved. The project's books are closed, and the rest went back.")
        return gone_on(words, f"/projects/{ident}")
    return page("account_approve.html", form, **_account(load_work(ident)))
