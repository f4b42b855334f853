"""What a vote decided is committed in order, out of every fund that has money for it, once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import transaction
from ledger.accounts import cost_centre
from ledger.journal import Kind
from ledger.models import CostCentre, CostCentreKind, Transfer, VoucherKind
from ledger.services.committing import commit_due
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import bookings, check_books
from tests.remembered import remembered
from tests.together import together

K = VoucherKind


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city whose money has come down to the community."""
    return endowed(make)


@remembered
def endowed(make: Factory) -> Books:
    made = Books.open(make, START)
    made.endow()
    return made


def appropriate(books: Books, amount: int, fund: int | None = None) -> int:
    return books.book(K.APPROPRIATE, amount, fund, cost_centre_id=books.round())


def committed(books: Books, project: int, fund: int | None = None) -> int:
    return books.left(Kind.ENCUMBRANCE, fund, books.centre(project))


def test_winners_are_committed_in_their_order(books: Books, session: Session) -> None:
    appropriate(books, 100 * YUAN)
    waiting = books.win(60 * YUAN, 50 * YUAN, 40 * YUAN)
    assert waiting == [books.centre(101)]
    assert [committed(books, project) for project in (100, 101, 102)] == [
        60 * YUAN,
        0,
        40 * YUAN,
    ]
    lines = session.scalars(select(Transfer).where(Transfer.code == "commit")).all()
    assert {(t.actor_id, t.approver_id, t.source_ref) for t in lines} == {(None, None, "vote:1")}
    check_books(session)


def test_one_that_waits_is_committed_when_money_comes(books: Books, session: Session) -> None:
    assert len(books.win(60 * YUAN, 50 * YUAN)) == 2
    appropriate(books, 60 * YUAN)
    assert (committed(books, 100), committed(books, 101)) == (60 * YUAN, 0)
    appropriate(books, 49 * YUAN)
    assert committed(books, 101) == 0
    appropriate(books, 1 * YUAN)
    assert committed(books, 101) == 50 * YUAN
    check_books(session)


def test_winners_entered_again_change_nothing(books: Books, session: Session) -> None:
    appropriate(books, 100 * YUAN)
    books.win(60 * YUAN, 50 * YUAN)
    before = bookings(session)
    assert books.win(60 * YUAN, 50 * YUAN) == [books.centre(101)]
    assert books.win(70 * YUAN, 10 * YUAN) == [books.centre(101)]  # decided is decided
    assert bookings(session) == before


def test_several_funds_pay_for_one_project(books: Books, session: Session) -> None:
    above = books.funds[-2]
    books.book(K.RECEIVE, 1_000 * YUAN, above)
    appropriate(books, 30 * YUAN, above)
    assert len(books.win(50 * YUAN)) == 1
    appropriate(books, 40 * YUAN)
    shares = [committed(books, 100), committed(books, 100, above)]
    assert shares == [40 * YUAN, 10 * YUAN]  # the nearer fund first
    check_books(session)


def test_money_of_another_currency_commits_nothing(books: Books, session: Session) -> None:
    euros = books.fund(books.areas[-1], currency="EUR")
    books.book(K.RECEIVE, 1_000 * YUAN, euros)
    appropriate(books, 100 * YUAN, euros)
    assert len(books.win(50 * YUAN)) == 1
    check_books(session)


def test_a_project_known_before_gets_its_round(books: Books, session: Session) -> None:
    appropriate(books, 100 * YUAN)
    with transaction() as writing:
        cost_centre(writing, CostCentreKind.PROJECT, 100, {"en": "Known"})
    assert books.win(60 * YUAN) == []
    assert committed(books, 100) == 60 * YUAN


def test_committing_at_once_commits_once(app: Flask, books: Books, session: Session) -> None:
    books.win(60 * YUAN, 30 * YUAN, 20 * YUAN)
    appropriate(books, 50 * YUAN)
    round_ = books.round()

    def commit() -> None:
        with transaction() as writing:
            commit_due(writing, writing.get_one(CostCentre, round_), START)

    together(app, commit, 4)
    assert session.scalar(select(func.count()).where(Transfer.code == "commit")) == 2
    check_books(session)


def test_appropriations_from_two_funds_at_once_commit_once(
    app: Flask, books: Books, session: Session
) -> None:
    above = books.funds[-2]
    books.book(K.RECEIVE, 1_000 * YUAN, above)
    round_ = books.round()
    asked = [
        books.ask(K.APPROPRIATE, 10 * YUAN, fund, cost_centre_id=round_)
        for fund in (books.funds[-1], above) * 4
    ]
    books.win(30 * YUAN, 30 * YUAN, 20 * YUAN)
    work = iter(asked)
    together(app, lambda: books.approve(next(work)), len(asked))
    assert (
        session.scalar(
            select(func.count(Transfer.group_id.distinct())).where(Transfer.code == "commit")
        )
        == 3
    )
    assert books.left(Kind.APPROPRIATION, None, round_) == 0
    check_books(session)
