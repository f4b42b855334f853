"""The ground floor: database, types, clock, policy, languages, the web. Imports no other room."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach everything the rooms above stand on."""
    from core import cli, db, i18n, jobs, logs, routes, web

    logs.register(app)
    db.register(app, app.config["SETTINGS"].database_url)
    i18n.register(app)
    web.register(app)
    jobs.register(app)
    cli.register(app)
    app.register_blueprint(routes.blueprint)
