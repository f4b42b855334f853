"""Reading and writing the database: what is written where, and connections that end."""

from __future__ import annotations

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.models import Area, Person
from core.db import db, in_parts, is_sqlite, transaction
from tests.factories import Factory


def test_an_object_changed_outside_of_a_transaction_is_not_written_by_the_next_read(
    make: Factory, session: Session
) -> None:
    person = make.person(name="李阿姨")
    session.get_one(Person, person).name = "别人"

    with pytest.raises(RuntimeError, match="outside of transaction"):
        session.scalar(select(Area.id))

    session.rollback()
    assert session.get_one(Person, person).name == "李阿姨"


def test_many_rows_are_read_in_parts_inside_and_outside_of_transactions(
    make: Factory, session: Session
) -> None:
    ids = [make.person() for _ in range(7)]
    rows = select(Person.id).order_by(Person.id)

    assert [row[0] for row in in_parts(session, rows, 3)] == ids
    with transaction() as writing:
        assert [row[0] for row in in_parts(writing, rows, 3)] == ids


def test_connections_that_the_server_has_ended_are_not_used_again(app: Flask) -> None:
    db.session.scalar(text("SELECT 1"))
    db.session.rollback()
    if is_sqlite(db.session):
        db.engine.dispose()  # there is no server, only files that may be closed
    else:
        with psycopg.connect(app.config["SETTINGS"].database_url.replace("+psycopg", "")) as other:
            other.execute(
                # The server only notes the wish unless it is told to wait for the end.
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    assert db.session.scalar(text("SELECT 1")) == 1
