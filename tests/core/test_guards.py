"""What is recorded can't be changed, not even by SQL."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.guards import append_only
from tests.conftest import START
from tests.databases import unguarded
from transparency.log import record

LEAF = "INSERT {} INTO leaf (id, seq, type, occurred_at, body) VALUES"
ROW = "(:leaf, 7, 'x', '2026-01-01 00:00:00', '{}')"


@pytest.fixture
def leaf(app: Flask) -> int:
    """A fact with its place in the log, and with what it is about."""
    with transaction() as session:
        ident = record(session, "thing.done", [("thing", 1)], {"sum": 5}, START)
    execute("UPDATE leaf SET seq = 7", ident)
    return ident


def execute(statement: str, leaf: int) -> None:
    """As SQL from a connection that does not keep our pragmas."""
    with db.engine.connect() as connection:
        connection.detach()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA recursive_triggers=OFF")
        connection.execute(text(statement), {"leaf": leaf} if ":leaf" in statement else {})
        connection.commit()


CHANGES = (
    "UPDATE leaf SET body = '{}'",
    "UPDATE leaf SET id = id + 1",
    "UPDATE leaf SET occurred_at = '2020-01-01 00:00:00'",
    "UPDATE leaf SET type = 'x'",
    "UPDATE leaf SET seq = 8",
    "UPDATE leaf SET seq = NULL",
    "DELETE FROM leaf_subject",
    "DELETE FROM leaf WHERE id = :leaf",
    "UPDATE leaf_subject SET ref = '2'",
)
ON_SQLITE = (
    LEAF.format("OR REPLACE") + ROW,
    LEAF.format("OR REPLACE") + ROW.replace(":leaf", "NULL"),
    LEAF.format("OR IGNORE") + ROW,
    "INSERT OR REPLACE INTO leaf_subject (leaf_id, kind, ref) VALUES (:leaf, 'thing', '1')",
)
ON_POSTGRESQL = ("TRUNCATE leaf CASCADE", "TRUNCATE leaf_subject")


def test_a_recorded_fact_cannot_be_changed(leaf: int, session: Session) -> None:
    own = ON_SQLITE if db.engine.dialect.name == "sqlite" else ON_POSTGRESQL
    for change in (*CHANGES, *own):
        with pytest.raises(IntegrityError, match="only grows"):
            execute(change, leaf)
    found = session.execute(text("SELECT id, seq, type, body FROM leaf")).one()
    assert tuple(found) == (leaf, 7, "thing.done", '{"sum":5}')
    assert session.execute(text("SELECT kind, ref FROM leaf_subject")).one() == ("thing", "1")


def test_a_place_cannot_be_taken_by_replacing_who_has_it(leaf: int) -> None:
    with transaction() as session:
        second = record(session, "thing.done", [], {}, START)
    sqlite = db.engine.dialect.name == "sqlite"
    with pytest.raises(IntegrityError, match="only grows" if sqlite else "uq_leaf_seq"):
        execute(f"UPDATE {'OR REPLACE' * sqlite} leaf SET seq = 7 WHERE id = :leaf", second)


def test_an_owner_past_the_guards_leaves_them_standing(leaf: int) -> None:
    with unguarded() as connection:
        connection.execute(text("UPDATE leaf SET body = '{}'"))
    with pytest.raises(IntegrityError, match="only grows"):
        execute("UPDATE leaf SET body = '[]'", leaf)


def test_columns_set_once_need_the_others_named() -> None:
    with pytest.raises(ValueError, match="all others"):
        append_only("leaf", "sqlite", keys=[("id",)], once=["seq"])
