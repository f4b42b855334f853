"""Residents sign in with a code that is sent to their phone or mailbox."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from accounts.addresses import mask_address, normalise_address
from accounts.forms import AddressForm, CodeForm
from accounts.routes import member, public
from accounts.routes.entering import limit_tries, open_door, walk_in
from accounts.services.codes import redeem, send_code
from accounts.services.people import arrive
from accounts.sessions import end_session
from core.clock import now
from core.db import transaction
from core.errors import DomainError
from core.i18n import current_locale, gettext
from core.policy import requires
from core.web import safe_next, settings

PENDING = "sign_in"


@public.route("/sign-in", methods=["GET", "POST"])
@limit_tries
@requires("accounts:sign-in:try")
def sign_in() -> ResponseReturnValue:
    """Ask for a phone number or mailbox and send a code there."""
    target = request.args.get("next")
    if request.method == "GET" and g.actor.id is not None:
        return redirect(safe_next(target, url_for("accounts_member.me")), 303)
    form, status = AddressForm(), 200
    if form.validate_on_submit():
        try:
            session[PENDING] = ask_for_code(form.address.data or "")
            return redirect(url_for("accounts_public.sign_in_code", next=target), 303)
        except DomainError as error:
            form.absorb(error)
            status = error.status
    elif form.is_submitted():
        status = 422
    demo = url_for("accounts_public.demo", next=target) if settings().demo else None
    page = render_template("accounts/sign_in.html", form=form, target=target, demo_url=demo)
    return page, status


def ask_for_code(typed: str) -> dict[str, Any]:
    """Send a code; returns what this browser has to remember to use it."""
    address = normalise_address(typed)
    with transaction() as writing:
        return {"address": address, "code": send_code(writing, address, now())}


@public.route("/sign-in/code", methods=["GET", "POST"])
@limit_tries
@requires("accounts:sign-in:try")
def sign_in_code() -> ResponseReturnValue:
    """Take the code and let its owner in; the first time makes their account."""
    target, pending = request.args.get("next"), session.get(PENDING)
    if pending is None:
        return redirect(url_for("accounts_public.sign_in", next=target), 303)
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        with transaction() as writing:
            typed = digits(form.code.data)
            problem = redeem(writing, pending["code"], pending["address"], typed, now())
            if problem is None:
                person = arrive(writing, pending["address"], current_locale(), now())
                token = open_door(writing, person.id, strong=False)
        if problem is None:
            return walk_in(token, target)
        form.code.errors = [problem]
    if form.is_submitted():
        status = 422
    return code_page(form, pending, url_for("accounts_public.sign_in", next=target)), status


def digits(typed: str | None) -> str:
    """A code without the spaces that people put into it."""
    return "".join((typed or "").split())


def code_page(form: CodeForm, pending: dict[str, Any], back: str) -> str:
    """The page that asks for the code just sent; ``back`` leads to asking for another."""
    address = mask_address(pending["address"])
    return render_template("accounts/code.html", form=form, address=address, back=back)


@member.post("/sign-out")
@requires("accounts:sign-in:try")
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    if g.actor.id is not None:
        with transaction() as writing:
            end_session(writing, g.actor.token, now())
    logout_user()
    session.clear()
    flash(gettext("You are signed out."), "good")
    return redirect(url_for("core.home"), 303)
