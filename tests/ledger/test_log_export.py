"""The ledger beside the log: a stranger's check of both passes on real books, and names what was
changed in the database."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.db import db
from ledger import log_export
from ledger.models import Transfer, VoucherKind
from ledger.posting import LEAF
from tests.conftest import START
from tests.databases import unguarded
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.site import Site
from tests.remembered import remembered
from transparency import sequencer, verify
from transparency.exporting import json_lines, to_folder
from transparency.keys import create_key
from transparency.models import Leaf

Row = dict[str, Any]


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """Money on four levels, a project that is paid, gives back and is undone in part."""
    create_key(app.config["SETTINGS"])
    return books_of_a_project(make)


@remembered
def books_of_a_project(make: Factory) -> Books:
    books = Books.open(make, START)
    books.endow()
    books.book(VoucherKind.APPROPRIATE, 90_000 * YUAN, cost_centre_id=books.round())
    books.win(50_000 * YUAN)
    return books


def pay(books: Books, session: Session) -> None:
    """An invoice, its payment, and a second one that is undone."""
    project = log_project(session)
    about = {"cost_centre_id": project, "payee_id": books.payee()}
    books.pay(books.book(VoucherKind.DISBURSE, 30_000 * YUAN, **about))
    undone = books.book(VoucherKind.DISBURSE, 700 * YUAN, **about)
    books.book(VoucherKind.REVERSE, 700 * YUAN, reverses_id=undone)


def log_project(session: Session) -> int:
    """The project for which money is committed."""
    rows = select(Transfer.cost_centre_id).where(Transfer.code == "commit")
    found = session.scalars(rows).one()
    session.rollback()
    assert found is not None
    return found


@pytest.fixture
def check(
    app: Flask, books: Books, session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[int, str]]:
    """Exports everything and asks verify.py."""
    pay(books, session)
    sequencer.drain(app)

    def run() -> tuple[int, str]:
        session.rollback()
        to_folder(session, tmp_path / "export")
        code = verify.main([str(tmp_path / "export")])
        return code, capsys.readouterr().out

    return run


def test_real_books_hold(check: Callable[[], tuple[int, str]], session: Session) -> None:
    count = len(session.scalars(select(Transfer.id)).all())
    code, said = check()
    assert (code, "✗" in said) == (0, False), said
    assert f"The ledger's {count} lines are exactly those in the log (0 not signed yet)" in said


def test_real_books_with_contracts_hold(
    app: Flask, make: Factory, session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create_key(app.config["SETTINGS"])
    site = Site.begin(make, START)
    site.contract(800 * YUAN)
    site.undo(site.paid(300 * YUAN, site.accept(300 * YUAN)))
    site.unaccept()
    site.paid(400 * YUAN, site.accept(400 * YUAN))
    site.reduce(400 * YUAN)
    site.close()
    sequencer.drain(app)
    session.rollback()
    to_folder(session, tmp_path / "export")
    assert verify.main([str(tmp_path / "export")]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE transfer SET amount = amount + 1 WHERE id = {line}",
            "Line {line}: amount is 3000001 in the ledger, but 3000000 in the log.",
        ),
        (
            "DELETE FROM transfer WHERE id = {line}",
            "Line {line} over 3000000 is in the log, entry",
        ),
        (
            "UPDATE transfer SET payee_id = NULL WHERE id = {line}",
            "Line {line}: payee is None in the ledger",
        ),
        ("UPDATE balance SET debits = debits + 1, credits = credits + 1", "the balance kept is"),
        ("UPDATE turnover SET amount = amount + 1 WHERE code = 'pay'", "Total of pay in CNY"),
    ],
)
def test_what_was_changed_in_the_database_is_named(
    check: Callable[[], tuple[int, str]], session: Session, statement: str, named: str
) -> None:
    line = session.scalars(select(Transfer.id).where(Transfer.code == "pay")).one()
    session.rollback()
    with unguarded() as connection:
        connection.exec_driver_sql(statement.format(line=line))
    code, said = check()
    assert code == 1
    assert named.format(line=line) in said


def test_lines_are_written_exactly_as_the_log_has_them(
    books: Books, session: Session, tmp_path: Path
) -> None:
    pay(books, session)
    bodies = session.scalars(select(Leaf.body).where(Leaf.type == LEAF).order_by(Leaf.id))
    logged = [line for body in bodies for line in json.loads(body)["lines"]]
    written = rows_of(b"".join(json_lines(log_export.transfers(session))))
    assert written == sorted(logged, key=lambda line: line["id"])


def test_totals_count_what_was_undone_as_negative(books: Books, session: Session) -> None:
    pay(books, session)
    found = json.loads(b"".join(log_export.totals(session)))
    assert found["CNY"]["invoice"] == {"lines": 3, "amount": 30_000 * YUAN}
    kept = rows_of(b"".join(json_lines(log_export.balances(session))))
    assert sum(row["debits"] for row in kept) == sum(row["credits"] for row in kept) > 0


def test_lines_are_never_held_at_once(books: Books, session: Session) -> None:
    one = session.scalars(select(Transfer).limit(1)).one()
    names = [column.name for column in Transfer.__table__.columns if column.name != "id"]
    shared = {name: getattr(one, name) for name in names}
    session.rollback()
    with unguarded() as connection:
        for start in range(0, 20_000, 5000):
            rows = [shared | {"idempotency_key": f"k{n}"} for n in range(start, start + 5000)]
            connection.execute(insert(Transfer), rows)
    tracemalloc.start()
    try:
        pieces = json_lines(log_export.transfers(db.session))
        size = sum(map(len, pieces))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 6_000_000
    assert peak < 6_000_000


def rows_of(data: bytes) -> list[Row]:
    """JSON Lines."""
    return [json.loads(line) for line in data.splitlines()]


def test_what_everybody_downloads_passes_the_check(
    app: Flask,
    books: Books,
    client: FlaskClient,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pay(books, db.session)
    sequencer.drain(app)
    path = tmp_path / "log.zip"
    path.write_bytes(client.get("/log/gongzhi-log.zip").data)
    code = verify.main([str(path)])
    said = capsys.readouterr().out
    assert (code, "✗" in said) == (0, False), said
    assert "lines are exactly those in the log" in said
