"""Administrators arrange areas and organisations."""

from __future__ import annotations

import json

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts.boundary import read_boundary
from accounts.models import Area, Organisation
from accounts.office_forms import AreaForm, OrganisationForm
from accounts.office_queries import holders, paths_of
from accounts.policies import ADMINS
from accounts.queries import area_choices, area_view
from accounts.routes import officer
from accounts.services import places
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError, Invalid, NotFound
from core.forms import options, texts
from core.i18n import gettext, lazy_gettext
from core.policy import requires
from core.types import Texts


def load_area(area_id: int) -> Area:
    """An area. Raises ``NotFound``."""
    found = db.session.get(Area, area_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such area."))
    return found


def load_organisation(ident: int) -> Organisation:
    """An organisation with its area. Raises ``NotFound``."""
    found = db.session.scalar(
        select(Organisation)
        .join(Organisation.area)
        .options(contains_eager(Organisation.area))
        .where(Organisation.id == ident)
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such organisation."))
    return found


@officer.get("/manage")
@requires("accounts:area:manage")
def areas() -> str:
    """The areas that are mine to arrange."""
    paths = sorted(paths_of(g.actor, ADMINS))
    found = {ident: name for path in paths for ident, name in area_choices(db.session, path)}
    return render_template("accounts/manage_areas.html", areas=found)


@officer.get("/manage/areas/<int:area_id>")
@requires("accounts:area:manage", subject=load_area)
def area(found: Area) -> str:
    """One area: what lies in it, who acts there."""
    return render_template(
        "accounts/manage_area.html",
        area=area_view(db.session, found.id),
        holders=holders(db.session, found.id, now()),
    )


def _to(area_id: int) -> ResponseReturnValue:
    flash(gettext("Saved."), "good")
    return redirect(url_for("accounts_officer.area", area_id=area_id), 303)


def _name(form: AreaForm | OrganisationForm) -> Texts:
    name = texts({"zh_Hans": form.name_zh.data, "en": form.name_en.data})
    if not name:
        problem = lazy_gettext("Please give a name in at least one language.")
        raise Invalid(problem, fields={"name_zh": problem})
    return name


@officer.route("/manage/areas/<int:area_id>/new", methods=["GET", "POST"])
@requires("accounts:area:manage", subject=load_area)
def new_area(above: Area) -> ResponseReturnValue:
    """Make an area one level below."""
    ident, form = above.id, AreaForm()
    del form.parent
    if form.validate_on_submit():
        try:
            name, boundary = _name(form), read_boundary(form.boundary.data)
            with transaction() as writing:
                made = places.create_area(writing, above, name, boundary, now()).id
            return _to(made)
        except DomainError as error:
            form.absorb(error)
    return _place_page(form, gettext("New area"), ident)


@officer.route("/manage/areas/<int:area_id>/edit", methods=["GET", "POST"])
@requires("accounts:area:manage", subject=load_area)
def edit_area(found: Area) -> ResponseReturnValue:
    """Rename, redraw or move an area."""
    ident = found.id
    form = AreaForm(data=_area_data(found))
    form.parent.choices = options(_parents(found))
    if form.validate_on_submit():
        try:
            _change_area(ident, form)
            return _to(ident)
        except DomainError as error:
            form.absorb(error)
    return _place_page(form, gettext("Edit the area"), ident)


def _area_data(found: Area) -> dict[str, object]:
    outline = json.dumps(found.boundary, ensure_ascii=False) if found.boundary else ""
    return {
        "name_zh": found.name.get("zh_Hans"),
        "name_en": found.name.get("en"),
        "parent": found.parent_id or 0,
        "boundary": outline,
    }


def _parents(found: Area) -> list[tuple[int, str]]:
    """Where an area may lie: where it does, and the actor's areas; the service checks levels."""
    mine = dict[int, str]()
    for path in sorted(paths_of(g.actor, ADMINS)):
        mine |= dict(area_choices(db.session, path))
    mine.pop(found.id, None)
    stays = gettext("where it lies now")
    return list(({found.parent_id or 0: stays} | mine).items())


def _change_area(ident: int, form: AreaForm) -> None:
    name, boundary = _name(form), read_boundary(form.boundary.data)
    with transaction() as writing:
        parent = writing.get(Area, form.parent.data) if form.parent.data else None
        places.change_area(writing, ident, name=name, boundary=boundary, parent=parent, now=now())


@officer.route("/manage/areas/<int:area_id>/organisations/new", methods=["GET", "POST"])
@requires("accounts:area:manage", subject=load_area)
def new_organisation(found: Area) -> ResponseReturnValue:
    """Enter an organisation."""
    ident, form = found.id, OrganisationForm()
    if form.validate_on_submit():
        try:
            name, about = _name(form), _about(form)
            with transaction() as writing:
                kind = form.kind.data
                places.create_organisation(
                    writing, found, kind=kind, name=name, about=about, now=now()
                )
            return _to(ident)
        except DomainError as error:
            form.absorb(error)
    return _place_page(form, gettext("New organisation"), ident)


@officer.route("/manage/organisations/<int:ident>/edit", methods=["GET", "POST"])
@requires("accounts:organisation:manage", subject=load_organisation)
def edit_organisation(found: Organisation) -> ResponseReturnValue:
    """Describe an organisation anew."""
    area_id, form = found.area_id, OrganisationForm(data=_organisation_data(found))
    del form.kind
    if form.validate_on_submit():
        try:
            name, about = _name(form), _about(form)
            with transaction() as writing:
                places.change_organisation(writing, found.id, name, about, now())
            return _to(area_id)
        except DomainError as error:
            form.absorb(error)
    return _place_page(form, gettext("Edit the organisation"), area_id)


def _about(form: OrganisationForm) -> Texts:
    return texts({"zh_Hans": form.about_zh.data, "en": form.about_en.data})


def _organisation_data(found: Organisation) -> dict[str, object]:
    return {
        "name_zh": found.name.get("zh_Hans"),
        "name_en": found.name.get("en"),
        "about_zh": found.about.get("zh_Hans"),
        "about_en": found.about.get("en"),
    }


def _place_page(form: AreaForm | OrganisationForm, title: str, area_id: int) -> ResponseReturnValue:
    status = 422 if form.is_submitted() else 200
    where = area_view(db.session, area_id)
    return render_template("accounts/manage_form.html", form=form, title=title, area=where), status
