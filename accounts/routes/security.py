"""A person's sessions; staff's password, authenticator app and recovery codes."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from accounts import own_pages
from accounts.forms import AuthenticatorForm, ChangePasswordForm, PasswordForm
from accounts.notices import site_name
from accounts.routes import member
from accounts.routes.entering import limit_tries
from accounts.routes.sign_in import digits
from accounts.routes.staff import recovery_page
from accounts.services import staff
from accounts.services.people import end_all, end_one
from accounts.services.second_factor import new_secret, renew_recovery_codes, show_secret
from accounts.sessions import token_hash
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.i18n import current_locale, gettext
from core.policy import requires

PENDING = "new_totp"  # encrypted, so that not even the browser's owner reads it from the cookie


@member.get("/me/sessions")
@requires("accounts:me:change")
def sessions() -> str:
    """Where I am signed in."""
    found = own_pages.sessions(db.session, g.actor.id, g.actor.token, now())
    return render_template("accounts/sessions.html", sessions=found)


@member.post("/me/sessions/<int:ident>/end")
@requires("accounts:me:change")
def end_session(ident: int) -> ResponseReturnValue:
    """End one of my sessions."""
    with transaction() as writing:
        end_one(writing, g.actor.id, ident, now())
    return redirect(url_for("accounts_member.sessions"), 303)


@member.post("/me/sessions/end-others")
@requires("accounts:me:change")
def end_others() -> ResponseReturnValue:
    """End all my sessions but this one."""
    with transaction() as writing:
        end_all(writing, g.actor.id, now(), but=token_hash(g.actor.token))
    flash(gettext("All other devices are signed out."), "good")
    return redirect(url_for("accounts_member.sessions"), 303)


@member.route("/me/password", methods=["GET", "POST"])
@limit_tries
@requires("accounts:security:change")
def password() -> ResponseReturnValue:
    """Choose another password."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        old, new = form.old.data or "", form.password.data or ""
        try:
            with transaction() as writing:
                staff.change_password(
                    writing, g.actor.id, old=old, new=new, token=g.actor.token, now=now()
                )
            flash(gettext("Your password is changed. Other devices are signed out."), "good")
            return redirect(url_for("accounts_member.me"), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/password.html", form=form), status


@member.route("/me/authenticator", methods=["GET", "POST"])
@limit_tries
@requires("accounts:security:change")
def authenticator() -> ResponseReturnValue:
    """Move to another authenticator app; the old one counts until the new one is confirmed."""
    form = AuthenticatorForm()
    secret = session.setdefault(PENDING, new_secret())
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                codes = staff.change_authenticator(
                    writing,
                    g.actor.id,
                    password=form.password.data or "",
                    secret=secret,
                    typed=digits(form.code.data),
                    now=now(),
                )
            session.pop(PENDING)
            return recovery_page(codes, url_for("accounts_member.me"))
        except DomainError as error:
            form.absorb(error)
    text, image = show_secret(secret, g.actor.email or "", site_name(current_locale()))
    status = 422 if form.is_submitted() else 200
    page = render_template("accounts/authenticator.html", form=form, secret=text, image=image)
    return page, status


@member.route("/me/recovery-codes", methods=["GET", "POST"])
@limit_tries
@requires("accounts:security:change")
def recovery_codes() -> ResponseReturnValue:
    """Get new recovery codes; the old ones stop working."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                typed = form.password.data or ""
                staff.confirm_password(writing, g.actor.id, typed, "password")
                codes = renew_recovery_codes(writing, g.actor.id)
            return recovery_page(codes, url_for("accounts_member.me"))
        except DomainError as error:
            form.absorb(error)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/new_recovery_codes.html", form=form), status
