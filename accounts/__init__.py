"""People, organisations and areas; who holds which role; signing in and being verified."""

from __future__ import annotations

from flask import Flask

from core.clock import now
from core.db import db
from core.desk import add_desk_link
from core.i18n import lazy_gettext
from core.navigation import add_footer, add_person
from core.web import login
from transparency.words import name_subject, name_types


def register(app: Flask) -> None:
    """Attach sign-in, the pages about people and areas, and their commands."""
    from accounts import cli, models, notices, policies, routes, words  # noqa: F401 - they register
    from accounts.actor import Visitor
    from accounts.routes import load_pages
    from accounts.sessions import load_actor

    login.anonymous_user = Visitor
    login.user_loader(lambda token: load_actor(db.session, token, now()))
    load_pages()
    for blueprint in (routes.public, routes.member, routes.officer):
        app.register_blueprint(blueprint)
    cli.register(app)
    app.jinja_env.globals.update(
        role_names=words.ROLES,
        area_kinds=words.AREA_KINDS,
        organisation_kinds=words.ORGANISATION_KINDS,
    )
    name_types(words.EVENTS)
    name_subject("area", lazy_gettext("Area"), "/areas/{}".format)
    name_subject("organisation", lazy_gettext("Organisation"), "/organisations/{}".format)
    _navigation()


def _navigation() -> None:
    add_person(10, lazy_gettext("My page"), "accounts_member.me")
    add_person(20, lazy_gettext("My desk"), "accounts_member.desk")
    add_footer(10, lazy_gettext("Areas and organisations"), "accounts_public.areas")
    add_footer(80, lazy_gettext("Privacy"), "accounts_public.privacy")
    add_footer(81, lazy_gettext("Accessibility"), "accounts_public.accessibility")
    add_footer(90, lazy_gettext("For staff"), "accounts_public.staff_sign_in")
    names = "accounts:verification:see"
    add_desk_link(50, lazy_gettext("Check names"), "accounts_officer.queue", names)
    add_desk_link(51, lazy_gettext("Check a name on the spot"), "accounts_officer.in_person", names)
    add_desk_link(
        52,
        lazy_gettext("Electoral register"),
        "accounts_officer.register",
        "accounts:register:upload",
    )
    add_desk_link(
        60,
        lazy_gettext("Areas, organisations and roles"),
        "accounts_officer.areas",
        "accounts:area:manage",
    )
