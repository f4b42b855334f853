"""Officers check names: the queue, one request, and checks made on the spot."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts.addresses import normalise_address
from accounts.models import Verification
from accounts.office_forms import InPersonForm, RefuseForm
from accounts.office_queries import paths_of, waiting
from accounts.policies import VERIFIERS
from accounts.queries import home_choices
from accounts.routes import officer
from accounts.routes.own_data import identity_in
from accounts.services import verification
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, NotFound
from core.forms import options
from core.i18n import current_locale, gettext, lazy_gettext
from core.policy import requires


def load(ident: int) -> Verification:
    """A request to be verified, with its area. Raises ``NotFound``."""
    found = db.session.scalar(
        select(Verification)
        .join(Verification.area)
        .options(contains_eager(Verification.area))
        .where(Verification.id == ident)
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such request."))
    return found


@officer.get("/verify")
@requires("accounts:verification:see")
def queue() -> str:
    """Who waits to be verified in my areas."""
    found = waiting(db.session, paths_of(g.actor, VERIFIERS), g.actor.id)
    return render_template("accounts/verify_queue.html", waiting=found)


@officer.get("/verify/<int:ident>")
@requires("accounts:verification:decide", subject=load)
def check(asked: Verification) -> str:
    """One request beside what the register says."""
    return _check_page(asked, RefuseForm(formdata=None))


def _check_page(asked: Verification, form: RefuseForm) -> str:
    found = verification.candidates(db.session, asked)
    return render_template("accounts/verify_one.html", asked=asked, found=found, form=form)


@officer.post("/verify/<int:ident>/confirm")
@requires("accounts:verification:decide", subject=load)
def confirm(asked: Verification) -> ResponseReturnValue:
    """Say which line of the register the person is."""
    entry_id = request.form.get("entry", 0, int)
    try:
        with transaction() as writing:
            verification.confirm(writing, asked.id, entry_id, by_id=g.actor.id, now=now())
        flash(gettext("Checked. The resident has been told."), "good")
    except DomainError as error:
        flash(error.message, "bad")
        return redirect(url_for("accounts_officer.check", ident=asked.id), 303)
    return redirect(url_for("accounts_officer.queue"), 303)


@officer.post("/verify/<int:ident>/refuse")
@requires("accounts:verification:decide", subject=load)
def refuse(asked: Verification) -> ResponseReturnValue:
    """Say why the name could not be confirmed."""
    form = RefuseForm()
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                reason = form.reason.data or ""
                verification.refuse(writing, asked.id, reason, by_id=g.actor.id, now=now())
            flash(gettext("The resident has been told why."), "good")
            return redirect(url_for("accounts_officer.queue"), 303)
        except DomainError as error:
            form.absorb(error)
    return _check_page(asked, form), 422


@officer.route("/verify/in-person", methods=["GET", "POST"])
@requires("accounts:verification:see")
def in_person() -> ResponseReturnValue:
    """Verify somebody who stands before me, document in hand."""
    form = InPersonForm()
    paths = paths_of(g.actor, VERIFIERS)
    form.area.choices = options(home_choices(db.session, paths))
    if form.validate_on_submit():
        try:
            _verify_in_person(form)
            flash(gettext("Checked. They can vote now."), "good")
            return redirect(url_for("accounts_officer.queue"), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/verify_in_person.html", form=form), status


def _verify_in_person(form: InPersonForm) -> None:
    address = normalise_address(form.address.data or "")
    with transaction() as writing:
        verification.verify_in_person(
            writing, address, identity_in(form), current_locale(), by_id=g.actor.id, now=now()
        )
