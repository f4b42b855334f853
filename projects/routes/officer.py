"""The review as the office that runs the round sees it: asking, reading, deciding, translating."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import db, transaction
from core.errors import Conflict, DomainError
from core.forms import options
from core.i18n import LOCALES, gettext, language_name, localize, ngettext
from core.policy import requires
from projects.calls import Call
from projects.cases import Case, load_call, load_case
from projects.proposal import TEXT_FIELDS
from projects.review_forms import AskForm, TranslationForm, decision_form
from projects.review_queries import answers, departments_for, review_queue
from projects.services import Decision, ask_reviews, publish_review, translate
from projects.states import State

blueprint = Blueprint("projects_officer", __name__)


def _named_call() -> Call:
    return load_call(request.values.get("round", 0, type=int))


def _state_filter() -> State | None:
    wanted = request.args.get("state", "")
    return State(wanted) if wanted in set(State) else None


def _ask_form(call: Call, project_ids: list[int], but: frozenset[int] = frozenset()) -> AskForm:
    """The form over these projects and the round's departments, ``but`` some."""
    form = AskForm()
    form.organisations.choices = options(
        (ident, str(localize(name)))
        for ident, name in departments_for(db.session, call)
        if ident not in but
    )
    form.projects.choices = options((ident, str(ident)) for ident in project_ids)
    return form


@blueprint.get("/review")
@requires("projects:reviews:list", _named_call)
def queue(call: Call) -> ResponseReturnValue:
    """A round's proposals from submission to decision."""
    return _queue(call, None)


def _queue(call: Call, form: AskForm | None, status: int = 200) -> tuple[str, int]:
    rows = review_queue(db.session, call.id, _state_filter())
    form = form or _ask_form(call, [row.id for row in rows])
    page = render_template("projects/review_queue.html", call=call, rows=rows, form=form)
    return page, status


@blueprint.post("/review")
@requires("projects:reviews:list", _named_call)
def ask_many(call: Call) -> ResponseReturnValue:
    """Ask the same departments about every ticked project."""
    form = _ask_form(call, [row.id for row in review_queue(db.session, call.id, None)])
    if not form["projects"].data and not form["projects"].errors:
        form.form_errors.append(gettext("Please tick at least one project."))
    if not form.validate() or form.form_errors:
        return _queue(call, form, 422)
    try:
        count = _ask(call, form, form["projects"].data)
    except Conflict as error:
        form.absorb(error)
        return _queue(call, form, error.status)
    flash(_asked(count), "good")
    return redirect(url_for("projects_officer.queue", round=call.id), 303)


def _ask(call: Call, form: AskForm, project_ids: list[int]) -> int:
    """Ask about all of the projects, or about none; returns the number of new questions."""
    with transaction() as session:
        return sum(
            ask_reviews(
                session,
                call,
                project_id,
                now(),
                organisation_ids=form["organisations"].data,
                working_days=form["working_days"].data,
                officer_id=g.actor.id,
            )
            for project_id in sorted(project_ids)
        )


def _asked(count: int) -> str:
    if not count:
        return gettext("They had all been asked already.")
    return ngettext("%(num)s question sent.", "%(num)s questions sent.", count)


@blueprint.get("/projects/<int:project_id>/review")
@requires("projects:project:review", load_case)
def review(case: Case) -> ResponseReturnValue:
    """One project's review: who was asked, what they say, the decision."""
    return _review(case)


def _review(
    case: Case, ask: AskForm | None = None, decision: Any = None, status: int = 200
) -> tuple[str, int]:
    rows = answers(db.session, case.project)
    asked = frozenset(row.organisation_id for row in rows)
    highest = max((row.cost for row in rows if row.cost), default=case.project.estimate)
    page = render_template(
        "projects/review.html",
        case=case,
        rows=rows,
        ask=ask or _ask_form(case.call, [case.project.id], but=asked),
        decision=decision or decision_form(case.call, highest),
    )
    return page, status


@blueprint.post("/projects/<int:project_id>/review/ask")
@requires("projects:project:review", load_case)
def ask(case: Case) -> ResponseReturnValue:
    """Ask departments, or further ones, about one project."""
    form = _ask_form(case.call, [case.project.id])
    if not form.validate():
        return _review(case, ask=form, status=422)
    try:
        count = _ask(case.call, form, [case.project.id])
    except Conflict as error:
        form.absorb(error)
        return _review(case, ask=form, status=error.status)
    flash(_asked(count), "good")
    return redirect(url_for("projects_officer.review", project_id=case.project.id), 303)


@blueprint.post("/projects/<int:project_id>/review")
@requires("projects:project:review", load_case)
def publish(case: Case) -> ResponseReturnValue:
    """Decide, and publish the departments' answers with the decision."""
    form = decision_form(case.call, None)
    if not form.validate():
        return _review(case, decision=form, status=422)
    decision = Decision(
        eligible=form["eligible"].data == "yes",
        reason=form["reason"].data,
        cost=form["cost"].data,
        without_missing=form["without_missing"].data,
    )
    project_id = case.project.id
    try:
        with transaction() as session:
            publish_review(session, case.call, project_id, decision, now())
    except DomainError as error:
        form.absorb(error)
        return _review(case, decision=form, status=error.status)
    flash(gettext("Published. The proposer has been told."), "good")
    return redirect(url_for("projects_public.project", project_id=project_id), 303)


def _other_language(case: Case) -> str:
    return next(code for code in LOCALES if code != case.project.language)


@blueprint.route("/projects/<int:project_id>/translation", methods=["GET", "POST"])
@requires("projects:project:translate", load_case)
def translation(case: Case) -> ResponseReturnValue:
    """Write a project's text in its other language."""
    language, project = _other_language(case), case.project
    known = {name: getattr(project, name).get(language, "") for name in TEXT_FIELDS}
    form = TranslationForm(data=known)
    if form.validate_on_submit():
        texts = {name: form[name].data for name in TEXT_FIELDS}
        with transaction() as session:
            translate(session, project.id, language, texts, now())
        flash(gettext("The translation is saved."), "good")
        return redirect(url_for("projects_public.project", project_id=project.id), 303)
    page = render_template(
        "projects/translation.html", case=case, form=form, language=language_name(language)
    )
    return page, 422 if form.errors else 200
