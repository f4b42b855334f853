"""Who can be paid: looked up, and entered."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.i18n import gettext
from core.policy import requires
from ledger.forms import check_payee, new_payee_of
from ledger.fund_forms import payee_form
from ledger.queries.payees import payee_listing
from ledger.routes import officer
from ledger.services.asking import enter_payee


@officer.get("/payees")
@requires("ledger:payee:see")
def payees() -> str:
    """Payees, by name or code."""
    words = request.args.get("q", "").strip()[:100]
    page = payee_listing(db.session, words, request.args.get("page", 1, type=int))
    return render_template("ledger/payees.html", page=page)


@officer.route("/payees/new", methods=["GET", "POST"])
@requires("ledger:payee:add")
def new_payee() -> ResponseReturnValue:
    """Enter somebody who can be paid."""
    form = payee_form()
    if form.validate_on_submit() and check_payee(form):
        new = new_payee_of(form)
        try:
            with transaction() as session:
                if new is not None:
                    enter_payee(session, new, g.actor.id, now())
            flash(gettext("The payee is entered."), "good")
            return redirect(url_for(".payees"), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if request.method == "POST" else 200
    return render_template("ledger/new_payee.html", form=form), status
