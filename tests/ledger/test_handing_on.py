"""What money can do: no more than there is, to the level below, to a payee, to the next year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Invalid
from ledger.journal import Kind
from ledger.models import Voucher, VoucherKind, VoucherState
from ledger.services import approving
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import check_books

K = VoucherKind


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city with funds and no money."""
    return Books.open(make, START)


def test_no_more_is_spent_than_is_committed_appropriated_allotted_or_in_the_bank(
    books: Books, session: Session
) -> None:
    project = books.project(100 * YUAN)
    payee = books.payee()
    for kind, amount, about in (
        (K.DISBURSE, 100 * YUAN + 1, {"cost_centre_id": project, "payee_id": payee}),
        (K.APPROPRIATE, 1_000_000 * YUAN - 100 * YUAN + 1, {"cost_centre_id": books.round(2)}),
        (K.UNAPPROPRIATE, 1, {"cost_centre_id": books.round()}),
        (K.REFUND, 1, {"cost_centre_id": project, "payee_id": payee}),
    ):
        with pytest.raises(Invalid) as problem:
            books.book(kind, amount, **about)
        assert set(problem.value.fields) == {"amount"}
    check_books(session)


def test_what_is_not_in_the_bank_cannot_be_paid(books: Books, session: Session) -> None:
    books.book(K.RECEIVE, 100 * YUAN, books.funds[0])
    allotted = books.book(K.ALLOT, 100 * YUAN, books.funds[0], to_fund_id=books.funds[1])
    further = books.book(K.ALLOT, 100 * YUAN, books.funds[1], to_fund_id=books.funds[2])
    with pytest.raises(Invalid):  # the district's money is still on its way
        books.pay(further)
    assert session.get_one(Voucher, further).state == VoucherState.APPROVED
    books.pay(allotted)
    books.pay(further)
    assert books.left(Kind.BANK, books.funds[2]) == 100 * YUAN
    check_books(session)


def test_the_day_of_a_payment_is_not_before_the_approval_nor_in_the_future(books: Books) -> None:
    books.book(K.RECEIVE, 100 * YUAN, books.funds[0])
    voucher = books.book(K.ALLOT, 100 * YUAN, books.funds[0], to_fund_id=books.funds[1])
    for day in (books.day - timedelta(1), books.day + timedelta(1)):
        with pytest.raises(Invalid), transaction() as session:
            approving.pay(session, voucher, books.asks, day, START)
    # Late in the evening it is the next day here already.
    late = START + timedelta(hours=14)
    with transaction() as session:
        approving.pay(session, voucher, books.asks, books.day + timedelta(1), late)


def test_money_is_handed_only_to_the_area_directly_below(books: Books) -> None:
    books.book(K.RECEIVE, 70, books.funds[0])
    for other in (books.funds[0], books.funds[2], None, 10**6):
        with pytest.raises(Invalid) as problem:
            books.ask(K.ALLOT, 70, books.funds[0], to_fund_id=other)
        assert set(problem.value.fields) == {"to_fund"}


def test_a_payee_must_be_there(books: Books) -> None:
    project = books.project(100 * YUAN)
    for payee in (None, 10**6):
        with pytest.raises(Invalid) as problem:
            books.ask(K.DISBURSE, 70, cost_centre_id=project, payee_id=payee)
        assert set(problem.value.fields) == {"payee"}


def test_a_request_keeps_only_what_its_kind_is_about(books: Books, session: Session) -> None:
    project = books.project(100 * YUAN)
    about = {"cost_centre_id": project, "payee_id": books.payee(), "to_fund_id": books.funds[1]}
    voucher = session.get_one(Voucher, books.ask(K.RECEIVE, 70, books.funds[0], **about))
    assert (voucher.cost_centre_id, voucher.payee_id, voucher.to_fund_id) == (None, None, None)


def test_what_is_left_is_carried_over_to_the_next_year(books: Books, session: Session) -> None:
    books.book(K.RECEIVE, 100 * YUAN, books.funds[0])
    later = books.fund(books.areas[0], year=2027)
    for wrong in (books.funds[1], books.fund(books.areas[0], year=2028)):
        with pytest.raises(Invalid):
            books.ask(K.CARRY_OVER, 70 * YUAN, books.funds[0], to_fund_id=wrong)
    with pytest.raises(Invalid):
        books.book(K.CARRY_OVER, 101 * YUAN, books.funds[0], to_fund_id=later)
    books.book(K.CARRY_OVER, 70 * YUAN, books.funds[0], to_fund_id=later)
    for kind in (Kind.BANK, Kind.ALLOCATION):
        assert books.left(kind, books.funds[0]) == 30 * YUAN
        assert books.left(kind, later) == 70 * YUAN
    check_books(session)
