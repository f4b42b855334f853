"""A process killed between any two writes leaves books that balance, and can do it again."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.models import Transfer, VoucherKind
from tests import apart
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import bookings, check_books
from tests.ledger.killed import kill

K = VoucherKind


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A community with a project, an invoice that waits to be paid, and one to be approved."""
    return Books.open(make, START)


def about(books: Books, **more: int) -> dict[str, Any]:
    """What the other process needs to know."""
    people = {"asks": books.asks, "approves": books.approves}
    return {"at": START.isoformat(), "fund": books.funds[0]} | people | more


def killed_everywhere(app: Flask, session: Session, operation: str, known: dict[str, Any]) -> int:
    """Kill the operation at every point, looking at the books each time; gives the number of
    points. Either nothing of it is there or all of it, and all of it once."""
    before = bookings(session)
    kills = 0
    done: dict[str, Any] | None = None
    process, pipe = apart.start(app, kill, operation, known)
    with pipe:
        while True:
            ended = pipe.recv()
            check_books(session)
            now = bookings(session)
            assert now == (done or now)  # once it is there, it stays as it is
            done = done or (now if now != before else None)
            if ended != "killed":
                break
            kills += 1
            pipe.send("on")
    assert ended in ("ended 0", "ended 7")
    process.join()
    assert process.exitcode == 0
    assert done is not None
    return kills


def codes(session: Session) -> list[str]:
    """What was booked, in order."""
    return list(session.scalars(select(Transfer.code).order_by(Transfer.id)))


def test_posting_killed(app: Flask, books: Books, session: Session) -> None:
    assert killed_everywhere(app, session, "post", about(books)) >= 5
    assert codes(session) == ["receive", "budget"]


def test_approving_killed(app: Flask, books: Books, session: Session) -> None:
    project = books.project(100 * YUAN)
    before = codes(session)
    invoice = {"cost_centre_id": project, "payee_id": books.payee()}
    voucher = books.ask_with_papers(K.DISBURSE, 60 * YUAN, **invoice)
    assert killed_everywhere(app, session, "approve", about(books, voucher=voucher)) >= 10
    assert codes(session) == [*before, "invoice", "spend"]


def test_approving_what_commits_winners_killed(app: Flask, books: Books, session: Session) -> None:
    books.endow()
    books.win(60 * YUAN, 30 * YUAN)
    before = codes(session)
    voucher = books.ask(K.APPROPRIATE, 100 * YUAN, cost_centre_id=books.round())
    assert killed_everywhere(app, session, "approve", about(books, voucher=voucher)) >= 10
    assert codes(session) == [*before, "appropriate", "commit", "commit"]


def test_undoing_killed(app: Flask, books: Books, session: Session) -> None:
    project = books.project(100 * YUAN)
    invoice = {"cost_centre_id": project, "payee_id": books.payee()}
    paid = books.book(K.DISBURSE, 60 * YUAN, **invoice)
    books.pay(paid)
    before = codes(session)
    voucher = books.ask(K.REVERSE, 60 * YUAN, reverses_id=paid)
    assert killed_everywhere(app, session, "approve", about(books, voucher=voucher)) >= 10
    assert codes(session) == [*before, "pay", "spend", "invoice"]


def test_paying_killed(app: Flask, books: Books, session: Session) -> None:
    project = books.project(100 * YUAN)
    invoice = {"cost_centre_id": project, "payee_id": books.payee()}
    voucher = books.book(K.DISBURSE, 60 * YUAN, **invoice)
    before = codes(session)
    assert killed_everywhere(app, session, "pay", about(books, voucher=voucher)) >= 8
    assert codes(session) == [*before, "pay"]
