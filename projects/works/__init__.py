"""Delivery: the plan, reported and accepted work, changes, the final account, evaluation."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach delivery's pages, duties, jobs and words."""
    from core.i18n import lazy_gettext
    from core.panels import add_panel
    from projects.works import duties_others, jobs, own_data  # noqa: F401 - they register themselves
    from projects.works.panels import home_delivery
    from projects.works.routes import changing, member, officer, public
    from projects.works.words import OTHER_TITLES, WORKS_TITLES
    from transparency.words import name_subject, name_types

    for routes in (public, member, officer, changing):
        app.register_blueprint(routes.blueprint)
    add_panel("home", 35, home_delivery, "projects/works/on_home.html")
    name_types(WORKS_TITLES | OTHER_TITLES)
    name_subject("contract", lazy_gettext("Contract"), lambda _ref: None)
