"""What has come in is booked once, net of what the provider keeps; what is late goes back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db, transaction
from core.errors import Invalid
from ledger.journal import Kind
from ledger.models import Transfer
from sponsorship import bookings
from sponsorship.models import Payment, Pledge, Refund
from sponsorship.payments.services import refunding
from sponsorship.states import PaymentState, PledgeState, RefundState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.ground import add_payment, paid, settle
from tests.together import together
from transparency.log import timeline

WHOLE = 10_000 * YUAN


def test_a_settled_payment_is_booked_net_of_its_fee_and_pays_the_pledge(square: Square) -> None:
    pledge_id, payment_id = paid(square, WHOLE, 100 * YUAN)
    pledge, payment = db.session.get_one(Pledge, pledge_id), db.session.get_one(Payment, payment_id)
    assert (pledge.state, pledge.paid, pledge.fees) == (PledgeState.PAID, WHOLE, 100 * YUAN)
    assert (payment.state, payment.captured, payment.late) == (PaymentState.PAID, WHOLE, False)
    assert pledge.instalments[0].paid == WHOLE
    assert bookings.kept_for(db.session, pledge) == WHOLE - 100 * YUAN
    assert square.net(Kind.PROVIDER_CLEARING) == WHOLE - 100 * YUAN
    assert square.net(Kind.PROVIDER_FEE) == 100 * YUAN
    types = [entry.type for entry in timeline(db.session, ("pledge", pledge_id))]
    assert "payment.settled" in types


def test_a_payment_settles_once_whoever_says_it_at_once(app: Flask, square: Square) -> None:
    pledge_id = square.add_signed(WHOLE)
    payment_id = add_payment(square, pledge_id)
    together(app, lambda: settle(square, payment_id, WHOLE, 5), 8)
    lines = select(func.count()).select_from(Transfer).where(Transfer.code == "settle")
    assert db.session.scalar(lines) == 1
    assert db.session.get_one(Pledge, pledge_id).paid == WHOLE


def test_more_than_was_asked_for_is_refused(square: Square) -> None:
    payment_id = add_payment(square, square.add_signed(WHOLE))
    with pytest.raises(Invalid):
        settle(square, payment_id, WHOLE + 1)


@pytest.mark.parametrize("state", [PledgeState.LAPSED, PledgeState.CANCELLED, PledgeState.PAID])
def test_money_for_a_pledge_that_has_ended_goes_back_and_never_counts(
    square: Square, state: PledgeState
) -> None:
    pledge_id = square.add_pledge(WHOLE, state)
    payment_id = add_payment(square, pledge_id)
    settle(square, payment_id, WHOLE, 7)
    pledge, payment = db.session.get_one(Pledge, pledge_id), db.session.get_one(Payment, payment_id)
    assert (pledge.state, pledge.paid, payment.late) == (state, 0, True)
    assert square.net(Kind.REFUND_PAYABLE) == WHOLE
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.state, refund.amount, refund.asked_by_id) == (RefundState.SENT, WHOLE, None)
    with transaction() as session:
        refunding.finish(session, refunding.hold_refund(session, refund.id), square.at)
    assert square.net(Kind.REFUND_PAYABLE) == 0
    assert square.net(Kind.PROVIDER_CLEARING) == -7


def test_a_second_payment_of_the_same_instalment_is_late(square: Square) -> None:
    pledge_id, _ = paid(square)
    settle(square, add_payment(square, pledge_id, attempt=2), WHOLE)
    assert db.session.get_one(Pledge, pledge_id).paid == WHOLE
    assert square.net(Kind.REFUND_PAYABLE) == WHOLE


def test_a_transfer_is_booked_by_two_people_on_its_day(square: Square) -> None:
    payment_id = add_payment(square, square.add_signed(WHOLE), provider="bank", provider_ref=None)
    people = (square.finance, square.approver)
    settle(square, payment_id, WHOLE, on=square.today(), people=people)
    line = db.session.scalars(select(Transfer).where(Transfer.code == "settle_bank")).one()
    assert (line.actor_id, line.approver_id, line.effective_on) == (*people, square.today())
    assert square.net(Kind.BANK) >= WHOLE


def test_a_missed_target_gives_back_all_that_came_in(square: Square) -> None:
    pledge_id, _ = paid(square, WHOLE, 100 * YUAN)
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        made = refunding.refund_by_rule(session, pledge, "The target was missed.", square.at)
        assert [one.amount for one in made] == [WHOLE]
        assert not refunding.refund_by_rule(session, pledge, "Again.", square.at)
    pledge = db.session.get_one(Pledge, pledge_id)
    assert bookings.kept_for(db.session, pledge) == 0
    assert (pledge.refunded, pledge.state) == (WHOLE, PledgeState.PAID)
    refund = db.session.scalars(select(Refund)).one()
    with transaction() as session:
        refunding.finish(session, refunding.hold_refund(session, refund.id), square.at)
    assert db.session.get_one(Pledge, pledge_id).state == PledgeState.REFUNDED
