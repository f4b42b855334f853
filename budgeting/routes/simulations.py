"""Trying the rules before one is chosen: asking, watching, reading, deleting."""

from __future__ import annotations

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from budgeting.models import Simulation
from budgeting.simulations.choices import areas, parts
from budgeting.simulations.downloads import everything_json, projects_csv, rules_csv
from budgeting.simulations.forms import FILE, ROUND, SimulationForm
from budgeting.simulations.pages import Page, listed, load_simulation, page_of
from budgeting.simulations.services import Question, erase, resume, start, stop
from budgeting.simulations.uploads import question_of
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, Invalid
from core.i18n import gettext
from core.policy import requires
from core.web import limiter

blueprint = Blueprint("budgeting_simulations", __name__)
MANAGE = "budgeting:simulation:manage"


def _simulation(simulation_id: int) -> Simulation:
    return load_simulation(db.session, simulation_id)


@blueprint.route("/rounds/simulate", methods=["GET", "POST"])
@requires("budgeting:simulation:create")
@limiter.limit("60 per hour", methods=["POST"])
def simulate() -> ResponseReturnValue:
    """Choose votes to try every rule on, and see what was tried before."""
    form = _form()
    if form.validate_on_submit():
        try:
            question = _question(form)
            with transaction() as session:
                made = start(session, g.actor.id, question, now()).id
            return redirect(url_for(".simulation", simulation_id=made), 303)
        except DomainError as error:
            form.absorb(error)
    if request.method == "POST":
        form.ask_again()
    page = render_template(
        "budgeting/simulate.html", form=form, simulations=listed(db.session, g.actor)
    )
    return page, 422 if request.method == "POST" else 200


def _form() -> SimulationForm:
    form = SimulationForm()
    offered = parts(db.session, g.actor, now())
    form.offer(offered, areas(db.session, g.actor))
    if form.file.data:  # whoever chose a file means it, whatever is ticked
        form.source.data = FILE
    if request.method == "GET":
        form.source.data = ROUND if offered else FILE
        wanted = request.args.get("round", type=int)
        form.part.data = next((p.key for p in offered if p.round_id == wanted), None)
    return form


def _question(form: SimulationForm) -> Question:
    """What a valid form asks for. Raises ``Invalid`` for a file or an amount that does not fit."""
    chosen = form.chosen
    try:
        if chosen is None:
            upload = form.file.data
            return question_of(upload, form.area.data, form.amount, form.min_votes.data)  # type: ignore[arg-type]  # the form asks for it
        budget = form.amount(chosen.currency)
    except ValueError as error:
        raise Invalid(str(error), fields={"budget": str(error)}) from error
    return Question(
        area_id=chosen.area_id,
        title=chosen.title,
        currency=chosen.currency,
        budget=budget,
        min_votes=form.min_votes.data,
        round_id=chosen.round_id,
        sub_budget_id=chosen.sub_budget_id,
    )


@blueprint.get("/rounds/simulations/<int:simulation_id>")
@requires(MANAGE, _simulation)
def simulation(found: Simulation) -> str:
    """What each rule would have chosen, as far as that is counted."""
    page = page_of(db.session, found)
    return render_template("budgeting/simulation.html", page=page, watching="watch" in request.args)


@blueprint.get("/rounds/simulations/<int:simulation_id>/progress")
@requires(MANAGE, _simulation)
def progress(found: Simulation) -> Response:
    """How far it is, for the page of a simulation, which this reloads at the end."""
    page = page_of(db.session, found)
    response = make_response(render_template("budgeting/_simulation_progress.html", page=page))
    if not page.going:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.get("/rounds/simulations/<int:simulation_id>/projects.csv")
@requires(MANAGE, _simulation)
def projects(found: Simulation) -> Response:
    """Who wins under which rule."""
    return _file(found, "projects.csv", projects_csv, "text/csv")


@blueprint.get("/rounds/simulations/<int:simulation_id>/rules.csv")
@requires(MANAGE, _simulation)
def rules(found: Simulation) -> Response:
    """The figures of each rule."""
    return _file(found, "rules.csv", rules_csv, "text/csv")


@blueprint.get("/rounds/simulations/<int:simulation_id>/all.json")
@requires(MANAGE, _simulation)
def everything(found: Simulation) -> Response:
    """The election and every outcome."""
    return _file(found, "all.json", everything_json, "application/json")


def _file(found: Simulation, name: str, write: Callable[[Page], str], kind: str) -> Response:
    response = Response(write(page_of(db.session, found)), mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename=simulation-{found.id}-{name}"
    return response


@blueprint.post("/rounds/simulations/<int:simulation_id>/stop")
@requires(MANAGE, _simulation)
def halt(found: Simulation) -> ResponseReturnValue:
    """Count by no further rule."""
    return _done(found.id, stop, gettext("Stopped. What was counted stays."))


@blueprint.post("/rounds/simulations/<int:simulation_id>/resume")
@requires(MANAGE, _simulation)
def go_on(found: Simulation) -> ResponseReturnValue:
    """Count by the rules that are missing."""
    return _done(
        found.id, lambda session, ident: resume(session, ident, now()), gettext("Going on.")
    )


def _done(ident: int, change: Callable[[Session, int], None], said: str) -> ResponseReturnValue:
    try:
        with transaction() as session:
            change(session, ident)
        flash(said, "good")
    except DomainError as error:
        flash(str(error.message), "warn")
    return redirect(url_for(".simulation", simulation_id=ident), 303)


@blueprint.post("/rounds/simulations/<int:simulation_id>/delete")
@requires(MANAGE, _simulation)
def delete(found: Simulation) -> ResponseReturnValue:
    """Delete it with its file and figures."""
    with transaction() as session:
        erase(session, found.id)
    flash(gettext("The simulation is deleted."), "good")
    return redirect(url_for(".simulate"), 303)
