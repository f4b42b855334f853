"""The public's side of the money: pages to follow it, questions about it, files to check it."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, downloads and commands, and what other pages show of money."""
    from audit import desk, exports, models, panels, policies, question_edges  # noqa: F401 - register themselves
    from audit.report import routes as _report  # noqa: F401 - so do the views
    from audit.routes import blueprint, drill, public, questions  # noqa: F401
    from core.demo import add_chapter
    from core.i18n import lazy_gettext
    from core.navigation import add_nav
    from core.panels import add_panel

    desk.register(app)  # adds pages to the blueprint
    app.register_blueprint(blueprint)
    add_panel("home", 30, panels.home_money, "audit/on_home.html")
    add_panel("area", 30, panels.area_money, "audit/on_area.html")
    add_panel("project.money", 10, panels.project_money, "audit/on_project.html")
    add_panel("round.money", 10, panels.round_money, "audit/on_round.html")
    add_nav(30, lazy_gettext("Where the money goes"), "audit_public.money")
    exports.register(app)
    add_chapter("audit.demo:auditors")
