"""Alembic's entry: the metadata of every room, with limits on how long a migration may wait."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

import accounts.models
import audit.desk.models
import audit.flags.models
import audit.models
import budgeting.models
import core.outbox
import ledger.models
import projects.models
import sponsorship.models
import transparency.models  # the imports fill the metadata
from core.db import Base


def include(name: str | None, kind: str, parents: object) -> bool:
    """Leave out what migrations make by hand: search tables of either database."""
    return not (kind == "table" and (name or "").startswith(("project_search", "huey_")))


def run(connection: Connection) -> None:
    """Migrate over ``connection`` in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '15min'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        include_name=include,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if not sqlite:
        # The connection goes back to a pool: whoever gets it waits as long as they like.
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("RESET statement_timeout"))


with context.config.attributes["engine"].connect() as connection:
    run(connection)
    connection.commit()
