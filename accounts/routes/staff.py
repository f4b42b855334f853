"""Staff sign in with password and second factor, and set both up by a one-time link."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from accounts.forms import CodeForm, NewPasswordForm, SecondFactorForm, StaffForm
from accounts.models import Person
from accounts.notices import site_name
from accounts.routes import public
from accounts.routes.entering import limit_tries, open_door, walk_in
from accounts.services import setting_up
from accounts.services.second_factor import show_secret
from accounts.services.staff import check_password, check_second_factor
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.i18n import current_locale
from core.policy import requires

PENDING = "staff_sign_in"
PATIENCE = 600  # seconds between the two factors


@public.route("/staff/sign-in", methods=["GET", "POST"])
@limit_tries
@requires("accounts:staff:sign-in")
def staff_sign_in() -> ResponseReturnValue:
    """The first factor: e-mail and password."""
    form, status, target = StaffForm(), 200, request.args.get("next")
    if form.validate_on_submit():
        email = (form.email.data or "").lower()
        with transaction() as writing:
            found = check_password(writing, email, form.password.data or "", now())
        if isinstance(found, int):
            session[PENDING] = {"person": found, "at": now().timestamp()}
            return redirect(url_for("accounts_public.staff_code", next=target), 303)
        form.form_errors.append(found)
    if form.is_submitted():
        status = 422
    return render_template("accounts/staff_sign_in.html", form=form), status


@public.route("/staff/sign-in/code", methods=["GET", "POST"])
@limit_tries
@requires("accounts:staff:sign-in")
def staff_code() -> ResponseReturnValue:
    """The second factor; only now a session is opened."""
    target, pending = request.args.get("next"), session.get(PENDING)
    if pending is None or pending["at"] + PATIENCE < now().timestamp():
        return redirect(url_for("accounts_public.staff_sign_in", next=target), 303)
    form, status = SecondFactorForm(), 200
    if form.validate_on_submit():
        person_id = pending["person"]
        with transaction() as writing:
            problem = check_second_factor(writing, person_id, form.code.data or "", now())
            if problem is None:
                token = open_door(writing, person_id, strong=True)
        if problem is None:
            return walk_in(token, target)
        form.code.errors = [problem]
    if form.is_submitted():
        status = 422
    return render_template("accounts/staff_code.html", form=form), status


@public.route("/staff/set-up/<token>", methods=["GET", "POST"])
@limit_tries
@requires("accounts:staff:set-up")
def set_up(token: str) -> ResponseReturnValue:
    """First step of a set-up link: choose a password."""
    setting_up.credential_of(db.session, token, now())
    form, status = NewPasswordForm(), 200
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                setting_up.choose_password(writing, token, form.password.data or "", now())
            return redirect(url_for("accounts_public.set_up_code", token=token), 303)
        except DomainError as error:
            form.absorb(error)
    if form.is_submitted():
        status = 422
    return render_template("accounts/set_up.html", form=form), status


@public.route("/staff/set-up/<token>/code", methods=["GET", "POST"])
@limit_tries
@requires("accounts:staff:set-up")
def set_up_code(token: str) -> ResponseReturnValue:
    """Second step: scan the secret and confirm it; then the recovery codes are shown once."""
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                typed = "".join((form.code.data or "").split())
                _person, codes = setting_up.finish(writing, token, typed, now())
            return recovery_page(codes, url_for("accounts_public.staff_sign_in"))
        except DomainError as error:
            form.absorb(error)
    if form.is_submitted():
        status = 422
    credential = setting_up.credential_of(db.session, token, now())
    if credential.totp_secret is None:
        return redirect(url_for("accounts_public.set_up", token=token), 303)
    email = db.session.get_one(Person, credential.person_id).email or ""
    secret = show_secret(credential.totp_secret, email, site_name(current_locale()))
    page = render_template(
        "accounts/authenticator.html", form=form, secret=secret[0], image=secret[1]
    )
    return page, status


def recovery_page(codes: list[str], onward: str) -> str:
    """Recovery codes, answered to the very request that made them: they are kept nowhere."""
    return render_template("accounts/recovery_codes.html", codes=codes, onward=onward)
