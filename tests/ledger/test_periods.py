"""Closing of a period: by two people, never undone, and kept by the database itself."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Area
from core.db import transaction
from core.errors import Conflict, Invalid, Refused
from ledger.models import Fund, FundKind, VoucherKind
from ledger.services.funds import ask_to_close, close_period, open_fund, plan
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import bookings, check_books
from tests.together import together

K = VoucherKind
FEBRUARY, JANUARY = date(2026, 2, 28), date(2026, 1, 31)


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city with funds and some money."""
    made = Books.open(make, START)
    made.book(K.RECEIVE, 100 * YUAN, made.funds[0], effective_on=FEBRUARY)
    return made


def ask(books: Books, until: date = FEBRUARY, area: int = 0) -> int:
    with transaction() as session:
        where = session.get_one(Area, books.areas[area])
        return ask_to_close(session, where, until, books.asks, START).id


def close(books: Books, closing: int, by: int | None = None) -> None:
    with transaction() as session:
        close_period(session, closing, by or books.approves, START)


def closed_until(session: Session, fund: int) -> date | None:
    session.rollback()
    return session.scalars(select(Fund.closed_until).where(Fund.id == fund)).one()


def test_a_period_is_closed_by_two_people_once(books: Books, session: Session) -> None:
    closing = ask(books)
    assert closed_until(session, books.funds[0]) is None
    with pytest.raises(Refused):
        close(books, closing, books.asks)
    close(books, closing)
    with pytest.raises(Conflict):
        close(books, closing, books.also_approves)
    assert closed_until(session, books.funds[0]) == FEBRUARY
    assert closed_until(session, books.funds[1]) is None


def test_the_database_itself_refuses_one_person_for_both(books: Books) -> None:
    ask(books)
    statement = text("UPDATE period_closing SET approved_by_id = asked_by_id")
    with pytest.raises(IntegrityError, match="two_people"), transaction() as session:
        session.execute(statement)


@pytest.mark.parametrize("until", [START.date(), START.date() + timedelta(1)])
def test_only_days_that_are_over_are_closed(books: Books, until: date) -> None:
    with pytest.raises(Invalid):
        ask(books, until)


def test_a_closing_comes_after_the_last(books: Books) -> None:
    ask(books)
    for until in (FEBRUARY, JANUARY):
        with pytest.raises(Invalid):
            ask(books, until)
    ask(books, FEBRUARY + timedelta(1))
    ask(books, FEBRUARY, area=1)


def test_an_earlier_closing_approved_later_opens_nothing(books: Books, session: Session) -> None:
    earlier, later = ask(books, JANUARY), ask(books, FEBRUARY)
    close(books, later)
    close(books, earlier)
    assert closed_until(session, books.funds[0]) == FEBRUARY


def test_a_fund_that_comes_later_is_closed_as_far(books: Books, session: Session) -> None:
    close(books, ask(books))
    assert closed_until(session, books.fund(books.areas[0], currency="EUR")) == FEBRUARY


def test_nothing_is_asked_or_booked_in_a_closed_period(books: Books, session: Session) -> None:
    waiting = books.ask(K.RECEIVE, 70, books.funds[0], effective_on=FEBRUARY)
    close(books, ask(books))
    before = bookings(session)
    with pytest.raises(Invalid) as problem:
        books.ask(K.RECEIVE, 70, books.funds[0], effective_on=FEBRUARY)
    assert set(problem.value.fields) == {"effective_on"}
    with pytest.raises(Invalid):
        books.approve(waiting)
    assert bookings(session) == before
    books.book(K.RECEIVE, 70, books.funds[0], effective_on=FEBRUARY + timedelta(1))
    check_books(session)


def test_money_is_not_handed_into_a_closed_period(books: Books, session: Session) -> None:
    close(books, ask(books, area=1))
    with pytest.raises(Invalid):
        books.book(K.ALLOT, 70, books.funds[0], to_fund_id=books.funds[1], effective_on=FEBRUARY)
    check_books(session)


LINE = """INSERT INTO transfer
    (idempotency_key, group_id, code, debit_id, credit_id, fund_id, amount, currency, source_ref,
     effective_on, recorded_at, actor_id, approver_id)
    SELECT '{key}', 'x', code, debit_id, credit_id, fund_id, amount, currency, '', '{day}',
     recorded_at, actor_id, approver_id FROM transfer WHERE code = 'receive' LIMIT 1"""


def test_the_database_itself_refuses_a_line_in_a_closed_period(books: Books) -> None:
    with transaction() as session:
        session.execute(text(LINE.format(key="open", day=FEBRUARY)))
    close(books, ask(books))
    for day in (FEBRUARY, JANUARY):
        with (
            pytest.raises(IntegrityError, match="the books are closed"),
            transaction() as session,
        ):
            session.execute(text(LINE.format(key="closed", day=day)))


def test_a_closing_waits_for_who_is_booking(app: Flask, books: Books, session: Session) -> None:
    """Whatever is refused or booked: nothing of the period is recorded after its closing."""
    closing = ask(books)
    asked = [books.ask(K.RECEIVE, 70, books.funds[0], effective_on=FEBRUARY) for _ in range(3)]
    turns = itertools.count()

    def one() -> bool:
        turn = next(turns)
        try:
            if turn == 0:
                close(books, closing)
            else:
                books.approve(asked[turn - 1])
        except (Invalid, Conflict):
            return False
        return True

    done = together(app, one, 4)
    assert any(done)
    assert closed_until(session, books.funds[0]) == FEBRUARY
    check_books(session)


def test_the_plan_of_a_year_is_bounded_and_its_changes_recorded(
    books: Books, session: Session
) -> None:
    for wrong in (-1, 10**15 + 1):
        with pytest.raises(Invalid), transaction() as writing:
            plan(writing, books.funds[0], wrong, books.asks, START)
    with transaction() as writing:
        plan(writing, books.funds[0], 70, books.asks, START)
    assert session.get_one(Fund, books.funds[0]).planned == 70


def test_a_year_has_one_fund_of_a_kind_and_currency(app: Flask, books: Books) -> None:
    with pytest.raises(Conflict):
        books.fund(books.areas[0])

    def another() -> bool:
        try:
            books.fund(books.areas[0], year=2027)
        except Conflict:
            return False
        return True

    assert sorted(together(app, another, 3)) == [False, False, True]
    with pytest.raises(Invalid), transaction() as session:
        open_fund(
            session,
            session.get_one(Area, books.areas[0]),
            kind=FundKind.MATCHING,
            year=2026,
            currency="XXX",
            name={"en": "Fund"},
            planned=None,
            by_id=books.asks,
            now=START,
        )
