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
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from sponsorship.pledges import duties, own_data, policies  # noqa: F401 - they register
    from sponsorship.pledges.routes import (  # noqa: F401 - each adds its pages
        deciding,
        offering,
        overseeing,
        own,
        signing,
        texts,
    )
    from sponsorship.pledges.words import PLEDGE_TITLES
    from transparency.words import name_subject, name_types

    name_types(PLEDGE_TITLES)
    name_subject("pledge", lazy_gettext("Pledge"), lambda _ref: None)
    label = lazy_gettext("Pledges of partners")
    add_desk_link(42, label, "partners_office_pledges.pledges", "sponsorship:pledge:list")


def _afterwards(app: Flask) -> None:
    """Receiving, releasing, ending, and the sponsors' dashboard."""
    from core.i18n import lazy_gettext
    from core.navigation import add_person
    from core.panels import add_panel
    from projects.life import add_telling
    from sponsorship.pledges import (  # noqa: F401 - they register
        afterwards_duties,
        afterwards_jobs,
        afterwards_policies,
        panels,
    )
    from sponsorship.pledges.afterwards_words import AFTERWARDS_TITLES, TELLING
    from sponsorship.pledges.routes import (  # noqa: F401 - each adds its pages
        ending,
        giving,
        receiving,
        releasing,
    )
    from transparency.words import name_types

    name_types(AFTERWARDS_TITLES)
    add_telling(TELLING)
    app.register_blueprint(giving.dashboard)
    add_person(35, lazy_gettext("What I give"), "sponsor_dashboard.index")
    shown = "sponsorship/pledges/panels/{}.html".format
    for slot, received, released, ended in (
        ("sponsorship.pledge", panels.received, panels.released, panels.ending),
        (
            "sponsorship.pledge.office",
            panels.received_office,
            panels.released_office,
            panels.ending_office,
        ),
    ):
        add_panel(slot, 60, received, shown("received"))
        add_panel(slot, 70, released, shown("released"))
        add_panel(slot, 90, ended, shown("ending"))
