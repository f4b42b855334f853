"""Approving, refusing and withdrawing vouchers: always somebody else, each within their limit."""

from __future__ import annotations

import itertools

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Area, Notice, Role
from core.db import db, transaction
from core.errors import Conflict, Invalid, Refused
from ledger import states
from ledger.models import Approval, Transfer, Voucher, VoucherKind, VoucherState
from ledger.rules import Rule, rule_for, set_rule
from ledger.services import approving
from ledger.services.approving import Answer
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import check_books

K, S = VoucherKind, VoucherState


@pytest.fixture
def books(app: Flask, make: Factory) -> Books:
    """A city with funds, and a request for ¥1,000 that waits."""
    return Books.open(make, START)


def refuse(books: Books, voucher: int, person: int, reason: str = "No contract") -> None:
    with transaction() as session:
        approving.refuse(session, voucher, Answer(person, Role.APPROVER, reason), books.at)


def withdraw(books: Books, voucher: int, person: int) -> None:
    with transaction() as session:
        approving.withdraw(session, voucher, person, books.at)


def transfers(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Transfer)) or 0


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    reached = {S.REQUESTED, *states.MOVES.values()}
    assert reached == set(VoucherState)
    ends = set(VoucherState) - {state for state, _ in states.MOVES}
    assert ends == {S.REFUSED, S.WITHDRAWN, S.REVERSED}


@pytest.mark.parametrize(("state", "verb"), [*itertools.product(S, ["approve", "pay", "undo"])])
def test_what_the_table_does_not_list_is_a_conflict(state: VoucherState, verb: str) -> None:
    voucher = Voucher(kind=K.DISBURSE, state=state)
    if (state, verb) in states.MOVES:
        states.move(voucher, verb)
        assert voucher.state == states.MOVES[state, verb]
    else:
        with pytest.raises(Conflict):
            states.move(voucher, verb)
        assert voucher.state == state


@pytest.mark.parametrize("kind", sorted(set(K) - states.PAYABLE))
def test_only_what_leaves_the_bank_later_is_paid(kind: VoucherKind) -> None:
    assert not states.can(Voucher(kind=kind, state=S.APPROVED), "pay")


def test_nobody_approves_or_refuses_what_they_asked_for(books: Books, session: Session) -> None:
    voucher = books.ask(K.RECEIVE, 1000 * YUAN, books.funds[0])
    for role in (Role.FINANCE, Role.APPROVER):
        with pytest.raises(Refused):
            books.approve(voucher, books.asks, role)
    with pytest.raises(Refused):
        refuse(books, voucher, books.asks)
    assert transfers(session) == 0


APPROVAL = """INSERT INTO approval
    (voucher_id, requested_by_id, person_id, role, approved, reason, at)
    VALUES (:voucher, :by, :person, 'approver', true, '', '2026-03-02 04:00:00')"""
TRANSFER = """INSERT INTO transfer
    (idempotency_key, group_id, code, debit_id, credit_id, fund_id, amount, currency, source_ref,
     effective_on, recorded_at, actor_id, approver_id)
    SELECT 'x', 'x', code, debit_id, credit_id, fund_id, 1, currency, '', effective_on,
     recorded_at, {actor}, {approver} FROM transfer WHERE code = 'receive'"""


def test_the_database_itself_refuses_an_approval_of_ones_own(books: Books) -> None:
    voucher = books.ask(K.RECEIVE, 1000 * YUAN, books.funds[0])
    own = {"voucher": voucher, "by": books.asks, "person": books.asks}
    with pytest.raises(IntegrityError, match="ck_approval_two_people"), transaction() as session:
        session.execute(text(APPROVAL), own)
    other = own | {"by": books.approves}  # and will not be told that somebody else asked
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text(APPROVAL), other)


@pytest.mark.parametrize(
    ("actor", "approver"),
    [
        ("actor_id", "actor_id"),
        ("NULL", "approver_id"),
        ("actor_id", "NULL"),
        ("NULL", "NULL"),
    ],
)
def test_the_database_itself_refuses_a_line_without_two_people(
    books: Books, actor: str, approver: str
) -> None:
    books.book(K.RECEIVE, 1000 * YUAN, books.funds[0])
    statement = text(TRANSFER.format(actor=actor, approver=approver))
    with pytest.raises(IntegrityError, match="ck_transfer_two_people"), transaction() as session:
        session.execute(statement)


def test_an_amount_above_the_roles_limit_needs_another_role(books: Books) -> None:
    voucher = books.ask(K.RECEIVE, 50_000 * YUAN + 1, books.funds[0])
    with pytest.raises(Refused):
        books.approve(voucher, books.approves, Role.FINANCE)
    with pytest.raises(Refused):
        books.approve(voucher, books.approves, Role.AUDITOR)
    assert books.approve(voucher, books.approves, Role.APPROVER) == S.APPROVED
    least = books.ask(K.RECEIVE, 50_000 * YUAN, books.funds[0])
    assert books.approve(least, books.approves, Role.FINANCE) == S.APPROVED
    with pytest.raises(Refused):
        books.approve(books.ask(K.RECEIVE, 10_000_000 * YUAN + 1, books.funds[0]))


def test_above_the_threshold_it_takes_three_people(books: Books, session: Session) -> None:
    voucher = books.ask(K.RECEIVE, 200_000 * YUAN + 1, books.funds[0])
    assert books.approve(voucher) == S.REQUESTED
    with pytest.raises(Refused):
        books.approve(voucher)
    assert transfers(session) == 0
    assert books.approve(voucher, books.also_approves) == S.APPROVED
    check_books(session)
    line = session.scalars(select(Transfer)).first()
    assert line is not None
    assert (line.actor_id, line.approver_id) == (books.asks, books.also_approves)


def test_at_the_threshold_two_people_are_enough(books: Books) -> None:
    assert books.approve(books.ask(K.RECEIVE, 200_000 * YUAN, books.funds[0])) == S.APPROVED


def test_a_rule_holds_for_its_area_and_below_until_one_below_has_its_own(
    books: Books, session: Session
) -> None:
    strict, mild = Rule(0, 10 * YUAN, 5 * YUAN), Rule(1, 30 * YUAN, 30 * YUAN)
    with transaction() as writing:
        set_rule(writing, writing.get_one(Area, books.areas[0]), strict, books.asks, START)
        set_rule(writing, writing.get_one(Area, books.areas[2]), mild, books.asks, START)
    paths = [session.get_one(Area, area).path for area in books.areas]
    assert [rule_for(session, path) for path in paths] == [strict, strict, mild, mild]
    assert rule_for(session, "/") == Rule()
    with pytest.raises(Refused):
        books.approve(books.ask(K.RECEIVE, 11 * YUAN, books.funds[0]))
    assert books.approve(books.ask(K.RECEIVE, 6 * YUAN, books.funds[0])) == S.REQUESTED


def test_a_refusal_needs_a_reason_and_is_final(books: Books, session: Session) -> None:
    voucher = books.ask(K.RECEIVE, 1000 * YUAN, books.funds[0])
    with pytest.raises(Invalid) as problem:
        refuse(books, voucher, books.approves, reason="")
    assert set(problem.value.fields) == {"reason"}
    refuse(books, voucher, books.approves)
    for again in (books.approves, books.also_approves):
        with pytest.raises(Conflict):
            books.approve(voucher, again)
    with pytest.raises(Conflict):
        withdraw(books, voucher, books.asks)
    told = session.scalars(select(Notice.person_id)).all()
    assert (transfers(session), told) == (0, [books.asks])


def test_only_who_asked_can_withdraw_and_only_before_it_is_decided(books: Books) -> None:
    voucher = books.ask(K.RECEIVE, 1000 * YUAN, books.funds[0])
    with pytest.raises(Refused):
        withdraw(books, voucher, books.approves)
    withdraw(books, voucher, books.asks)
    with pytest.raises(Conflict):
        books.approve(voucher)
    booked = books.book(K.RECEIVE, 1000 * YUAN, books.funds[0])
    with pytest.raises(Conflict):
        withdraw(books, booked, books.asks)


def test_approving_again_after_it_is_booked_books_nothing(books: Books, session: Session) -> None:
    voucher = books.book(K.RECEIVE, 1000 * YUAN, books.funds[0])
    for person in (books.approves, books.also_approves):
        with pytest.raises(Conflict):
            books.approve(voucher, person)
    assert transfers(session) == 2
    assert len(session.scalars(select(Approval)).all()) == 1


def test_who_approved_cannot_pay(books: Books, session: Session) -> None:
    books.book(K.RECEIVE, 300_000 * YUAN, books.funds[0])
    voucher = books.book(K.ALLOT, 300_000 * YUAN, books.funds[0], to_fund_id=books.funds[1])
    for person in (books.approves, books.also_approves):
        with pytest.raises(Refused):
            books.pay(voucher, person)
    books.pay(voucher)
    db.session.rollback()
    assert session.get_one(Voucher, voucher).state == S.PAID
    check_books(session)


def test_without_the_money_nothing_is_approved_and_nothing_said(
    books: Books, session: Session
) -> None:
    voucher = books.ask(K.ALLOT, 1000 * YUAN, books.funds[0], to_fund_id=books.funds[1])
    with pytest.raises(Invalid) as problem:
        books.approve(voucher)
    assert set(problem.value.fields) == {"amount"}
    assert session.get_one(Voucher, voucher).state == S.REQUESTED
    assert session.scalars(select(Approval)).all() == []
    books.book(K.RECEIVE, 1000 * YUAN, books.funds[0])
    assert books.approve(voucher) == S.APPROVED
