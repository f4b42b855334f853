"""Transfers are booked when two people of the office say so, and each line of the bank once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db
from core.errors import Conflict, DomainError, Invalid, NotFound, Refused
from ledger.journal import Kind
from ledger.models import Transfer
from sponsorship.models import SeatRole
from sponsorship.payments.queries.arrivals import Fits, arrived
from sponsorship.payments.queries.transfers import sent_to_confirm, to_confirm, to_send
from sponsorship.payments.references import reference_of
from sponsorship.states import PaymentState, PledgeState, RefundState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.counter import WHOLE, Counter
from tests.together import together
from transparency.log import timeline

DAY = timedelta(days=1)
EVERYWHERE = ("/",)


@pytest.fixture
def counter(square: Square) -> Counter:
    return Counter(square)


def test_a_transfer_that_two_people_confirm_is_booked_and_its_line_matched(
    counter: Counter,
) -> None:
    payment = counter.expect()
    line = counter.arrive(WHOLE, f"赞助 {counter.code(payment)}")
    said = counter.ask(payment, line)
    assert counter.payment(payment).state == PaymentState.PENDING
    counter.confirm(said)
    found = counter.payment(payment)
    assert (found.state, found.captured, found.fee) == (PaymentState.PAID, WHOLE, 0)
    assert found.pledge.state == PledgeState.PAID
    assert counter.square.net(Kind.PLEDGE_RECEIVABLE) == 0
    assert counter.matches() == [(line, "settle_bank")]
    booked = db.session.scalars(select(Transfer).where(Transfer.code == "settle_bank")).one()
    assert {booked.actor_id, booked.approver_id} == {
        counter.square.finance,
        counter.square.approver,
    }
    types = [entry.type for entry in timeline(db.session, ("pledge", found.pledge_id))]
    assert {"payment.transfer_seen", "payment.settled"} <= set(types)


def test_without_a_line_its_day_is_enough_and_it_is_booked_on_that_day(counter: Counter) -> None:
    payment = counter.expect()
    on = counter.square.today()
    counter.confirm(counter.ask(payment, on=on))
    booked = db.session.scalars(select(Transfer).where(Transfer.code == "settle_bank")).one()
    assert booked.effective_on == on
    assert counter.payment(payment).state == PaymentState.PAID


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_on_which_it_cannot_have_arrived_is_refused(counter: Counter, days: int) -> None:
    payment = counter.expect()
    with pytest.raises(Invalid) as refused:
        counter.ask(payment, on=counter.square.today() + days * DAY)
    assert "on" in refused.value.fields
    with pytest.raises(Invalid):
        counter.ask(payment)


def test_nobody_confirms_what_they_have_said(counter: Counter) -> None:
    said = counter.ask(counter.expect(), on=counter.square.today())
    with pytest.raises(Refused):
        counter.confirm(said, counter.square.finance)
    assert counter.square.net(Kind.SPONSOR_RESTRICTED) == 0


def test_who_acts_for_the_sponsor_neither_says_nor_confirms_it(counter: Counter) -> None:
    square, payment = counter.square, counter.expect()
    square.add_seat(square.business, square.approver, SeatRole.VIEWER)
    said = counter.ask(payment, on=square.today())
    with pytest.raises(Refused):
        counter.confirm(said)
    with pytest.raises(Refused):
        counter.drop(said)
    with pytest.raises(Refused):
        counter.ask(counter.expect(), on=square.today(), by=square.approver)


@pytest.mark.parametrize("wrong", ["amount", "account"])
def test_a_line_of_another_amount_or_account_is_refused(counter: Counter, wrong: str) -> None:
    payment = counter.expect()
    if wrong == "amount":
        line = counter.arrive(WHOLE - 1, counter.code(payment))
    else:
        other = counter.open_account([counter.square.matching_fund])
        line = counter.arrive(WHOLE, counter.code(payment), account=other)
    with pytest.raises(Invalid) as refused:
        counter.ask(payment, line)
    assert "line" in refused.value.fields


def test_what_was_dropped_can_be_said_anew(counter: Counter) -> None:
    payment = counter.expect()
    said = counter.ask(payment, on=counter.square.today())
    with pytest.raises(Conflict):
        counter.ask(payment, on=counter.square.today())
    counter.drop(said)
    with pytest.raises(NotFound):
        counter.confirm(said)
    counter.confirm(counter.ask(payment, on=counter.square.today()))
    with pytest.raises(Conflict):
        counter.drop(counter.said()[0].id)


def test_a_closed_day_is_booked_today(counter: Counter) -> None:
    square = counter.square
    payment = counter.expect(created_at=square.at - 5 * DAY)
    said = counter.ask(payment, on=square.today() - DAY)
    counter.close_books(square.today() - DAY)
    counter.confirm(said)
    booked = db.session.scalars(select(Transfer).where(Transfer.code == "settle_bank")).one()
    assert booked.effective_on == square.today()


def test_each_line_pays_once_however_many_confirm_at_once(app: Flask, counter: Counter) -> None:
    payment = counter.expect()
    said = counter.ask(payment, counter.arrive(WHOLE, counter.code(payment)))
    came = together(app, lambda: tried(counter, said), 6)
    assert sorted(came) == ["Conflict"] * 5 + ["done"]
    lines = select(func.count()).select_from(Transfer).where(Transfer.code == "settle_bank")
    assert db.session.scalar(lines) == 1


def test_one_line_is_not_two_payments_when_both_are_said_at_once(
    app: Flask, counter: Counter
) -> None:
    line = counter.arrive(WHOLE)
    waiting = iter([counter.expect() for _ in range(4)])

    def say() -> str:
        payment = next(waiting)
        try:
            counter.ask(payment, line)
        except DomainError as error:
            return type(error).__name__
        return "done"

    assert sorted(together(app, say, 4)) == ["Conflict"] * 3 + ["done"]
    assert len(counter.said()) == 1


def tried(counter: Counter, said: int) -> str:
    """Confirm; gives what came of it."""
    try:
        counter.confirm(said)
    except DomainError as error:
        return type(error).__name__
    return "done"


def test_money_for_a_lapsed_pledge_is_booked_and_sent_back_by_two_people(
    counter: Counter,
) -> None:
    square, payment = counter.square, counter.lapsed()
    counter.confirm(counter.ask(payment, counter.arrive(WHOLE, counter.code(payment))))
    assert counter.payment(payment).late
    assert square.net(Kind.REFUND_PAYABLE) == WHOLE
    (waits,) = to_send(db.session, EVERYWHERE)
    assert (waits.amount, waits.payment_id) == (WHOLE, payment)
    line = counter.arrive(-WHOLE, "refund")
    counter.send(waits.refund_id, line)
    assert to_send(db.session, EVERYWHERE) == []
    (said,) = sent_to_confirm(db.session, EVERYWHERE)
    assert (said.line_id, said.amount) == (line, WHOLE)
    with pytest.raises(Refused):
        counter.confirm_sent(waits.refund_id, square.finance)
    counter.confirm_sent(waits.refund_id)
    assert counter.refund_of(payment).state == RefundState.DONE
    assert square.net(Kind.REFUND_PAYABLE) == 0
    assert [code for _line, code in counter.matches()] == ["late_bank", "refunded_bank"]
    assert sent_to_confirm(db.session, EVERYWHERE) == []
    with pytest.raises(Conflict):
        counter.confirm_sent(waits.refund_id)


def test_a_refund_is_not_sent_twice_by_a_line_or_at_once(app: Flask, counter: Counter) -> None:
    payments = [counter.lapsed(), counter.lapsed()]
    for payment in payments:
        counter.confirm(counter.ask(payment, on=counter.square.today()))
    first, second = (counter.refund_of(payment).id for payment in payments)
    line = counter.arrive(-WHOLE, "refund")
    counter.send(first, line)
    with pytest.raises(Conflict):
        counter.send(second, line)

    def confirm() -> str:
        try:
            counter.confirm_sent(first)
        except DomainError as error:
            return type(error).__name__
        return "done"

    assert sorted(together(app, confirm, 4)) == ["Conflict"] * 3 + ["done"]


def test_lines_say_what_they_may_be(counter: Counter) -> None:
    whole, late, paid = counter.expect(), counter.lapsed(), counter.expect()
    counter.confirm(counter.ask(paid, on=counter.square.today()))
    counter.expect(7_000 * YUAN)
    expected = {
        counter.arrive(WHOLE, counter.code(whole).lower().replace("-", " ")): Fits.YES,
        counter.arrive(WHOLE, "x", text=counter.code(late)): Fits.LATE,
        counter.arrive(WHOLE - 1, counter.code(whole)): Fits.OTHER_AMOUNT,
        counter.arrive(WHOLE, counter.code(paid)): Fits.TWICE,
        counter.arrive(5 * YUAN, reference_of(999_999, 1)): Fits.UNKNOWN,
        counter.arrive(7_000 * YUAN, "thanks"): Fits.BY_AMOUNT,
    }
    counter.arrive(1, "PL-000001-0000")
    counter.arrive(8_000 * YUAN, "for something else")
    counter.arrive(-WHOLE, counter.code(whole))
    matching = counter.open_account([counter.square.matching_fund])
    counter.arrive(WHOLE, counter.code(whole), account=matching)
    assert {one.line_id: one.fits for one in arrived(db.session, EVERYWHERE)} == expected


def test_other_areas_see_nothing_and_few_queries_are_needed(
    counter: Counter, count_queries: object
) -> None:
    payment = counter.expect()
    counter.arrive(WHOLE, counter.code(payment))
    counter.ask(counter.expect(), on=counter.square.today())
    assert arrived(db.session, ("/0/",)) == []
    assert to_confirm(db.session, ("/0/",)) == []
    with count_queries() as queries:  # type: ignore[operator]  # the fixture
        assert len(arrived(db.session, EVERYWHERE)) == 1
        assert len(to_confirm(db.session, EVERYWHERE)) == 1
    assert len(queries) <= 3
