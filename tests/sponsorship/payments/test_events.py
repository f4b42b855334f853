"""Messages of a provider: forged, stale, repeated, out of order, about nothing of ours, or with
another content; and what each kind of them does. Against a fake at the protocol."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Notice
from core.db import db
from core.errors import Conflict
from ledger.journal import Kind
from ledger.models import Transfer
from sponsorship import bookings
from sponsorship.models import Dispute, Payment, Payout, Pledge, ProviderEvent, Refund
from sponsorship.payments import events, following
from sponsorship.payments.events import Status
from sponsorship.payments.providers.protocol import Forged, Stage
from sponsorship.states import DisputeState, PaymentState, PledgeState, RefundState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake, message, sign
from tests.sponsorship.payments.ground import begin, end
from tests.together import together

WHOLE = 10_000 * YUAN
FEE = 100 * YUAN


def deliver(square: Square, number: str, kind: str, ref: str) -> Status:
    """A message comes in, well signed."""
    payload = message(number, kind, ref, square.at)
    return events.take("stripe", payload, sign(payload), square.at)


def begun(square: Square, fake: Fake) -> tuple[int, int, str]:
    """A pledge, its payment, and what the service calls it; it keeps one percent."""
    fake.fee_percent = 1
    pledge_id = square.add_signed(WHOLE)
    payment_id = begin(square, pledge_id)
    following.ask(payment_id, square.at)
    return pledge_id, payment_id, reference(payment_id)


def reference(payment_id: int) -> str:
    """What the service calls a payment."""
    return db.session.get_one(Payment, payment_id).provider_ref or ""


def settled(square: Square, fake: Fake) -> tuple[int, int, str]:
    """The same, and all of it is in."""
    pledge_id, payment_id, ref = begun(square, fake)
    fake.settle(ref)
    assert deliver(square, "evt_settled", "payment.done", ref) == Status.DONE
    return pledge_id, payment_id, ref


def payment(ident: int) -> Payment:
    return db.session.get_one(Payment, ident, populate_existing=True)


def pledge(ident: int) -> Pledge:
    return db.session.get_one(Pledge, ident, populate_existing=True)


def lines(code: str) -> int:
    """How often something is booked."""
    rows = select(func.count()).select_from(Transfer).where(Transfer.code == code)
    return int(db.session.scalar(rows) or 0)


def told(square: Square, person_id: int) -> list[str]:
    """What somebody was told, in English, the last first."""
    rows = select(Notice.text).where(Notice.person_id == person_id).order_by(Notice.id.desc())
    return [text["en"] for text in db.session.scalars(rows)]


def test_a_settled_payment_is_booked_with_its_fee(square: Square, fake: Fake) -> None:
    pledge_id, payment_id, _ = settled(square, fake)
    assert (payment(payment_id).state, payment(payment_id).fee) == (PaymentState.PAID, FEE)
    assert pledge(pledge_id).state == PledgeState.PAID
    assert bookings.kept_for(db.session, pledge(pledge_id)) == WHOLE - FEE
    assert "arrived" in told(square, square.payer)[0]
    assert "arrived" in told(square, square.finance)[0]


def test_a_card_is_captured_only_while_the_pledge_can_be_paid(square: Square, fake: Fake) -> None:
    pledge_id, payment_id, ref = begun(square, fake)
    fake.authorise(ref)
    deliver(square, "evt_1", "payment.held", ref)
    assert fake.calls["capture"] == 1
    assert payment(payment_id).state == PaymentState.PAID
    other = square.add_signed(WHOLE)
    waiting = begin(square, other)
    following.ask(waiting, square.at)
    end(other, PledgeState.CANCELLED)
    fake.authorise(reference(waiting))
    deliver(square, "evt_2", "payment.held", reference(waiting))
    assert (fake.calls["capture"], fake.calls["cancel"]) == (1, 1)
    assert payment(waiting).state == PaymentState.CANCELLED
    assert pledge(pledge_id).paid == WHOLE
    assert pledge(other).paid == 0


def test_a_forged_message_leaves_nothing(square: Square, fake: Fake) -> None:
    _, payment_id, ref = begun(square, fake)
    fake.settle(ref)
    payload = message("evt_1", "payment.done", ref, square.at)
    with pytest.raises(Forged):
        events.take("stripe", payload, sign(payload + b" "), square.at)
    assert db.session.scalars(select(ProviderEvent)).all() == []
    assert payment(payment_id).state == PaymentState.PENDING


def test_a_repeated_message_is_taken_once(square: Square, fake: Fake) -> None:
    _, _, ref = settled(square, fake)
    asked = fake.calls["fetch"]
    for _ in range(3):
        assert deliver(square, "evt_settled", "payment.done", ref) == Status.DONE
    assert (fake.calls["fetch"], lines("settle")) == (asked, 1)
    assert deliver(square, "evt_other_number", "payment.done", ref) == Status.DONE
    assert lines("settle") == 1


def test_eight_deliveries_at_once_have_one_effect(app: Flask, square: Square, fake: Fake) -> None:
    pledge_id, _, ref = begun(square, fake)
    fake.settle(ref)
    said = together(app, lambda: deliver(square, "evt_1", "payment.done", ref), 8)
    assert set(said) == {Status.DONE}
    assert (lines("settle"), pledge(pledge_id).paid) == (1, WHOLE)
    numbers = iter(range(8))
    together(app, lambda: deliver(square, f"evt_{next(numbers)}x", "payment.done", ref), 8)
    assert (lines("settle"), pledge(pledge_id).paid) == (1, WHOLE)


def test_the_same_number_with_another_content_is_refused(square: Square, fake: Fake) -> None:
    _, _, ref = settled(square, fake)
    with pytest.raises(Conflict):
        deliver(square, "evt_settled", "payment.other", ref)


def test_messages_out_of_order_never_go_back(square: Square, fake: Fake) -> None:
    _, payment_id, ref = begun(square, fake)
    fake.settle(ref)
    for number, kind in enumerate(["payment.done", "payment.held", "payment.failed"]):
        deliver(square, f"evt_{number}", kind, ref)
    assert payment(payment_id).state == PaymentState.PAID
    assert lines("settle") == 1


def test_a_message_about_nothing_of_ours_is_kept_and_ignored(square: Square, fake: Fake) -> None:
    for number, kind in enumerate(["payment.x", "refund.x", "dispute.x", "payout.x", "plan.x"]):
        assert deliver(square, f"evt_{number}", kind, "zz_unknown") == Status.IGNORED
    kept = db.session.scalars(select(ProviderEvent.status)).all()
    assert kept == [Status.IGNORED] * 5


@pytest.mark.parametrize(
    "other", [{"amount": WHOLE - 1}, {"currency": "USD"}, {"payment": "999999"}, {"fee": WHOLE}]
)
def test_another_amount_currency_or_payment_books_nothing_and_alarms(
    square: Square, fake: Fake, other: dict[str, object]
) -> None:
    pledge_id, payment_id, ref = begun(square, fake)
    fake.settle(ref)
    fake.set(ref, **other)
    assert deliver(square, "evt_1", "payment.done", ref) == Status.FAILED
    assert (payment(payment_id).state, lines("settle")) == (PaymentState.FAILED, 0)
    assert payment(payment_id).problem
    assert pledge(pledge_id).paid == 0
    assert "Something is wrong" in told(square, square.finance)[0]


def test_another_payment_with_our_key_books_nothing(square: Square, fake: Fake) -> None:
    _, _, ref = begun(square, fake)
    fake.payments["pi_copy"] = replace(fake.payments[ref], ref="pi_copy", stage=Stage.DONE)
    assert deliver(square, "evt_1", "payment.done", "pi_copy") == Status.FAILED
    assert lines("settle") == 0


def test_a_service_that_is_down_is_asked_again(square: Square, fake: Fake) -> None:
    _, payment_id, ref = begun(square, fake)
    fake.settle(ref)
    fake.faults["fetch"] = ["down", "slow"]
    for _ in range(2):
        with pytest.raises(following.Silent):
            deliver(square, "evt_1", "payment.done", ref)
    kept = db.session.get_one(ProviderEvent, "evt_1")
    assert (kept.status, kept.tries) == (Status.WAITING, 2)
    assert deliver(square, "evt_1", "payment.done", ref) == Status.DONE
    assert payment(payment_id).state == PaymentState.PAID


def test_a_kept_message_is_worked_on_again_without_another_effect(
    square: Square, fake: Fake
) -> None:
    _, _, ref = begun(square, fake)
    fake.settle(ref)
    fake.faults["fetch"] = ["down"]
    with pytest.raises(following.Silent):
        deliver(square, "evt_1", "payment.done", ref)
    assert events.work("evt_1", square.at) == Status.DONE
    assert events.work("evt_1", square.at) == Status.DONE
    assert lines("settle") == 1


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
