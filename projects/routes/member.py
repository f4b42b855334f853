"""Proposing: beginning, writing, handing in and taking back one's own proposals."""

from __future__ import annotations

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import db, transaction
from core.errors import Conflict
from core.i18n import current_locale, gettext
from core.policy import check, public, requires
from core.web import limiter
from projects.calls import Call, calls
from projects.cases import Case, load_call, load_case
from projects.forms import ProposalForm
from projects.proposal import written
from projects.queries import own_projects
from projects.routes.proposal_page import (
    keep_photos,
    keep_text,
    make_form,
    remove_ticked,
    render,
    show_version,
    uploaded,
)
from projects.services import create_draft, submit, withdraw
from projects.services.drafts import EditConflict
from projects.services.proposing import MOST_SUBMISSIONS
from projects.states import EDITABLE, State

blueprint = Blueprint("projects_member", __name__)


@blueprint.get("/projects/new")
@public
def new() -> str:
    """How to propose something in a round, or which rounds there are."""
    round_id = request.args.get("round", type=int)
    if round_id is None:
        return render_template("projects/choose.html", calls=calls(db.session, now()))
    call = load_call(round_id)
    answer = check(g.actor, "projects:project:propose", call)
    own = own_projects(db.session, g.actor.id, call.id) if g.actor.id else []
    return render_template("projects/new.html", call=call, answer=answer, own=own)


def _posted_call() -> Call:
    return load_call(request.form.get("round", 0, type=int))


@blueprint.post("/projects/new")
@limiter.limit("60 per hour")
@requires("projects:project:propose", _posted_call)
def start(call: Call) -> ResponseReturnValue:
    """Begin a draft and go on writing it."""
    with transaction() as session:
        ident = create_draft(session, call, g.actor.id, current_locale(), now()).id
    return redirect(url_for("projects_member.edit", project_id=ident), 303)


@blueprint.get("/projects/mine")
@requires("core:signed-in")
def mine() -> str:
    """One's own drafts and proposals."""
    return render_template("projects/mine.html", own=own_projects(db.session, g.actor.id))


def _is_open(case: Case) -> bool:
    """Whether this project may still be written on: a draft, or a first refusal."""
    project = case.project
    return project.state in EDITABLE and project.submission < MOST_SUBMISSIONS


def _handed_in(project_id: int) -> ResponseReturnValue:
    return redirect(url_for("projects_public.project", project_id=project_id), 303)


@blueprint.get("/projects/<int:project_id>/edit")
@requires("projects:project:edit", load_case)
def edit(case: Case) -> ResponseReturnValue:
    """Write a draft, or a revision of what did not pass the review."""
    if not _is_open(case):
        return _handed_in(case.project.id)
    return render(case, make_form(case, strict=True))


@blueprint.post("/projects/<int:project_id>/edit")
@limiter.limit("120 per hour")
@requires("projects:project:edit", load_case)
def save(case: Case) -> ResponseReturnValue:
    """Save the draft with its photos, and hand it in if that button was pressed."""
    project_id = case.project.id
    if not _is_open(case):
        return _handed_in(project_id)  # the second click of two finds the first one's work
    handing_in = request.form.get("action") == "submit"
    refused = keep_photos(project_id, uploaded())
    form = make_form(case, strict=handing_in)
    fits = form.validate()
    try:
        return _keep(case, form, refused, handing_in=handing_in and fits)
    except EditConflict:
        saved = written(case.project)
        show_version(form, case.project.draft_version)
        return render(case, form, 409, saved=saved)
    except Conflict as error:
        if not _is_open(case):
            return _handed_in(project_id)
        form.absorb(error)
        return render(case, form, error.status)


def _keep(
    case: Case, form: ProposalForm, refused: list[str], *, handing_in: bool
) -> ResponseReturnValue:
    """Keep what fits; say what does not, or hand it in, or go on writing."""
    proposal, version = keep_text(case, form)
    remove_ticked(case, form)
    form["photos"].errors = [*form["photos"].errors, *refused]
    if form.errors:
        return render(case, form, 422)
    project_id = case.project.id
    if not handing_in:
        flash(gettext("Your draft is saved. Only you can see it."), "good")
        return redirect(url_for("projects_member.edit", project_id=project_id), 303)
    with transaction() as session:
        submit(session, case.call, project_id, now(), proposal=proposal, version=version)
    flash(gettext("Thank you! Your proposal is handed in, and everybody can read it."), "good")
    return redirect(url_for("projects_public.project", project_id=project_id), 303)


@blueprint.post("/projects/<int:project_id>/draft")
@requires("projects:project:edit", load_case)
def autosave(case: Case) -> ResponseReturnValue:
    """Save the draft while it is being written; answers the script with the new version."""
    if not _is_open(case):
        message = gettext("This proposal has been handed in and is closed for changes.")
        return jsonify(message=message), 409
    form = make_form(case, strict=False)
    fits = form.validate()
    try:
        _, version = keep_text(case, form)
    except Conflict as error:
        message = gettext("%(why)s Press “Save the draft” to see both.", why=error.message)
        return jsonify(message=message), 409
    if fits:
        return jsonify(version=version)
    unfit = gettext(", ").join(str(field.label.text) for field in form if field.errors)
    message = gettext("Saved, except for what does not fit yet: %(fields)s", fields=unfit)
    return jsonify(version=version, message=message), 422


@blueprint.post("/projects/<int:project_id>/withdraw")
@requires("projects:project:withdraw", load_case)
def take_back(case: Case) -> ResponseReturnValue:
    """Withdraw a proposal, or throw a draft away."""
    draft = case.project.state == State.DRAFT
    with transaction() as session:
        withdraw(session, case.project.id, now())
    words = gettext("The draft is gone.") if draft else gettext("Your proposal is withdrawn.")
    flash(words, "good")
    return redirect(url_for("projects_member.mine"), 303)
