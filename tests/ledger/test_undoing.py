"""Money given back, vouchers undone, projects closed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from ledger.journal import Kind
from ledger.models import CostCentre, Transfer, Turnover, Voucher, VoucherKind, VoucherState
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import check_books
from tests.remembered import remembered

K, S = VoucherKind, VoucherState
COST = 100 * YUAN


@dataclass
class Job(Books):
    """A project of ¥100 with all its money, and a payee."""

    project_id: int = 0
    payee_id: int = 0

    def spend(self, amount: int, *, paid: bool = True) -> int:
        """An invoice, paid unless told otherwise."""
        voucher = self.book(K.DISBURSE, amount, **self.about)
        if paid:
            self.pay(voucher)
        return voucher

    @property
    def about(self) -> dict[str, int]:
        return {"cost_centre_id": self.project_id, "payee_id": self.payee_id}

    def close(self, amount: int, fund: int | None = None) -> int:
        return self.book(K.RELEASE, amount, fund, cost_centre_id=self.project_id)

    def committed(self, fund: int | None = None) -> int:
        return self.left(Kind.ENCUMBRANCE, fund, self.project_id)


@pytest.fixture
def job(app: Flask, make: Factory) -> Job:
    """A community whose project is about to begin."""
    return open_job(make)


@remembered
def open_job(make: Factory) -> Job:
    made = Job.open(make, START)
    made.project_id, made.payee_id = made.project(COST), made.payee()
    return made


def is_closed(session: Session, job: Job) -> bool:
    session.rollback()
    return session.get_one(CostCentre, job.project_id).closed_at is not None


def test_what_a_payee_gives_back_can_be_spent_again(job: Job, session: Session) -> None:
    job.spend(COST)
    assert job.committed() == 0
    job.book(K.REFUND, 30 * YUAN, **job.about)
    assert job.committed() == 30 * YUAN
    job.spend(30 * YUAN)
    check_books(session)


def test_nobody_gives_back_more_than_was_paid(job: Job, session: Session) -> None:
    job.spend(40 * YUAN)
    job.spend(20 * YUAN, paid=False)
    with pytest.raises(Invalid) as problem:
        job.book(K.REFUND, 40 * YUAN + 1, **job.about)
    assert set(problem.value.fields) == {"amount"}
    job.book(K.REFUND, 40 * YUAN, **job.about)
    with pytest.raises(Invalid):
        job.book(K.REFUND, 1, **job.about)
    with pytest.raises(Invalid):
        job.book(K.REFUND, 1, cost_centre_id=job.project_id, payee_id=job.payee("Another"))
    check_books(session)


def test_undoing_books_the_mirror_of_every_line_once(job: Job, session: Session) -> None:
    voucher = job.spend(40 * YUAN)
    lines = session.scalars(
        select(Transfer).where(Transfer.voucher_id == voucher).order_by(Transfer.id)
    ).all()
    assert [line.code for line in lines] == ["invoice", "spend", "pay"]
    undoing = job.undo(voucher)
    session.rollback()
    mirrored = session.scalars(
        select(Transfer).where(Transfer.voucher_id == undoing).order_by(Transfer.id)
    ).all()
    assert [(t.reverses_id, t.debit_id, t.credit_id, t.code, t.amount) for t in mirrored] == [
        (t.id, t.credit_id, t.debit_id, t.code, t.amount) for t in reversed(lines)
    ]
    assert session.get_one(Voucher, voucher).state == S.REVERSED
    assert job.committed() == COST
    sums = select(Turnover.code, Turnover.amount).where(Turnover.payee_id == job.payee_id)
    assert dict(session.execute(sums).all()) == {"invoice": 0, "pay": 0}
    check_books(session)


def test_what_is_undone_cannot_be_undone_or_paid_again(job: Job, session: Session) -> None:
    voucher = job.spend(40 * YUAN, paid=False)
    asked = [
        job.ask(K.REVERSE, 40 * YUAN, reverses_id=voucher),
        job.ask(K.REVERSE, 40 * YUAN, reverses_id=voucher),
    ]
    job.approve(asked[0])
    with pytest.raises(Conflict):
        job.approve(asked[1])
    with pytest.raises(Conflict):
        job.pay(voucher)
    with pytest.raises(Conflict):
        job.ask(K.REVERSE, 40 * YUAN, reverses_id=voucher)
    with pytest.raises(Conflict):  # nor can the undoing itself
        job.ask(K.REVERSE, 40 * YUAN, reverses_id=asked[0])
    check_books(session)


def test_only_a_booked_voucher_is_undone_and_with_its_own_figures(job: Job) -> None:
    waiting = job.ask(K.DISBURSE, 40 * YUAN, **job.about)
    booked = job.spend(40 * YUAN)
    for reverses, amount, fund in (
        (waiting, 40 * YUAN, None),
        (booked, 39 * YUAN, None),
        (booked, 40 * YUAN, job.funds[0]),
        (None, 40 * YUAN, None),
        (10**6, 40 * YUAN, None),
    ):
        with pytest.raises(Conflict):
            job.ask(K.REVERSE, amount, fund, reverses_id=reverses)


def test_what_undoes_a_voucher_is_about_the_same(job: Job, session: Session) -> None:
    voucher = session.get_one(Voucher, job.undo(job.spend(40 * YUAN)))
    assert (voucher.cost_centre_id, voucher.payee_id) == (job.project_id, job.payee_id)


def test_money_that_is_spent_already_cannot_be_taken_back(job: Job, session: Session) -> None:
    job.spend(40 * YUAN)
    rows = select(Voucher.id).where(Voucher.kind == K.APPROPRIATE)
    with pytest.raises(Invalid):
        job.undo(session.scalars(rows).one())
    check_books(session)


def test_undoing_a_payment_leaves_no_refund_of_what_was_not_paid(
    job: Job, session: Session
) -> None:
    first = job.spend(50 * YUAN)
    job.spend(50 * YUAN, paid=False)
    job.book(K.REFUND, 40 * YUAN, **job.about)
    with pytest.raises(Invalid):
        job.undo(first)
    check_books(session)


def test_closing_returns_exactly_the_rest(job: Job, session: Session) -> None:
    job.spend(60 * YUAN)
    before = job.left(Kind.ALLOCATION)
    for amount in (39 * YUAN, 41 * YUAN):
        with pytest.raises(Invalid) as problem:
            job.close(amount)
        assert set(problem.value.fields) == {"amount"}
    job.close(40 * YUAN)
    assert (job.committed(), job.left(Kind.ALLOCATION)) == (0, before + 40 * YUAN)
    assert is_closed(session, job)
    check_books(session)


def test_an_unpaid_invoice_keeps_a_project_open(job: Job, session: Session) -> None:
    voucher = job.spend(60 * YUAN, paid=False)
    with pytest.raises(Invalid) as problem:
        job.close(40 * YUAN)
    assert set(problem.value.fields) == {"cost_centre"}
    job.pay(voucher)
    job.close(40 * YUAN)
    assert is_closed(session, job)


def test_what_changes_between_request_and_approval_of_a_closing_is_seen(
    job: Job, session: Session
) -> None:
    closing = job.ask(K.RELEASE, COST, cost_centre_id=job.project_id)
    job.spend(60 * YUAN)
    with pytest.raises(Invalid):
        job.approve(closing)
    job.book(K.REFUND, 60 * YUAN, **job.about)  # as much as before, and nothing is owed
    job.spend(10 * YUAN, paid=False)
    job.spend(90 * YUAN)
    job.book(K.REFUND, 10 * YUAN, **job.about)
    with pytest.raises((Conflict, Invalid)):
        job.approve(closing)
    assert not is_closed(session, job)
    check_books(session)


def test_closed_books_take_nothing_more(job: Job, session: Session) -> None:
    waiting = job.ask(K.DISBURSE, 10 * YUAN, **job.about)
    job.close(COST)
    with pytest.raises(Invalid) as problem:
        job.ask(K.DISBURSE, 10 * YUAN, **job.about)
    assert set(problem.value.fields) == {"cost_centre"}
    with pytest.raises(Invalid):
        job.approve(waiting)
    with pytest.raises(Invalid):
        job.close(0)
    check_books(session)


def test_what_is_given_back_to_closed_books_goes_to_the_fund(job: Job, session: Session) -> None:
    job.spend(60 * YUAN)
    job.close(40 * YUAN)
    before = job.left(Kind.ALLOCATION)
    refund = job.book(K.REFUND, 20 * YUAN, **job.about)
    assert (job.committed(), job.left(Kind.ALLOCATION)) == (0, before + 20 * YUAN)
    check_books(session)
    job.undo(refund)
    assert job.left(Kind.ALLOCATION) == before
    check_books(session)


def test_a_payment_of_closed_books_is_undone_only_after_the_closing(
    job: Job, session: Session
) -> None:
    voucher = job.spend(60 * YUAN)
    closing = job.close(40 * YUAN)
    with pytest.raises(Conflict):
        job.undo(voucher)
    check_books(session)
    job.undo(closing)
    assert not is_closed(session, job)
    job.undo(voucher)
    assert job.committed() == COST
    check_books(session)


def test_a_project_of_two_funds_is_closed_with_the_second(make: Factory, session: Session) -> None:
    job = Job.open(make, START)
    job.endow()
    above = job.funds[-2]
    job.book(K.RECEIVE, 1_000 * YUAN, above)
    centre = job.round()
    job.book(K.APPROPRIATE, 60 * YUAN, cost_centre_id=centre)
    job.book(K.APPROPRIATE, 60 * YUAN, above, cost_centre_id=centre)
    assert job.win(COST) == []
    job.project_id, job.payee_id = job.centre(100), job.payee()
    assert job.committed() + job.committed(above) == COST
    job.close(job.committed())
    assert not is_closed(session, job)
    about = job.about
    job.pay(job.book(K.DISBURSE, 10 * YUAN, above, **about))
    job.close(job.committed(above), above)
    assert is_closed(session, job)
    check_books(session)
