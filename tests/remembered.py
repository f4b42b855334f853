"""What many tests begin with: built once by each worker, then written back row by row."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import Connection

from core.db import db
from core.web import settings
from tests.databases import SEARCH, filled_tables, guards_down
from tests.factories import Factory

P = ParamSpec("P")
T = TypeVar("T")
MEMORIES = "remembered"


@dataclass(frozen=True)
class Memory:
    """What came of building something in an empty database, and the rows it consists of."""

    made: Any
    factory: Factory
    tables: dict[str, Sequence[Any]]

    def recall(self, make: Factory) -> Any:
        """Write everything back, and give what was built, with ``make`` as its factory, which goes
        on where that of the first time ended."""
        with db.engine.begin() as connection, guards_down(connection, self.tables):
            for name, rows in self.tables.items():
                _write(connection, name, rows)
        make.count = copy.copy(self.factory.count)
        return copy.deepcopy(self.made, {id(self.factory): make})


def remembered(build: Callable[P, T]) -> Callable[P, T]:
    """For functions that fill an empty database through the one ``Factory`` among their arguments
    and give nothing but identities: what they have built once is copied from then on.

    In a database with something in it, and where files are made as well, it is built anew.
    """

    @wraps(build)
    def copied(*args: P.args, **values: P.kwargs) -> T:
        given = [*args, *values.values()]
        make = next(one for one in given if isinstance(one, Factory))
        if make.count.last or _filled():
            return build(*args, **values)
        told = (repr(one) for one in given if one is not make)
        key = (build.__module__, build.__qualname__, make.at, *told, *values)
        memories: dict[Any, Memory] = current_app.extensions.setdefault(MEMORIES, {})
        if key in memories:
            found: T = memories[key].recall(make)
            return found
        files = _files()
        made = build(*args, **values)
        if _files() == files:
            memories[key] = _remember(made, make)
        return made

    return copied


def _remember(made: T, make: Factory) -> Memory:
    factory = copy.deepcopy(make)
    kept = copy.deepcopy(made, {id(make): factory})
    with db.engine.begin() as connection:
        tables = {name: _read(connection, name) for name in filled_tables(connection)}
    return Memory(kept, factory, tables)


def _filled() -> bool:
    with db.engine.connect() as connection:
        return bool(filled_tables(connection))


def _files() -> set[Path]:
    """What lies in the installation's folder beside its database."""
    return {path for path in settings().instance.rglob("*") if path.parent != settings().instance}


def _read(connection: Connection, name: str) -> Sequence[Any]:
    """All rows of a table: on SQLite as tuples, on PostgreSQL as the text that stands for each."""
    if connection.dialect.name != "sqlite":
        read = f'SELECT CAST(one AS text) FROM "{name}" AS one'
        return connection.exec_driver_sql(read).scalars().all()
    what = "rowid, *" if name == SEARCH else "*"
    return [tuple(row) for row in connection.exec_driver_sql(f'SELECT {what} FROM "{name}"')]


def _write(connection: Connection, name: str, rows: Sequence[Any]) -> None:
    if connection.dialect.name != "sqlite":
        write = f'INSERT INTO "{name}" SELECT (CAST(one AS "{name}")).* '
        connection.exec_driver_sql(f"{write} FROM unnest(%s::text[]) AS one", (list(rows),))
        return
    into = f'"{name}" (rowid, tokens)' if name == SEARCH else f'"{name}"'
    marks = ", ".join("?" * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", list(rows))
