"""Commands that belong to no room: the schema and the worker."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from core import jobs, migrate


def register(app: Flask) -> None:
    """Attach ``flask db …`` and ``flask worker``."""
    app.cli.add_command(migrate.cli)
    app.cli.add_command(worker)


@click.command("worker")
@click.option("--threads", default=2, show_default=True)
@with_appcontext
def worker(threads: int) -> None:
    """Deliver the outbox and do what the clock asks, until stopped."""
    jobs.work(current_app._get_current_object(), threads)  # type: ignore[attr-defined]  # proxy
