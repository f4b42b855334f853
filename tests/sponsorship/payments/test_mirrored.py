"""Late money, refunds made elsewhere, disputes and payouts: the books follow what the provider
has done. Against a fake at the protocol."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.db import db
from ledger.journal import Kind
from sponsorship import bookings
from sponsorship.models import Dispute, Payout, Refund
from sponsorship.payments import events, following
from sponsorship.payments.events import Status
from sponsorship.payments.providers.protocol import Stage
from sponsorship.states import DisputeState, PledgeState, RefundState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake
from tests.sponsorship.payments.ground import end
from tests.sponsorship.payments.service import (
    FEE,
    WHOLE,
    begun,
    deliver,
    lines,
    payment,
    pledge,
    settled,
    told,
)


def test_late_money_is_booked_as_owed_and_sent_back(square: Square, fake: Fake) -> None:
    pledge_id, payment_id, ref = begun(square, fake)
    end(pledge_id, PledgeState.LAPSED)
    fake.settle(ref)
    deliver(square, "evt_1", "payment.done", ref)
    assert payment(payment_id).late
    assert pledge(pledge_id).state == PledgeState.LAPSED
    assert "go back" in told(square, square.payer)[0]
    refund = db.session.scalars(select(Refund)).one()
    following.send(refund.id, square.at)
    db.session.expire_all()
    assert refund.state == RefundState.DONE
    assert square.net(Kind.REFUND_PAYABLE) == 0


def test_money_given_back_over_there_is_booked_here(square: Square, fake: Fake) -> None:
    pledge_id, payment_id, ref = settled(square, fake)
    made = fake.give_back(ref, 1_000 * YUAN)
    deliver(square, "evt_1", "refund.made", made.ref)
    deliver(square, "evt_2", "refund.made", ref)
    assert payment(payment_id).refunded == pledge(pledge_id).refunded == 1_000 * YUAN
    assert square.net(Kind.REFUND_PAYABLE) == 0
    assert lines("refunded") == 1


def test_an_over_refund_over_there_is_an_alarm(square: Square, fake: Fake) -> None:
    _, payment_id, ref = settled(square, fake)
    made = fake.give_back(ref, WHOLE + 1)
    assert deliver(square, "evt_1", "refund.made", made.ref) == Status.FAILED
    assert payment(payment_id).refunded == 0
    assert "Something is wrong" in told(square, square.finance)[0]


def test_a_dispute_takes_the_money_away_and_winning_brings_it_back(
    square: Square, fake: Fake
) -> None:
    pledge_id, payment_id, ref = settled(square, fake)
    until = square.at + timedelta(days=7)
    number = fake.dispute(ref, WHOLE, 15 * YUAN, respond_by=until)
    deliver(square, "evt_1", "dispute.created", number)
    assert bookings.kept_for(db.session, pledge(pledge_id)) == 0
    assert square.net(Kind.DISPUTE_RESERVE) == WHOLE
    assert "answer in the payment service" in told(square, square.officer)[0]
    fake.change_dispute(number, withdrawn=True)
    for name in ("evt_2", "evt_3"):
        deliver(square, name, "dispute.funds_withdrawn", number)
    assert square.net(Kind.DISPUTE_RESERVE) == 0
    assert square.net(Kind.DISPUTE_FEE) == 15 * YUAN
    assert square.net(Kind.PROVIDER_CLEARING) == -FEE - 15 * YUAN
    fake.change_dispute(number, stage=Stage.DONE)
    deliver(square, "evt_4", "dispute.closed", number)
    assert db.session.scalars(select(Dispute)).one().state == DisputeState.OPEN
    fake.change_dispute(number, reinstated=True)
    deliver(square, "evt_5", "dispute.funds_reinstated", number)
    db.session.expire_all()
    dispute = db.session.scalars(select(Dispute)).one()
    assert (dispute.state, payment(payment_id).disputed) == (DisputeState.WON, 0)
    assert bookings.kept_for(db.session, pledge(pledge_id)) == WHOLE - FEE
    assert square.net(Kind.DISPUTE_RESERVE) == 0


def test_a_lost_dispute_stays_lost_though_its_messages_come_in_one(
    square: Square, fake: Fake
) -> None:
    pledge_id, payment_id, ref = settled(square, fake)
    number = fake.dispute(ref, WHOLE, 0, withdrawn=True, stage=Stage.FAILED)
    deliver(square, "evt_1", "dispute.closed", number)
    assert db.session.scalars(select(Dispute)).one().state == DisputeState.LOST
    assert payment(payment_id).disputed == pledge(pledge_id).disputed == WHOLE
    assert square.net(Kind.PROVIDER_CLEARING) == -FEE


def test_more_disputed_than_was_paid_is_an_alarm(square: Square, fake: Fake) -> None:
    _, _, ref = settled(square, fake)
    number = fake.dispute(ref, WHOLE + 1)
    assert deliver(square, "evt_1", "dispute.created", number) == Status.FAILED
    assert lines("dispute") == 0


def test_a_payout_is_booked_fund_by_fund_and_undone_when_it_comes_back(
    square: Square, fake: Fake
) -> None:
    settled(square, fake)
    before = square.net(Kind.BANK)
    ref = fake.pay_out(square.today())
    for name in ("evt_1", "evt_2"):
        assert deliver(square, name, "payout.paid", ref) == Status.DONE
    assert square.net(Kind.BANK) - before == WHOLE - FEE
    assert square.net(Kind.PROVIDER_CLEARING) == 0
    fake.change_payout(ref, stage=Stage.FAILED)
    assert deliver(square, "evt_3", "payout.failed", ref) == Status.DONE
    assert deliver(square, "evt_4", "payout.paid", ref) == Status.DONE
    assert square.net(Kind.BANK) == before
    assert db.session.scalars(select(Payout)).one().state == Stage.FAILED


def test_a_payout_that_nobody_can_explain_is_an_alarm(square: Square, fake: Fake) -> None:
    _, _, ref = settled(square, fake)
    fake.give_back(ref, YUAN)  # no message about it has come yet
    payout = fake.pay_out(square.today())
    assert deliver(square, "evt_1", "payout.paid", payout) == Status.FAILED
    assert lines("payout") == 0
    assert "not clear" in told(square, square.finance)[0]
    deliver(square, "evt_2", "refund.made", ref)
    assert events.work("evt_1", square.at) == Status.DONE
    assert lines("payout") == 1
