"""Many writers at once, as threads and as processes: nothing lost, nothing twice, no overdraft."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import DomainError
from ledger.journal import Event, Kind, lines_of
from ledger.models import Transfer, VoucherKind
from ledger.posting import Group, post
from tests import apart
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import check_books
from tests.ledger.test_killed import about
from tests.ledger.writers import write
from tests.together import together

K = VoucherKind
INVOICES, FIT = 16, 10


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city with funds and no money."""
    return Books.open(make, START)


def invoices(books: Books) -> list[int]:
    """More invoices than a project of ¥100 can pay, ¥10 each."""
    project = books.project(FIT * 10 * YUAN)
    payees = [books.payee(f"Payee {i}") for i in range(3)]
    return [
        books.ask_with_papers(K.DISBURSE, 10 * YUAN, cost_centre_id=project, payee_id=payees[i % 3])
        for i in range(INVOICES)
    ]


def in_threads(app: Flask, work: Iterable[Callable[[], object]]) -> Counter[str]:
    """How each piece of work ended, all at once."""
    todo = list(work)
    rest = iter(todo)

    def one() -> str:
        try:
            next(rest)()
        except DomainError as error:
            return type(error).__name__
        return "done"

    return Counter(together(app, one, len(todo)))


def in_processes(app: Flask, todo: list[tuple[str, dict[str, Any]]]) -> tuple[int, int]:
    """How many operations were done and how many refused by four processes."""
    process, pipe = apart.start(app, write, [todo[i::4] for i in range(4)])
    with pipe:
        done, refused, broken = pipe.recv()
    process.join()
    assert (process.exitcode, broken) == (0, 0)
    return done, refused


def count(session: Session, code: str) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(Transfer.code == code)) or 0


def test_invoices_at_once_never_overdraw_a_commitment(
    app: Flask, books: Books, session: Session
) -> None:
    asked = invoices(books)
    ended = in_threads(app, [partial(books.approve, v) for v in asked])
    assert ended == {"done": FIT, "Invalid": INVOICES - FIT}
    assert count(session, "invoice") == FIT
    check_books(session)


def test_invoices_of_several_processes_never_overdraw_a_commitment(
    app: Flask, books: Books, session: Session
) -> None:
    asked = invoices(books)
    todo = [("approve", about(books, voucher=voucher)) for voucher in asked]
    assert in_processes(app, todo) == (FIT, INVOICES - FIT)
    paid = [("pay", about(books, voucher=voucher)) for voucher in asked] * 2
    random.Random(1).shuffle(paid)
    assert in_processes(app, paid) == (FIT, 2 * INVOICES - FIT)
    assert (count(session, "invoice"), count(session, "pay")) == (FIT, FIT)
    check_books(session)


def test_two_approvers_at_once_book_once(app: Flask, books: Books, session: Session) -> None:
    """Above the threshold both are needed; below it one of them is told it is done."""
    large = books.ask(K.RECEIVE, 300_000 * YUAN, books.funds[0])
    people = (books.approves, books.also_approves)
    ended = in_threads(app, [partial(books.approve, large, p) for p in people])
    assert ended == {"done": 2}
    small = books.ask(K.RECEIVE, 300 * YUAN, books.funds[0])
    ended = in_threads(app, [partial(books.approve, small, p) for p in people])
    assert ended == {"done": 1, "Conflict": 1}
    assert count(session, "receive") == 2
    check_books(session)


def test_money_up_and_down_the_levels_at_once_waits_in_no_circle(
    app: Flask, books: Books, session: Session
) -> None:
    books.endow(1000 * YUAN)
    funds = books.funds
    booked = [
        books.book(K.ALLOT, 10 * YUAN, above, to_fund_id=below)
        for above, below in ((funds[0], funds[1]), (funds[1], funds[2]), (funds[2], funds[3]))
        for _ in range(2)
        if books.book(K.RECEIVE, 100 * YUAN, above)
    ]
    undoing = [
        books.ask(K.REVERSE, 10 * YUAN, funds[i // 2], reverses_id=voucher)
        for i, voucher in enumerate(booked)
    ]
    down = [
        books.ask(K.ALLOT, 10 * YUAN, above, to_fund_id=below)
        for above, below in ((funds[2], funds[3]), (funds[1], funds[2]), (funds[0], funds[1]))
        for _ in range(2)
    ]
    work = [*[("approve", v) for v in undoing + down], *[("pay", v) for v in booked]]
    random.Random(2).shuffle(work)
    acts: dict[str, Callable[[int], object]] = {"approve": books.approve, "pay": books.pay}
    ended = in_threads(app, [partial(acts[a], v) for a, v in work])
    assert ended["done"] >= len(undoing) + len(down)
    check_books(session)


def test_groups_across_funds_in_any_order_wait_in_no_circle(
    app: Flask, books: Books, session: Session
) -> None:
    seen = iter(range(1000))

    def book() -> int:
        number = next(seen)
        rng = random.Random(number)
        for step in range(6):
            lines = [ln for f in books.funds for ln in lines_of("receive", Event(fund=f), 7)]
            rng.shuffle(lines)
            group = Group(
                f"{number}.{step}", lines, START.date(), "CNY", books.asks, books.approves
            )
            with transaction() as writing:
                post(writing, group, START)
        return number

    assert sorted(together(app, book, 6)) == list(range(6))
    assert [books.left(Kind.BANK, fund) for fund in books.funds] == [6 * 6 * 7] * 4
    check_books(session)


def test_a_payment_and_a_request_to_undo_it_wait_in_no_circle(
    app: Flask, books: Books, session: Session
) -> None:
    books.book(K.RECEIVE, 1000 * YUAN, books.funds[0])
    allotted = [
        books.book(K.ALLOT, 10 * YUAN, books.funds[0], to_fund_id=books.funds[1]) for _ in range(5)
    ]
    work: list[Callable[[], object]] = []
    for voucher in allotted:
        work.append(partial(books.pay, voucher))
        work.append(partial(books.ask, K.REVERSE, 10 * YUAN, books.funds[0], reverses_id=voucher))
    assert in_threads(app, work) == {"done": 10}
    check_books(session)


def test_closing_and_spending_at_once_leave_nothing_behind(
    app: Flask, books: Books, session: Session
) -> None:
    project = books.project(100 * YUAN)
    asked = {"cost_centre_id": project, "payee_id": books.payee()}
    first = books.book(K.DISBURSE, 40 * YUAN, **asked)
    books.pay(first)
    vouchers = [
        books.ask(K.RELEASE, 60 * YUAN, cost_centre_id=project),
        books.ask(K.REFUND, 10 * YUAN, **asked),
        books.ask(K.DISBURSE, 10 * YUAN, **asked),
        books.ask(K.REVERSE, 40 * YUAN, reverses_id=first),
    ]
    ended = in_threads(app, [partial(books.approve, v) for v in vouchers])
    assert ended["done"] >= 1
    assert set(ended) <= {"done", "Invalid", "Conflict"}
    check_books(session)


def test_everything_at_once_by_processes(app: Flask, books: Books, session: Session) -> None:
    asked = invoices(books)
    direct = [("post", about(books))] * 4
    todo = direct + [("approve", about(books, voucher=voucher)) for voucher in asked] * 2
    todo += [("pay", about(books, voucher=voucher)) for voucher in asked] * 2
    random.Random(3).shuffle(todo)
    done, refused = in_processes(app, todo)
    assert done + refused == len(todo)
    assert count(session, "invoice") == FIT
    assert count(session, "receive") == 2
    check_books(session)
