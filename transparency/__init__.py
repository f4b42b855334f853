"""What was decided, when and by whom: an append-only record that everything later proves."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the log's pages, commands and sequencer; other rooms call ``transparency.log``."""
    from transparency import (
        models,  # noqa: F401 - fills the metadata
        sequencer,  # noqa: F401 - registers itself with the worker
    )
    from transparency.cli import cli

    app.cli.add_command(cli)
