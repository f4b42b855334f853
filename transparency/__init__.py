"""What was decided, when and by whom: an append-only record that everything later proves."""

from __future__ import annotations

from flask import Flask

from core.i18n import lazy_gettext
from core.navigation import add_footer


def register(app: Flask) -> None:
    """Attach the log's pages, commands and sequencer; other rooms call ``transparency.log``."""
    from transparency import (
        models,  # noqa: F401 - fills the metadata
        routes,
        sequencer,  # noqa: F401 - registers itself with the worker
        serving,
        witnessing,  # noqa: F401 - likewise
    )
    from transparency.cli import cli

    app.register_blueprint(routes.blueprint)
    app.register_blueprint(serving.blueprint)
    add_footer(30, lazy_gettext("The public log"), "log.status")
    app.cli.add_command(cli)
