"""What Stripe is asked for, checked against the library's typed parameters, and what it says, read
from the example objects that it publishes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from stripe.params import PaymentIntentCreateParams, RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from config import Settings
from core.types import MINOR_UNITS
from sponsorship.payments.providers import stripe_reading as reading
from sponsorship.payments.providers.protocol import (
    Ask,
    Declined,
    Stage,
    Topic,
)
from sponsorship.payments.providers.stripe_params import (
    intent_params,
    refund_params,
    session_params,
)
from sponsorship.payments.providers.stripe_provider import CURRENCIES, StripeProvider
from tests.conftest import _shared
from tests.sponsorship.payments.conftest import settings_with_stripe
from tests.sponsorship.payments.typed import problems

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ASK = Ask(
    key="pledge:7:attempt:1",
    payment=9,
    amount=1_000_00,
    currency="CNY",
    method="card",
    label="PL-000007",
    back_url="https://city.example/sponsor/payments/9",
    ends_at=AT + timedelta(hours=1),
)


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    """Example objects that Stripe publishes."""
    text = (_shared("vectors", "published vectors") / "stripe-fixtures3.json").read_text()
    found: dict[str, Any] = json.loads(text)["resources"]
    return found


@pytest.mark.parametrize("method", sorted(CURRENCIES))
@pytest.mark.parametrize("currency", ["CNY", "JPY"])
def test_a_checkout_asks_only_for_what_there_is(method: str, currency: str) -> None:
    params = session_params(replace(ASK, method=method, currency=currency))
    assert problems(params, SessionCreateParams) == []
    assert params["allowed_payment_method_types"] == [method]
    manual = params["payment_intent_data"]["capture_method"]
    assert manual == ("manual" if method == "card" else "automatic")
    assert params["line_items"][0]["price_data"]["unit_amount"] == ASK.amount
    assert params["line_items"][0]["price_data"]["currency"] == currency.lower()


def test_payment_intents_and_refunds_ask_only_for_what_there_is() -> None:
    assert problems(intent_params(ASK), PaymentIntentCreateParams) == []
    assert problems(refund_params("pi_1", 5, "k"), RefundCreateParams) == []


def test_the_check_of_parameters_finds_what_does_not_fit() -> None:
    wrong: Any = dict(session_params(ASK))
    wrong["payment_method_types"] = ["card"]
    wrong["mode"] = "gift"
    wrong["line_items"] = [{"quantity": 1, "price_data": {"unit_amount": 1}}]
    assert sorted(problems(wrong, SessionCreateParams)) == [
        ".line_items[0].price_data.currency is missing",
        ".mode: 'gift' is not listed",
        ".payment_method_types is unknown",
    ]


def test_nothing_leaves_but_opaque_numbers() -> None:
    said = json.dumps([session_params(ASK), intent_params(ASK)], default=str)
    assert json.loads(said)[0]["metadata"] == {"payment": "9", "key": "pledge:7:attempt:1"}
    assert "PL-000007" in said


def test_amounts_of_currencies_without_decimals_stay_whole_units(app: Flask) -> None:
    """Ours and Stripe's are both in the smallest unit there is."""
    assert MINOR_UNITS["JPY"] == 1
    params = session_params(replace(ASK, amount=5_000, currency="JPY"))
    assert params["line_items"][0]["price_data"]["unit_amount"] == 5_000
    moved = {"amount": 5_000, "currency": "jpy", "fee": 180}
    said = intent(amount=5_000, currency="jpy", latest_charge={"balance_transaction": moved})
    found = reading.found_of_intent(said)
    assert (found.amount, found.currency, found.fee) == (5_000, "JPY", 180)
    with pytest.raises(Declined):
        StripeProvider(settings_with_stripe(app)).begin(replace(ASK, currency="KWD"))


def test_methods_pay_in_their_currencies(app: Flask) -> None:
    every = settings_with_stripe(app, stripe_methods=("card", "alipay", "wechat_pay", "cowrie"))
    assert StripeProvider(every).methods("CNY") == ("card", "alipay", "wechat_pay")
    assert StripeProvider(every).methods("PLN") == ("card",)
    assert StripeProvider(every).methods("XXX") == ()


def intent(**about: Any) -> dict[str, Any]:
    """A PaymentIntent of ours that has succeeded."""
    moved = {"amount": 1_000_00, "currency": "cny", "fee": 34_00}
    said = {
        "id": "pi_1",
        "amount": 1_000_00,
        "currency": "cny",
        "status": "succeeded",
        "metadata": {"payment": "9", "key": ASK.key},
        "latest_charge": {"balance_transaction": moved},
    }
    return said | about


def test_a_payment_is_settled_once_it_is_in_the_balance() -> None:
    found = reading.found_of_intent(intent())
    assert (found.stage, found.amount, found.fee) == (Stage.DONE, 1_000_00, 34_00)
    early = intent(latest_charge={"balance_transaction": None})
    assert reading.found_of_intent(early).stage == Stage.OPEN
    assert reading.found_of_intent(intent(latest_charge="ch_1")).stage == Stage.OPEN


def test_what_arrived_in_another_currency_is_not_what_was_asked_for() -> None:
    moved = {"amount": 138_00, "currency": "usd", "fee": 4_00}
    found = reading.found_of_intent(intent(latest_charge={"balance_transaction": moved}))
    assert (found.amount, found.currency) == (138_00, "USD")


@pytest.mark.parametrize(
    ("status", "error", "stage"),
    [
        ("requires_capture", None, Stage.AUTHORISED),
        ("requires_payment_method", None, Stage.OPEN),
        ("requires_payment_method", {"message": "declined"}, Stage.FAILED),
        ("processing", None, Stage.OPEN),
        ("canceled", None, Stage.CANCELLED),
    ],
)
def test_how_far_a_payment_intent_is(status: str, error: Any, stage: Stage) -> None:
    said = intent(status=status, last_payment_error=error, latest_charge=None)
    assert reading.found_of_intent(said).stage == stage


def session(**about: Any) -> dict[str, Any]:
    """A Checkout Session of ours."""
    said = {
        "id": "cs_1",
        "status": "open",
        "amount_total": 1_000_00,
        "currency": "cny",
        "url": "https://checkout.stripe.com/c/pay/cs_1",
        "payment_intent": None,
        "metadata": {"payment": "9", "key": ASK.key},
    }
    return said | about


def test_how_far_a_checkout_is() -> None:
    declined = intent(
        status="requires_payment_method", last_payment_error={"message": "no"}, latest_charge=None
    )
    stages = [
        reading.found_of_session(session()).stage,
        reading.found_of_session(session(payment_intent=declined)).stage,
        reading.found_of_session(session(status="expired")).stage,
        reading.found_of_session(session(status="complete", payment_intent=intent())).stage,
    ]
    assert stages == [Stage.OPEN, Stage.OPEN, Stage.CANCELLED, Stage.DONE]
    assert reading.found_of_session(session(payment_intent=declined)).problem == "no"
    found = reading.found_of_session(session(status="complete", payment_intent=intent()))
    assert (found.ref, found.page_ref, found.key) == ("pi_1", "cs_1", ASK.key)


def test_published_examples_are_read(published: dict[str, Any]) -> None:
    assert reading.found_of_intent(published["payment_intent"]).currency == "USD"
    found = reading.found_of_session(
        published["checkout.session"] | {"amount_total": 1, "currency": "usd"}
    )
    assert (found.ref, found.stage) == (published["checkout.session"]["payment_intent"], Stage.OPEN)
    refund = reading.returned_of(published["refund"])
    assert (refund.stage, refund.amount, refund.payment_ref) == (Stage.DONE, 100, "")
    dispute = reading.disputed_of(published["dispute"])
    assert (dispute.stage, dispute.withdrawn, dispute.amount) == (Stage.OPEN, False, 1000)
    assert dispute.respond_by is not None
    assert reading.paid_out_of(published["payout"]).stage == Stage.OPEN
    line = reading.line_of(published["balance_transaction"])
    assert (line.topic, line.net, line.currency) == (Topic.PAYMENT, 100, "USD")
    assert reading.message_of(published["event"]).topic == Topic.NOTHING


def test_disputes_say_what_was_taken_and_given_back(published: dict[str, Any]) -> None:
    taken = published["balance_transaction"] | {"amount": -1000, "fee": 1500, "type": "adjustment"}
    back = published["balance_transaction"] | {"amount": 1000, "type": "adjustment"}
    said = published["dispute"] | {"balance_transactions": [taken, back], "status": "won"}
    dispute = reading.disputed_of(said)
    assert (dispute.withdrawn, dispute.reinstated, dispute.fee) == (True, True, 1500)
    assert dispute.stage == Stage.DONE
    assert reading.disputed_of(said | {"status": "lost"}).stage == Stage.FAILED
    assert reading.line_of(taken | {"source": published["dispute"]}).topic == Topic.DISPUTE


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("checkout.session.completed", Topic.PAYMENT),
        ("checkout.session.async_payment_failed", Topic.PAYMENT),
        ("payment_intent.amount_capturable_updated", Topic.PAYMENT),
        ("charge.updated", Topic.PAYMENT),
        ("charge.refunded", Topic.REFUND),
        ("refund.failed", Topic.REFUND),
        ("charge.dispute.funds_withdrawn", Topic.DISPUTE),
        ("payout.paid", Topic.PAYOUT),
        ("charge.succeeded", Topic.NOTHING),
        ("customer.created", Topic.NOTHING),
    ],
)
def test_what_events_are_about(kind: str, topic: Topic) -> None:
    assert reading.topic_of(kind) == topic


def test_a_refunded_charge_leads_to_its_payment(published: dict[str, Any]) -> None:
    charge = published["charge"] | {"payment_intent": "pi_1"}
    event = published["event"] | {"type": "charge.refunded", "data": {"object": charge}}
    assert reading.message_of(event).object_ref == "pi_1"


@pytest.mark.parametrize(
    "base", ["https://api.stripe.example", "http://10.0.0.1", "http://127.0.0.1.evil.example"]
)
def test_a_stand_in_is_on_this_machine_only(app: Flask, base: str) -> None:
    with pytest.raises(ValueError, match="GONGZHI_STRIPE_BASE"):
        settings_with_stripe(app, stripe_base=base)


def test_settings_come_from_the_environment(tmp_path: Any) -> None:
    env = {
        "GONGZHI_INSTANCE": str(tmp_path),
        "GONGZHI_STRIPE_KEY": "sk_test_1",
        "GONGZHI_STRIPE_METHODS": "card, alipay wechat_pay",
        "GONGZHI_STRIPE_BASE": "http://127.0.0.1:8420",
        "GONGZHI_STRIPE_READ_SECONDS": "7",
    }
    found = Settings.from_env(env)
    assert found.stripe_methods == ("card", "alipay", "wechat_pay")
    assert found.stripe_read_seconds == 7
    assert "sk_test_1" not in repr(found)
