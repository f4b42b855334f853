"""Closing the books of an area up to a day: one person asks, another approves."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.code_form import code_fits
from accounts.models import Area
from accounts.routes.entering import limit_tries
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import XForm
from core.i18n import gettext, localize
from core.policy import check, demand, may, requires
from core.web import settings
from ledger.deciding_forms import decision_form
from ledger.fund_forms import closing_form
from ledger.models import PeriodClosing
from ledger.policies import READERS, paths
from ledger.queries.funds import closings, load_closing
from ledger.routes import officer
from ledger.routes.funds import areas_in
from ledger.rules import FINANCE
from ledger.services.funds import ask_to_close, close_period


def load(closing_id: int) -> PeriodClosing:
    """A closing with its area. Raises ``NotFound``."""
    return load_closing(db.session, closing_id)


@officer.get("/closings")
@requires("ledger:office:see")
def closing_list() -> str:
    """Which books are closed up to which day."""
    return _list(closing_form(areas_in(paths(g.actor, FINANCE))))


def _list(form: XForm) -> str:
    rows = closings(db.session, paths(g.actor, READERS))
    asks = may(g.actor, "ledger:period:close")
    return render_template("ledger/closings.html", rows=rows, form=form, asks=asks)


@officer.post("/closings")
@requires("ledger:period:close")
def ask_closing() -> ResponseReturnValue:
    """Ask for books to be closed."""
    form = closing_form(areas_in(paths(g.actor, FINANCE)))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                area = session.get_one(Area, int(form["area"].data))
                demand(g.actor, "ledger:period:close", area)
                ask_to_close(session, area, form["ends_on"].data, g.actor.id, now())
            flash(gettext("Asked for. Somebody else has to approve it now."), "good")
            return redirect(url_for(".closing_list"), 303)
        except DomainError as error:
            form.absorb(error)
    return _list(form), 422


@officer.route("/closings/<int:closing_id>/approve", methods=["GET", "POST"])
@limit_tries
@requires("ledger:period:approve", load)
def approve_closing(found: PeriodClosing) -> ResponseReturnValue:
    """Close the books, after being asked whether it is meant."""
    closing_id = found.id
    form = decision_form("close", weighty=True, today=local_date(now()))
    if form.validate_on_submit() and code_fits(form):
        try:
            with transaction() as session:
                close_period(session, closing_id, g.actor.id, now())
            flash(gettext("The books are closed. Corrections carry later dates."), "good")
            return redirect(url_for(".closing_list"), 303)
        except DomainError as error:
            form.absorb(error)
    found = load(closing_id)
    answer = check(g.actor, "ledger:period:approve", found)
    page = render_template(
        "ledger/close.html",
        closing=found,
        area=localize(found.area.name),
        form=form,
        why=None if answer is True else answer,
        asks_elsewhere=settings().demo,
    )
    return page, 422 if request.method == "POST" else 200
