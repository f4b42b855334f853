"""Commands about projects."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core.db import transaction
from projects.search import reindex as index_all

cli = AppGroup("projects", help="Projects and their search index.")


@cli.command("reindex")
def reindex() -> None:
    """Build the search index afresh, for instance after a restore or a change of its rules."""
    with transaction() as session:
        count = index_all(session)
    click.echo(f"{count} project{'' if count == 1 else 's'} indexed")
