"""The one place that knows sessions, transactions and the two databases."""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from flask_sqlalchemy_lite._extension import _close_async_sessions
from sqlalchemy import Connection, Engine, MetaData, Result, Select, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session

from core.types import TYPE_MAP

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WRITE = "gongzhi_write"
AUTOCOMMIT = "AUTOCOMMIT"

db = SQLAlchemy()
M = TypeVar("M", bound="Base")


class Base(DeclarativeBase):
    """Root of every mapped class; names constraints alike on both databases."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPE_MAP


def register(app: Flask, url: str) -> None:
    """Connect ``app`` to the database at ``url``."""
    options: dict[str, Any] = {"url": url}
    if make_url(url).get_backend_name() == "postgresql":
        options |= {"pool_size": 16, "max_overflow": 16}
    app.config["SQLALCHEMY_ENGINES"] = {"default": options}
    db.init_app(app)
    # There are no asynchronous sessions here, and closing them starts an event loop each request.
    app.teardown_appcontext_funcs.remove(_close_async_sessions)
    with app.app_context():
        prepare(db.engine)
        if db.engine.dialect.name == "postgresql":
            # A page's queries see what is committed when each of them runs, in a transaction or
            # not; without one, two round trips to the server less are made for every page.
            reading = db.engine.execution_options(isolation_level=AUTOCOMMIT)
            db.sessionmaker.configure(bind=reading)
        event.listen(db.sessionmaker, "before_flush", _only_in_transactions)


def prepare(engine: Engine) -> None:
    """Give a SQLite engine real transactions, foreign keys and patience; keep PostgreSQL's pool
    from lending out connections that the server has ended."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "checkout", _postgres_checkout)


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=20000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    """Writers queue before they read: a deferred BEGIN would lose read-then-write races."""
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _postgres_checkout(connection: Any, _record: object, _proxy: object) -> None:
    """An idle connection has nothing to read unless its server is going: seen without asking it,
    so that no request pays for a question. The pool then opens others."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the write transaction of this request, command or job; commit at its end.

    Whatever was read before is forgotten, so that services decide on what the database
    holds now. Any exception rolls everything back and passes on.
    """
    session = db.session
    session.rollback()
    session.connection(execution_options=_writing(session))
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    for hook in session.info.pop("after_commit", ()):
        hook()


def _writing(session: Session) -> dict[str, Any]:
    return (
        {WRITE: True} if is_sqlite(session) else {WRITE: True, "isolation_level": "READ COMMITTED"}
    )


def _only_in_transactions(session: Session, *_flush: object) -> None:
    """A changed object must not reach the database because something else was read."""
    if not session.connection().get_execution_options().get(WRITE):
        raise RuntimeError("objects were changed outside of transaction()")


def in_parts(
    session: Session, rows: Select[*tuple[Any, ...]], size: int
) -> Result[*tuple[Any, ...]]:
    """Many rows, fetched ``size`` at a time.

    Outside of ``transaction()``, what is read from here on is of one moment.
    """
    of_one_moment(session)
    return session.execute(rows.execution_options(yield_per=size))


def of_one_moment(session: Session) -> None:
    """Outside of ``transaction()``, whatever is read from here on until the session's end is what
    the database held at one moment: sums fit the rows read after them."""
    options = session.connection().get_execution_options()
    if options.get("isolation_level") == AUTOCOMMIT:
        # PostgreSQL keeps a cursor, and a view of one moment, only as long as a transaction.
        session.rollback()
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def after_commit(session: Session, hook: Any) -> None:
    """Call ``hook()`` once, after the transaction has been committed."""
    hooks = session.info.setdefault("after_commit", [])
    if hook not in hooks:
        hooks.append(hook)


def lock(session: Session, model: type[M], ident: Any) -> M:
    """Load a row for change: fresh, and held against other writers until the commit.

    Raises ``sqlalchemy.exc.NoResultFound`` when there is no such row.
    """
    return session.get_one(model, ident, with_for_update=True, populate_existing=True)


def hold(session: Session, model: type[M], ident: Any) -> M:
    """As ``lock``, but rows that refer to this one may be written by others in the meantime: for
    what is held while other rows are waited for. Raises as ``lock``."""
    weak = {"key_share": True}
    return session.get_one(model, ident, with_for_update=weak, populate_existing=True)


def is_sqlite(session: Session) -> bool:
    """Whether this session talks to SQLite (else PostgreSQL)."""
    return session.get_bind().dialect.name == "sqlite"
