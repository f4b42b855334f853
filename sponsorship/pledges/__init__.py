"""Pledges: offered, decided, agreed and signed; and what becomes of them afterwards."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, jobs, duties and words of pledges."""
    from sponsorship.pledges import routes as pages

    _until_signed()
    _afterwards(app)
    for routes in (pages.sponsor, pages.office):
        app.register_blueprint(routes)


def _until_signed() -> None:
    """Offering, deciding and signing."""
    from core.i18n import lazy_gettext
    from sponsorship.pledges import policies  # noqa: F401 - it registers
    from sponsorship.pledges.routes import overseeing, own  # noqa: F401 - each adds its pages
    from sponsorship.pledges.words import PLEDGE_TITLES
    from transparency.words import name_subject, name_types

    name_types(PLEDGE_TITLES)
    name_subject("pledge", lazy_gettext("Pledge"), lambda _ref: None)


def _afterwards(app: Flask) -> None:
    """Receiving, releasing, ending, and the sponsors' dashboard."""
    from sponsorship.pledges import afterwards

    afterwards.register(app)
