"""What is booked or approved cannot be changed or removed, whoever sends the SQL."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import db
from ledger.models import VoucherKind
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import check_books

COLUMNS = {
    "transfer": (
        "id, idempotency_key, group_id, code, debit_id, credit_id, fund_id, amount, currency,"
        " source_ref, effective_on, recorded_at, actor_id, approver_id"
    ),
    "approval": "id, voucher_id, requested_by_id, person_id, role, approved, reason, at",
}
CHANGES = (
    "UPDATE transfer SET amount = amount + 1",
    "UPDATE transfer SET debit_id = credit_id, credit_id = debit_id",
    "UPDATE transfer SET effective_on = '2025-01-01'",
    "UPDATE transfer SET approver_id = 1",
    "UPDATE transfer SET idempotency_key = 'x' WHERE code = 'receive'",
    "DELETE FROM transfer",
    "DELETE FROM transfer WHERE code = 'budget'",
    "UPDATE approval SET approved = false",
    "UPDATE approval SET person_id = requested_by_id",
    "DELETE FROM approval",
)
ON_SQLITE = tuple(
    f"INSERT OR {how} INTO {table} ({columns}) SELECT {columns} FROM {table}"
    for table, columns in COLUMNS.items()
    for how in ("REPLACE", "IGNORE")
) + tuple(
    f"REPLACE INTO {table} ({columns}) SELECT {columns.replace('id,', 'id + 100,', 1)} FROM {table}"
    for table, columns in COLUMNS.items()
)
ON_POSTGRESQL = ("TRUNCATE transfer CASCADE", "TRUNCATE approval CASCADE")


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city with money from outside."""
    made = Books.open(make, START)
    made.book(VoucherKind.RECEIVE, 100 * YUAN, made.funds[0])
    return made


def execute(statement: str) -> None:
    """As SQL from a connection that does not keep our pragmas."""
    with db.engine.connect() as connection:
        connection.detach()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA recursive_triggers=OFF")
        connection.execute(text(statement))
        connection.commit()


def test_the_database_refuses_every_change(books: Books, session: Session) -> None:
    own = ON_SQLITE if db.engine.dialect.name == "sqlite" else ON_POSTGRESQL
    for change in (*CHANGES, *own):
        with pytest.raises(IntegrityError, match="only grows"):
            execute(change)
    check_books(session)
    assert session.execute(text("SELECT count(*) FROM transfer")).scalar_one() == 2
    assert session.execute(text("SELECT count(*) FROM approval")).scalar_one() == 1


def test_the_database_refuses_an_account_below_zero(books: Books, session: Session) -> None:
    """A line that no service has checked: from the bank, of money that is not there."""
    columns = COLUMNS["transfer"].removeprefix("id, ")
    turned = columns.replace("idempotency_key", "'x'").replace("amount", "amount + 1")
    turned = turned.replace("debit_id, credit_id", "credit_id, debit_id")
    statement = f"INSERT INTO transfer ({columns}) SELECT {turned} FROM transfer"
    with pytest.raises(IntegrityError, match="ck_balance_floor"):
        execute(f"{statement} WHERE code = 'receive'")
    check_books(session)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("amount", "0", "ck_transfer_amount"),
        ("amount", "-amount", "ck_transfer_amount"),
        ("debit_id", "credit_id", "ck_transfer_two_accounts"),
        ("fund_id", "fund_id + 1", None),
        ("debit_id", "1000000", None),
    ],
)
def test_the_database_refuses_lines_that_do_not_fit(
    books: Books, session: Session, column: str, value: str, rule: str | None
) -> None:
    columns = COLUMNS["transfer"].removeprefix("id, ")
    values = columns.replace("idempotency_key", "'x'").replace(column, value, 1)
    with pytest.raises(IntegrityError, match=rule):
        execute(f"INSERT INTO transfer ({columns}) SELECT {values} FROM transfer LIMIT 1")
    check_books(session)


def test_the_database_keeps_no_fractions(books: Books, session: Session) -> None:
    """PostgreSQL's columns hold whole numbers only; SQLite's would hold anything."""
    columns = COLUMNS["transfer"].removeprefix("id, ")
    values = columns.replace("idempotency_key", "'x'").replace("amount", "amount + 0.5", 1)
    insert = f"INSERT INTO transfer ({columns}) SELECT {values} FROM transfer LIMIT 1"
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(IntegrityError, match="ck_transfer_amount"):
            execute(insert)
    kinds = session.scalars(text("SELECT amount FROM transfer")).all()
    assert {type(amount) for amount in kinds} == {int}
