"""Businesses: registered, verified, with the people who act for them and what they declare."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, duties and words of businesses."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from sponsorship.businesses import duties, own_data, policies  # noqa: F401 - they register
    from sponsorship.businesses import routes as pages
    from sponsorship.businesses.routes import deciding, own, people  # noqa: F401 - they add pages
    from sponsorship.businesses.words import EVENTS
    from transparency.words import name_subject, name_types

    for routes in (pages.sponsor, pages.office):
        app.register_blueprint(routes)
    name_types(EVENTS)
    name_subject("business", lazy_gettext("Business"), "/partners/sponsors/{}".format)
    seen = "sponsorship:business:list"
    add_desk_link(41, lazy_gettext("Businesses"), "partners_office_businesses.index", seen)
