"""Running a round: writing it, checking it, opening it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from accounts.models import Area
from accounts.queries import within
from budgeting.forms import ReasonForm, amendment_form, round_form
from budgeting.limit_forms import limits_form, project_rows, typed_limits
from budgeting.limits import limits_of
from budgeting.models import Round, RoundState
from budgeting.policies import OFFICERS
from budgeting.queries import cards, categories, load_round
from budgeting.routes.public import show_round
from budgeting.routes.round_page import Named, answer, budget_areas, propose_dates
from budgeting.services.amending import amend_round
from budgeting.services.checks import missing
from budgeting.services.limiting import limit_projects
from budgeting.services.rounds import (
    cancel_round,
    create_round,
    duplicate_round,
    edit_round,
    publish_round,
)
from budgeting.states import EDITABLE
from budgeting.typed import amendment_of, plan_of
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, NotFound
from core.forms import XForm
from core.i18n import Message, gettext, lazy_gettext, localize
from core.policy import requires

blueprint = Blueprint("budgeting_officer", __name__)
MANAGE = "budgeting:round:manage"


def _round(round_id: int) -> Round:
    return load_round(db.session, round_id)


@blueprint.get("/rounds/manage")
@requires("budgeting:round:create")
def manage() -> str:
    """An officer's rounds, drafts among them, and where a new one can be opened."""
    ground = within(tuple(grant.area_path for grant in g.actor.grants if grant.role in OFFICERS))
    shown = cards(db.session, now(), ground)
    return render_template("budgeting/manage.html", cards=shown, areas=_areas(ground))


def _areas(ground: ColumnElement[bool]) -> Named:
    rows = select(Area.id, Area.name).where(ground).order_by(Area.path)
    return [(area, localize(name).text) for area, name in db.session.execute(rows)]


def _area(area_id: int) -> Area:
    found = db.session.get(Area, area_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such area."))
    return found


@blueprint.route("/areas/<int:area_id>/rounds/new", methods=["GET", "POST"])
@requires("budgeting:round:create", _area)
def new(area: Area) -> ResponseReturnValue:
    """Write a new round."""
    area_id, name, areas = area.id, localize(area.name).text, budget_areas(area)
    form = round_form(areas)
    if request.method == "GET":
        propose_dates(form, now())

    def write(session: Session) -> Round:
        return create_round(session, g.actor.id, area_id, plan_of(form, areas), now())

    return answer(form, name, write, areas=areas)


@blueprint.route("/rounds/<int:round_id>/edit", methods=["GET", "POST"])
@requires("budgeting:round:edit", _round)
def edit(round_: Round) -> ResponseReturnValue:
    """Change a draft; of a public round only its name and dates."""
    if round_.state != RoundState.DRAFT:
        return _amend(round_)
    round_id, name, areas = round_.id, localize(round_.area.name).text, budget_areas(round_.area)
    form = round_form(areas, round_=round_, categories=categories(db.session, round_id))

    def write(session: Session) -> Round:
        return edit_round(session, round_id, plan_of(form, areas), now())

    return answer(form, name, write, areas=areas, round_id=round_id)


def _amend(round_: Round) -> ResponseReturnValue:
    round_id, name, form = round_.id, localize(round_.area.name).text, amendment_form(round_)

    def write(session: Session) -> Round:
        known = load_round(session, round_id)
        return amend_round(session, round_id, amendment_of(form, known), now())

    return answer(form, name, write, template="budgeting/amend.html", round_id=round_id)


@blueprint.get("/rounds/<int:round_id>/check")
@requires(MANAGE, _round)
def check(round_: Round) -> str:
    """What is still missing before the round can open, and the buttons to go on."""
    return _check_page(round_)


def _check_page(round_: Round, problem: Message = "", reason: ReasonForm | None = None) -> str:
    return render_template(
        "budgeting/check.html",
        round=round_,
        title=localize(round_.title),
        checks=missing(db.session, round_, now()),
        editable=round_.state in EDITABLE,
        problem=problem,
        form=XForm(),
        cancel=reason or ReasonForm(formdata=None),
    )


@blueprint.route("/rounds/<int:round_id>/limits", methods=["GET", "POST"])
@requires("budgeting:round:edit", _round)
def limits(round_: Round) -> ResponseReturnValue:
    """Say which projects exclude each other, and which are paid for already."""
    round_id, rows = round_.id, project_rows(db.session, round_)
    projects = [row.id for row in rows]
    form = limits_form(projects, limits_of(round_))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                limit_projects(session, round_id, *typed_limits(form, projects), now())
            flash(gettext("Saved, and shown on the page of the round."), "good")
            return redirect(url_for(".check", round_id=round_id), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if request.method == "POST" else 200
    page = render_template("budgeting/limits.html", round=_round(round_id), form=form, rows=rows)
    return page, status


@blueprint.get("/rounds/<int:round_id>/preview")
@requires(MANAGE, _round)
def preview(round_: Round) -> str:
    """The page exactly as everybody will see it."""
    return show_round(round_, preview=True)


@blueprint.post("/rounds/<int:round_id>/publish")
@requires("budgeting:round:edit", _round)
def publish(round_: Round) -> ResponseReturnValue:
    """Show the round to everybody."""
    return _done(round_, publish_round, gettext("The round is public now."))


@blueprint.post("/rounds/<int:round_id>/cancel")
@requires("budgeting:round:cancel", _round)
def cancel(round_: Round) -> ResponseReturnValue:
    """Call the round off, with a reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _check_page(round_, reason=form), 422

    def write(session: Session, round_id: int, at: datetime) -> Round:
        return cancel_round(session, round_id, form.reason.data or "", at)

    return _done(round_, write, gettext("The round is called off."))


def _done(
    round_: Round, write: Callable[[Session, int, datetime], Round], said: str
) -> ResponseReturnValue:
    """Do it and show the round; when it cannot be done, say why on the check list."""
    round_id = round_.id
    try:
        with transaction() as session:
            write(session, round_id, now())
    except DomainError as error:
        return _check_page(_round(round_id), error.message), error.status
    flash(said, "good")
    return redirect(url_for("budgeting_public.round_page", round_id=round_id), 303)


@blueprint.post("/rounds/<int:round_id>/duplicate")
@requires(MANAGE, _round)
def duplicate(round_: Round) -> ResponseReturnValue:
    """Begin a new draft like this round."""
    with transaction() as session:
        made = duplicate_round(session, round_.id, g.actor.id, now()).id
    flash(gettext("Here is a draft like it. Please look at the dates."), "good")
    return redirect(url_for(".edit", round_id=made), 303)
