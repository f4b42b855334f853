"""Guidance calls: what an authority wants, matches and forbids, version by version."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, duties and words of guidance calls."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from sponsorship.guidance import duties, policies  # noqa: F401 - they register
    from sponsorship.guidance import routes as pages
    from sponsorship.guidance.routes import desk, reading, writing  # noqa: F401 - they add pages
    from sponsorship.guidance.words import CALL_TITLES
    from transparency.words import name_subject, name_types

    for routes in (pages.public, pages.office):
        app.register_blueprint(routes)
    name_types(CALL_TITLES)
    name_subject("call", lazy_gettext("Call for partners"), "/partners/calls/{}".format)
    link = "sponsorship:call:list"
    add_desk_link(35, lazy_gettext("Partners and calls"), "partners_office_calls.index", link)
