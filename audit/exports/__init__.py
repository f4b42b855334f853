"""The ledger as files: tables, a Data Package, and journals that outside tools check."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the page of exports, its downloads, and ``flask audit export``."""
    from audit.exports import cli, routes

    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.audit)
