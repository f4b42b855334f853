"""Taking one's data along, asking to be verified, and being forgotten."""

from __future__ import annotations

import json
from datetime import date, datetime

from flask import Response, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from accounts import own_pages
from accounts.forms import EraseForm
from accounts.office_forms import VerificationForm
from accounts.queries import home_choices
from accounts.routes import member
from accounts.services import erasure, verification
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import options
from core.i18n import gettext
from core.policy import requires

WORDS = frozenset({"erase", "注销"})


@member.get("/me/data")
@requires("accounts:me:change")
def data() -> Response:
    """Everything kept about me, as a JSON file."""
    copy = erasure.own_copy(db.session, g.actor.id, now())
    body = json.dumps(copy, ensure_ascii=False, indent=2, default=_plain)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=gongzhi-my-data.json"
    return response


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a download")


@member.route("/me/verification", methods=["GET", "POST"])
@requires("accounts:me:change")
def verify() -> ResponseReturnValue:
    """Ask for my name to be checked, or see where that stands."""
    form = VerificationForm(data={"name": g.actor.name, "area": g.actor.area_id})
    form.area.choices = options(home_choices(db.session))
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                verification.request(writing, g.actor.id, identity_in(form), now())
            flash(gettext("Thank you. We check it and tell you here and by message."), "good")
            return redirect(url_for("accounts_member.verify"), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if form.is_submitted() else 200
    check = own_pages.newest_check(db.session, g.actor.id)
    return render_template("accounts/verification.html", form=form, check=check), status


def identity_in(form: VerificationForm) -> verification.Identity:
    """What was typed about somebody's identity."""
    return verification.Identity(
        name=form.name.data or "",
        id_tail=form.id_tail.data or "",
        birth_year=form.birth_year.data or 0,
        area_id=form.area.data,
    )


@member.route("/me/erase", methods=["GET", "POST"])
@requires("accounts:me:change")
def erase() -> ResponseReturnValue:
    """Be forgotten, after reading what stays."""
    form = EraseForm()
    if form.validate_on_submit() and (form.word.data or "").casefold() not in WORDS:
        form.word.errors = [gettext("Please type the word as it stands above.")]
    elif form.validate_on_submit():
        with transaction() as writing:
            erasure.erase(writing, g.actor.id, now())
        logout_user()
        session.clear()
        flash(gettext("Your account is erased. Goodbye, and thank you."), "good")
        return redirect(url_for("core.home"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/erase.html", form=form), status
