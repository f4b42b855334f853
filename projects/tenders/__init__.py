"""Procurement in the open: notice, sealed bids, judging, award, contract."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach procurement's pages, jobs, duties and words."""
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from core.navigation import add_nav
    from core.panels import add_panel
    from projects.tenders import duties, jobs, own_data, panels  # noqa: F401 - they register
    from projects.tenders import routes as pages
    from projects.tenders.routes import (  # noqa: F401 - each adds its pages
        bidding,
        contracts,
        drafting,
        judging,
        office,
        reading,
        ruling,
    )
    from projects.tenders.words import OTHER_TITLES, TENDER_TITLES, percent
    from transparency.words import name_subject, name_types

    for routes in (pages.public, pages.member, pages.officer):
        app.register_blueprint(routes)
    app.add_template_filter(percent, "basis_points")
    name_types(TENDER_TITLES | OTHER_TITLES)
    name_subject("tender", lazy_gettext("Tender"), "/tenders/{}".format)
    add_panel("project.result", 30, panels.project_tenders, "projects/tenders/on_project.html")
    add_panel("home", 35, panels.open_tenders, "projects/tenders/on_home.html")
    add_nav(25, lazy_gettext("Tenders"), "tenders_public.index")
    add_desk_link(30, lazy_gettext("Our bids"), "tenders_member.bids", "projects:bid:list")
    rules = "projects:procurement:see"
    add_desk_link(31, lazy_gettext("Rules for tenders"), "tenders_officer.rules", rules)
