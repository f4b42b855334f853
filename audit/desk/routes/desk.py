"""The desk itself: what there is to do, by its day, and the way to everything else."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from audit.desk.duties import auditor_duties
from audit.desk.offices import paths_of
from audit.desk.routes import blueprint
from audit.flags.pages import counts, heaviest, newest_run, rule_choices
from audit.flags.runs import ask
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext
from core.policy import requires

HEAVIEST = 5


@blueprint.get("")
@requires("audit:desk:see")
def desk() -> str:
    """What waits for an auditor."""
    paths = paths_of(g.actor)
    found = counts(db.session, paths)
    return render_template(
        "audit/desk/desk.html",
        duties=auditor_duties(db.session, g.actor, now()),
        today=now(),
        run=newest_run(db.session),
        flags=heaviest(db.session, paths, HEAVIEST),
        total=sum(found.values()),
        rules=[one for one in rule_choices(found) if one[0] in found],
        form=XForm(formdata=None),
    )


@blueprint.get("/runs/progress")
@requires("audit:desk:see")
def progress() -> Response:
    """How far the rules are, for the page that shows it, which this reloads at the end."""
    run = newest_run(db.session)
    response = make_response(
        render_template("audit/desk/_run.html", run=run, form=XForm(formdata=None))
    )
    if run is None or not run.going:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/runs")
@requires("audit:run:start")
def start_run() -> ResponseReturnValue:
    """Let the rules look at what is new."""
    try:
        with transaction() as session:
            ask(session, g.actor.id, now())
        flash(gettext("The rules are looking. You can go on with something else."), "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(url_for(".desk"), 303)
