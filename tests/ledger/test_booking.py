"""Booking: once for each key, within what there is, and what no fund takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Conflict, DomainError, Invalid, Refused
from core.types import MAX_MINOR
from ledger.journal import Event, Kind, Line, Ref, lines_of
from ledger.models import Transfer, Voucher, VoucherKind, VoucherState
from ledger.posting import Group, post
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import bookings, check_books
from tests.together import together

K = VoucherKind


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city with funds and no money."""
    return Books.open(make, START)


def group(books: Books, amount: int = 70, key: str = "gift", **other: Any) -> Group:
    """Money from outside into the city's fund."""
    lines = lines_of("receive", Event(fund=books.funds[0]), amount)
    asked = Group(
        key=key,
        lines=lines,
        effective_on=books.day,
        currency="CNY",
        actor_id=books.asks,
        approver_id=books.approves,
    )
    return replace(asked, **other)


def book(asked: Group) -> list[int]:
    with transaction() as session:
        return post(session, asked, START)


def test_the_same_group_again_is_the_lines_that_are_booked(books: Books, session: Session) -> None:
    first = book(group(books))
    assert book(group(books)) == first
    assert first == sorted(first)
    assert len(session.scalars(select(Transfer)).all()) == 2
    check_books(session)


@pytest.mark.parametrize(
    "change",
    [
        lambda asked: replace(asked, lines=[replace(ln, amount=71) for ln in asked.lines]),
        lambda asked: replace(asked, lines=asked.lines[:1]),
        lambda asked: replace(asked, lines=[*asked.lines, *asked.lines]),
        lambda asked: replace(asked, lines=list(reversed(asked.lines))),
        lambda asked: replace(asked, effective_on=asked.effective_on - timedelta(1)),
        lambda asked: replace(asked, source_ref="another"),
    ],
)
def test_a_key_used_again_for_something_else_is_a_conflict(
    books: Books, session: Session, change: Callable[[Group], Group]
) -> None:
    book(group(books))
    before = bookings(session)
    with pytest.raises(Conflict):
        book(change(group(books)))
    assert bookings(session) == before
    check_books(session)


def test_the_same_group_at_once_is_booked_once(app: Flask, books: Books, session: Session) -> None:
    numbers = together(app, lambda: book(group(books)), 4)
    assert numbers == [numbers[0]] * 4
    assert session.scalar(select(func.count()).select_from(Transfer)) == 2
    check_books(session)


def test_a_repeated_payment_is_the_same_one_although_no_money_is_left(
    books: Books, session: Session
) -> None:
    book(group(books))
    fund = books.funds[0]
    spend = [Line("carry_out", Ref(fund, Kind.ALLOCATION), Ref(fund, Kind.BANK), 70)]
    again = replace(group(books), key="all", lines=spend)
    assert book(again) == book(again)
    with pytest.raises(Invalid):
        book(replace(again, key="more"))
    check_books(session)


@pytest.mark.parametrize("amount", [-1, 0, 10**18, MAX_MINOR + 1, 10.5, True])
def test_a_request_takes_only_whole_amounts_within_bounds(
    books: Books, session: Session, amount: Any
) -> None:
    with pytest.raises(Invalid) as problem:
        books.ask(K.RECEIVE, amount, books.funds[0])
    assert set(problem.value.fields) == {"amount"}
    assert session.scalars(select(Voucher)).all() == []


def test_the_largest_amount_is_booked_and_nothing_larger(books: Books, session: Session) -> None:
    book(group(books, MAX_MINOR))
    for amount in (MAX_MINOR + 1, 10**18, 2**63):
        with pytest.raises(Invalid):
            book(group(books, amount, key="more"))
    check_books(session)


def test_another_currency_is_refused_by_the_service_and_by_the_database(books: Books) -> None:
    with pytest.raises(Invalid):
        book(group(books, currency="EUR"))
    euros = books.fund(books.areas[0], currency="EUR")
    with pytest.raises(Invalid) as problem:
        books.ask(K.ALLOT, 70, euros, to_fund_id=books.funds[1])
    assert set(problem.value.fields) == {"to_fund"}
    book(group(books))
    statement = insert(Transfer).from_select(
        [
            "idempotency_key",
            "group_id",
            "code",
            "debit_id",
            "credit_id",
            "fund_id",
            "amount",
            "currency",
            "source_ref",
            "effective_on",
            "recorded_at",
            "actor_id",
            "approver_id",
        ],
        select(
            Transfer.idempotency_key + "x",
            Transfer.group_id,
            Transfer.code,
            Transfer.debit_id,
            Transfer.credit_id,
            Transfer.fund_id,
            Transfer.amount,
            func.upper("eur"),
            Transfer.source_ref,
            Transfer.effective_on,
            Transfer.recorded_at,
            Transfer.actor_id,
            Transfer.approver_id,
        ).limit(1),
    )
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(statement)


def test_nothing_to_book_is_refused(books: Books) -> None:
    with pytest.raises(Invalid):
        book(group(books, lines=[]))


def test_a_form_sent_twice_asks_once(app: Flask, books: Books, session: Session) -> None:
    first = books.ask(K.RECEIVE, 70, books.funds[0], key="form")
    assert books.ask(K.RECEIVE, 70, books.funds[0], key="form") == first
    both = together(app, lambda: books.ask(K.RECEIVE, 70, books.funds[0], key="click"), 3)
    assert len(set(both)) == 1
    assert len(session.scalars(select(Voucher)).all()) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 71},
        {"purpose": "Another"},
        {"effective_on": START.date() - timedelta(1)},
        {"conditions": "None"},
        {"fund": 1},
    ],
)
def test_a_form_sent_again_with_other_data_is_a_conflict(
    books: Books, other: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"amount": 70, "fund": books.funds[0], "key": "form"}
    books.ask(K.RECEIVE, **asked)
    if "fund" in other:
        other = {"fund": books.funds[1]}
    with pytest.raises(Conflict):
        books.ask(K.RECEIVE, **asked | other)


def test_an_approval_clicked_twice_books_once(app: Flask, books: Books, session: Session) -> None:
    voucher = books.ask(K.RECEIVE, 70, books.funds[0])

    def click() -> str:
        try:
            return books.approve(voucher)
        except (Refused, Conflict) as error:
            return type(error).__name__

    assert sorted(together(app, click, 3)) == ["Conflict", "Conflict", VoucherState.APPROVED]
    assert session.scalar(select(func.count()).select_from(Transfer)) == 2
    check_books(session)


def test_a_payment_clicked_twice_is_booked_once(app: Flask, books: Books, session: Session) -> None:
    project = books.project(100 * YUAN)
    about = {"cost_centre_id": project, "payee_id": books.payee()}
    voucher = books.book(K.DISBURSE, 60 * YUAN, **about)

    def click() -> str:
        try:
            books.pay(voucher)
        except DomainError as error:
            return type(error).__name__
        return "paid"

    assert sorted(together(app, click, 3)) == ["Conflict", "Conflict", "paid"]
    assert books.left(Kind.VENDOR_PAYABLE, None, project, about["payee_id"]) == 0
    check_books(session)
