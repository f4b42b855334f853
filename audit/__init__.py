"""The public's side of the money: pages to follow it, questions about it, files to check it."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, downloads and commands, and what other pages show of money."""
    from audit import exports
    from audit.routes import blueprint, drill, public  # noqa: F401 - the views register themselves
    from core.i18n import lazy_gettext
    from core.navigation import add_nav

    app.register_blueprint(blueprint)
    add_nav(30, lazy_gettext("Where the money goes"), "audit_public.money")
    exports.register(app)
