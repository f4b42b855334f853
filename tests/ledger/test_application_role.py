"""The role that a city's application has in PostgreSQL: enough for all of its work, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import ProgrammingError

from core.db import db, transaction
from core.web import settings
from ledger.models import VoucherKind
from tests.conftest import START, set_clock
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from transparency.keys import create_key
from transparency.models import SignedCheckpoint
from transparency.sequencer import drain

SQL = Path(__file__).resolve().parents[2] / "docs" / "application-role.sql"


@pytest.fixture
def as_application(make_app: Callable[..., Flask]) -> Iterator[None]:
    """A database of its own, to which everything speaks as the application's role."""
    app = make_app("postgresql")
    set_clock(app, START)
    with app.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql(SQL.read_text(encoding="utf-8").replace("%", "%%"))
        db.engine.dispose()

        def become(connection: Any, _record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET ROLE gongzhi_app")
            connection.commit()

        event.listen(db.engine, "connect", become)
        yield


@pytest.mark.usefixtures("as_application")
def test_money_moves_and_what_moved_cannot_be_changed() -> None:
    books = Books.open(Factory(START), START)
    books.endow()
    books.book(VoucherKind.APPROPRIATE, 500 * YUAN, cost_centre_id=books.round())
    assert books.win(200 * YUAN) == []
    create_key(settings())
    assert drain(current_app._get_current_object()) > 0  # type: ignore[attr-defined]  # proxy
    assert db.session.scalar(select(func.count()).select_from(SignedCheckpoint)) == 1
    for attempt in (
        "UPDATE transfer SET amount = 1",
        "DELETE FROM transfer",
        "TRUNCATE transfer CASCADE",
        "DELETE FROM approval",
        "UPDATE leaf SET body = '{}'",
        "DELETE FROM leaf_subject",
        "DELETE FROM checkpoint",
        "ALTER TABLE transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER transfer_update ON transfer",
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction() as session,
        ):
            session.execute(text(attempt))
