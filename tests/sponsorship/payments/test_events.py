"""Messages of a provider: forged, stale, repeated, out of order, about nothing of ours, or with
another content; and what each kind of them does. Against a fake at the protocol."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.errors import Conflict
from sponsorship import bookings
from sponsorship.models import ProviderEvent
from sponsorship.payments import events, following
from sponsorship.payments.events import Status
from sponsorship.payments.providers.protocol import Forged, Stage
from sponsorship.states import PaymentState, PledgeState
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake, message, sign
from tests.sponsorship.payments.ground import begin, end
from tests.sponsorship.payments.service import (
    FEE,
    WHOLE,
    begun,
    deliver,
    lines,
    payment,
    pledge,
    reference,
    settled,
    told,
)
from tests.together import together


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
