"""The ledger as files: tables, a Data Package, and journals that outside tools check."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the page of exports, its downloads, and ``flask audit export``."""
    from audit.exports import cli, routes
    from audit.exports.ocds import routes as ocds
    from core.panels import add_panel

    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.audit)
    add_panel("project.money", 20, ocds.project_panel, "audit/on_project_ocds.html")
