"""A person's own page: notices, profile, the addresses they are reached at."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts import own_pages
from accounts.forms import AddressForm, CodeForm, LocaleForm, ProfileForm
from accounts.models import Notice
from accounts.queries import home_choices
from accounts.routes import member
from accounts.routes.sign_in import ask_for_code, code_page, digits
from accounts.services.codes import redeem
from accounts.services.people import change_contact, change_profile
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, NotFound
from core.forms import options
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from core.web import safe_next

PENDING = "new_contact"


@member.get("/me")
@requires("accounts:me:change")
def me() -> str:
    """Who I am here, what is missing, and what I was told."""
    return render_template(
        "accounts/me.html",
        area=own_pages.area_name(db.session, g.actor.area_id),
        check=own_pages.newest_check(db.session, g.actor.id),
        notices=own_pages.notices(db.session, g.actor.id),
        roles=own_pages.roles_of(db.session, g.actor.id, now()),
    )


@member.post("/me/notices/read")
@requires("accounts:me:change")
def read_notices() -> ResponseReturnValue:
    """Mark all my notices as read."""
    with transaction() as writing:
        writing.execute(
            update(Notice)
            .where(Notice.person_id == g.actor.id, Notice.read_at.is_(None))
            .values(read_at=now())
        )
    return redirect(url_for("accounts_member.me"), 303)


@member.post("/me/notices/<int:ident>/open")
@requires("accounts:me:change")
def open_notice(ident: int) -> ResponseReturnValue:
    """Mark a notice as read and go to what it is about."""
    with transaction() as writing:
        notice = writing.get(Notice, ident)
        if notice is None or notice.person_id != g.actor.id:
            raise NotFound(lazy_gettext("There is no such notice."))
        notice.read_at = notice.read_at or now()
        url = notice.url
    return redirect(safe_next(url, url_for("accounts_member.me")), 303)


@member.route("/me/profile", methods=["GET", "POST"])
@requires("accounts:me:change")
def profile() -> ResponseReturnValue:
    """Name and community, until they are checked; and the language of messages."""
    actor = g.actor
    form: LocaleForm
    if actor.verified:
        form = LocaleForm(data={"locale": actor.locale})
    else:
        form = ProfileForm(
            data={"name": actor.name, "area": actor.area_id or 0, "locale": actor.locale}
        )
        unsaid = (0, gettext("I would rather not say"))
        form.area.choices = options([unsaid, *home_choices(db.session)])
    if form.validate_on_submit():
        with transaction() as writing:
            _change_profile(writing, form)
        flash(gettext("Saved."), "good")
        return redirect(url_for("accounts_member.me"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/profile.html", form=form), status


def _change_profile(writing: Session, form: LocaleForm) -> None:
    name, area = g.actor.name, g.actor.area_id
    if isinstance(form, ProfileForm):
        name, area = form.name.data or "", form.area.data or None
    change_profile(writing, g.actor.id, name=name, area_id=area, locale=form.locale.data)


@member.route("/me/contact", methods=["GET", "POST"])
@requires("accounts:me:change")
def contact() -> ResponseReturnValue:
    """Add or change my phone number or mailbox: a code goes to the new one."""
    form, status = AddressForm(), 200
    if form.validate_on_submit():
        try:
            session[PENDING] = ask_for_code(form.address.data or "")
            return redirect(url_for("accounts_member.contact_code"), 303)
        except DomainError as error:
            form.absorb(error)
            status = error.status
    elif form.is_submitted():
        status = 422
    return render_template("accounts/contact.html", form=form), status


@member.route("/me/contact/code", methods=["GET", "POST"])
@requires("accounts:me:change")
def contact_code() -> ResponseReturnValue:
    """Prove that I read the new phone or mailbox."""
    pending = session.get(PENDING)
    if pending is None:
        return redirect(url_for("accounts_member.contact"), 303)
    form = CodeForm()
    if form.validate_on_submit() and _take_contact(form, pending["code"], pending["address"]):
        session.pop(PENDING, None)
        flash(gettext("Saved. You can sign in with it from now on."), "good")
        return redirect(url_for("accounts_member.me"), 303)
    status = 422 if form.is_submitted() else 200
    return code_page(form, pending, url_for("accounts_member.contact")), status


def _take_contact(form: CodeForm, code_id: int, address: str) -> bool:
    with transaction() as writing:
        problem = redeem(writing, code_id, address, digits(form.code.data), now())
    if problem is not None:
        form.code.errors = [problem]
        return False
    try:
        with transaction() as writing:
            change_contact(writing, g.actor.id, address, strong=g.actor.strong)
    except DomainError as error:
        form.absorb(error)
        return False
    return True
