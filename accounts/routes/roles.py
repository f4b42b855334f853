"""Administrators give roles, end them, and invite who holds them to set up a password."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from accounts.addresses import normalise_email
from accounts.models import Area, Credential, Membership, Organisation, Person, Role
from accounts.office_forms import GrantForm
from accounts.queries import area_view
from accounts.routes import officer
from accounts.routes.manage import load_area
from accounts.services import roles
from accounts.services.people import arrive
from accounts.services.setting_up import new_link, send_link
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError, Invalid, NotFound
from core.forms import options
from core.i18n import current_locale, gettext, lazy_gettext, localize
from core.policy import requires
from core.web import settings


def load(ident: int) -> Membership:
    """A role that somebody holds, with its area. Raises ``NotFound``."""
    found = db.session.scalar(
        select(Membership)
        .join(Membership.area)
        .options(contains_eager(Membership.area))
        .where(Membership.id == ident)
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such role."))
    return found


@officer.route("/manage/areas/<int:area_id>/roles/new", methods=["GET", "POST"])
@requires("accounts:role:grant", subject=load_area)
def grant(area: Area) -> ResponseReturnValue:
    """Give somebody a role in this area; whoever is new gets a set-up link."""
    ident, form = area.id, GrantForm(data={"starts_on": local_date(now())})
    form.organisation.choices = options([(0, gettext("none")), *_organisations(area)])
    if form.validate_on_submit():
        try:
            _grant(form, area)
            flash(gettext("The role is given."), "good")
            return redirect(url_for("accounts_officer.area", area_id=ident), 303)
        except DomainError as error:
            form.absorb(error)
    status = 422 if form.is_submitted() else 200
    where = area_view(db.session, ident)
    page = render_template(
        "accounts/manage_form.html", form=form, title=gettext("Give a role"), area=where
    )
    return page, status


def _organisations(area: Area) -> list[tuple[int, str]]:
    rows = (
        select(Organisation.id, Organisation.name)
        .join(Area, Area.id == Organisation.area_id)
        .where(Area.path.startswith(area.path, autoescape=True))
        .order_by(Organisation.kind, Organisation.id)
    )
    return [(ident, str(localize(name))) for ident, name in db.session.execute(rows)]


def _grant(form: GrantForm, area: Area) -> None:
    email = normalise_email(form.email.data or "")
    if form.starts_on.data is None:
        raise Invalid(lazy_gettext("Please choose a first day."))
    with transaction() as writing:
        person = arrive(writing, email, current_locale(), now())
        person.name = person.name or form.name.data or ""
        roles.grant(
            writing,
            person_id=person.id,
            role=Role(form.role.data),
            area=area,
            organisation=writing.get(Organisation, form.organisation.data or 0),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            by_id=g.actor.id,
            now=now(),
        )
        if writing.get(Credential, person.id) is None:
            _invite(writing, person)


def _invite(writing: Session, person: Person) -> None:
    token = new_link(writing, person.id, now())
    path = url_for("accounts_public.set_up", token=token)
    send_link(writing, person.email or "", settings().base_url + path)


@officer.post("/manage/roles/<int:ident>/end")
@requires("accounts:role:change", subject=load)
def end(held: Membership) -> ResponseReturnValue:
    """End a role at once."""
    area_id = held.area_id
    try:
        with transaction() as writing:
            roles.end(writing, held.id, by=Role.ADMIN, now=now())
        flash(gettext("The role has ended."), "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(url_for("accounts_officer.area", area_id=area_id), 303)


@officer.post("/manage/roles/<int:ident>/invite")
@requires("accounts:role:change", subject=load)
def invite(held: Membership) -> ResponseReturnValue:
    """Send a new set-up link to whoever holds the role: the first one lapsed, or a phone was
    lost. The password in use keeps working until the link is used."""
    area_id = held.area_id
    try:
        with transaction() as writing:
            person = writing.get_one(Person, held.person_id)
            if person.email is None:
                raise Invalid(lazy_gettext("This person has no e-mail to send a link to."))
            _invite(writing, person)
        flash(gettext("A link is on its way to their mailbox."), "good")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect(url_for("accounts_officer.area", area_id=area_id), 303)
