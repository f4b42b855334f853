"""What everybody sees of sponsorship: the market square, sponsors, what came from where."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the public pages, panels and exports of sponsorship."""
    from core.i18n import lazy_gettext
    from core.navigation import add_nav
    from core.panels import add_panel
    from sponsorship.showing import panels
    from sponsorship.showing import routes as pages
    from sponsorship.showing.routes import (  # noqa: F401 - each adds its pages
        grants,
        sponsors,
        square,
    )

    app.register_blueprint(pages.public)
    add_panel("project.money", 5, panels.project_sources, "sponsorship/showing/on_project.html")
    add_panel("home", 32, panels.home_partners, "sponsorship/showing/on_home.html")
    add_nav(22, lazy_gettext("Partners"), "partners.square")
