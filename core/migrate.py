"""Alembic behind ``flask db``: upgrade, downgrade, check, revision."""

from __future__ import annotations

from collections.abc import Callable

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import AppGroup
from sqlalchemy import Engine

from config import ROOT
from core.db import db

cli = AppGroup("db", help="Database schema.")


def alembic_config() -> Config:
    """Alembic's settings; the address comes from the running application."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def pending_migrations(engine: Engine) -> bool:
    """Whether the database is behind this version's newest migration."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current != ScriptDirectory.from_config(alembic_config()).get_current_head()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database at ``engine`` to ``revision``."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database at ``engine`` back to ``revision``."""
    _run(engine, lambda config: command.downgrade(config, revision))


def _run(engine: Engine, action: Callable[[Config], object]) -> None:
    config = alembic_config()
    config.attributes["engine"] = engine
    action(config)


@cli.command("upgrade")
@click.argument("revision", default="head")
def upgrade_command(revision: str) -> None:
    """Migrate to the newest schema (or REVISION)."""
    upgrade(db.engine, revision)


@cli.command("downgrade")
@click.argument("revision")
def downgrade_command(revision: str) -> None:
    """Migrate back to REVISION."""
    downgrade(db.engine, revision)


@cli.command("check")
def check_command() -> None:
    """Fail when the models and the migrations differ."""
    _run(db.engine, command.check)


@cli.command("revision")
@click.option("-m", "--message", required=True)
def revision_command(message: str) -> None:
    """Write a migration from the difference between models and database."""
    _run(db.engine, lambda config: command.revision(config, message, autogenerate=True))
