"""Against Stripe itself, in its test mode: only for whoever brings a key for it.

GONGZHI_STRIPE_LIVE_KEY=sk_test_… python -m pytest tests/sponsorship/payments/test_live.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from config import Settings
from sponsorship.payments.providers.protocol import Ask, Begun, Declined, Stage, Topic
from sponsorship.payments.providers.stripe_params import intent_params
from sponsorship.payments.providers.stripe_provider import StripeProvider

KEY = os.environ.get("GONGZHI_STRIPE_LIVE_KEY", "")
CURRENCY = os.environ.get("GONGZHI_STRIPE_LIVE_CURRENCY", "CNY")


@pytest.fixture
def live(tmp_path: Path) -> StripeProvider:
    """Stripe in its test mode; never with a key that moves money."""
    if not KEY.startswith("sk_test_"):
        pytest.fail("GONGZHI_STRIPE_LIVE_KEY must begin with sk_test_")
    return StripeProvider(Settings("test", tmp_path, "sqlite://", stripe_key=KEY))


@pytest.fixture
def wanted() -> Ask:
    """A payment of 20.00 that nobody has asked for before."""
    return Ask(
        key=f"test:{uuid4()}",
        payment=1,
        amount=20_00,
        currency=CURRENCY,
        method="card",
        label="PL-000001",
        back_url="https://example.com/sponsor/payments/1",
        ends_at=datetime.now(UTC) + timedelta(hours=1),
    )


@pytest.fixture
def page(live: StripeProvider, wanted: Ask) -> Iterator[Begun]:
    """A Checkout page, closed afterwards."""
    made = live.begin(wanted)
    yield made
    try:
        live.cancel(made.page_ref or "", f"{wanted.key}:end")
    except Declined:
        assert live.fetch(made.page_ref or "") is not None


def test_a_page_is_made_once_for_its_key(live: StripeProvider, wanted: Ask, page: Begun) -> None:
    assert page.url.startswith(live.pages)
    assert live.begin(wanted).page_ref == page.page_ref


def test_the_same_key_for_another_amount_is_refused(
    live: StripeProvider, wanted: Ask, page: Begun
) -> None:
    other = replace(wanted, amount=wanted.amount + 1)
    with pytest.raises(Declined):
        live.begin(other)


def test_a_page_is_found_by_its_reference_and_by_our_key(
    live: StripeProvider, wanted: Ask, page: Begun
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    for found in (live.fetch(page.page_ref or ""), live.find(wanted.key, since)):
        assert found is not None
        assert (found.stage, found.amount, found.currency) == (Stage.OPEN, 20_00, CURRENCY)
        assert (found.key, found.payment) == (wanted.key, "1")


def test_a_page_is_closed(live: StripeProvider, wanted: Ask, page: Begun) -> None:
    live.cancel(page.page_ref or "", f"{wanted.key}:cancel")
    found = live.fetch(page.page_ref or "")
    assert found is not None
    assert found.stage == Stage.CANCELLED


def test_a_card_is_held_captured_given_back_and_stands_in_the_balance(
    live: StripeProvider, wanted: Ask
) -> None:
    params = intent_params(wanted)
    params["payment_method"] = "pm_card_bypassPending"
    params["confirm"] = True
    params["allowed_payment_method_types"] = ["card"]
    made = live._client.v1.payment_intents.create(params, {"idempotency_key": wanted.key})
    held = live.fetch(made.id)
    assert held is not None
    assert held.stage == Stage.AUTHORISED
    live.capture(made.id, wanted.amount, f"{wanted.key}:capture")
    live.capture(made.id, wanted.amount, f"{wanted.key}:capture")
    paid = live.fetch(made.id)
    assert paid is not None
    assert (paid.stage, paid.amount, paid.currency) == (Stage.DONE, wanted.amount, CURRENCY)
    back = live.refund(made.id, 5_00, f"{wanted.key}:back")
    assert live.refund(made.id, 5_00, f"{wanted.key}:back").ref == back.ref
    assert [one.amount for one in live.refunds(made.id)] == [5_00]
    with pytest.raises(Declined):
        live.refund(made.id, wanted.amount, f"{wanted.key}:too much")
    lines = list(live.lines(datetime.now(UTC) - timedelta(minutes=5)))
    assert (Topic.PAYMENT, made.id) in {(one.topic, one.source_ref) for one in lines}
    assert (Topic.REFUND, back.ref) in {(one.topic, one.source_ref) for one in lines}


def test_a_declined_card_is_a_no(live: StripeProvider, wanted: Ask) -> None:
    params = intent_params(wanted)
    params["payment_method"] = "pm_card_visa_chargeDeclined"
    params["confirm"] = True
    params["allowed_payment_method_types"] = ["card"]
    with pytest.raises(Declined):
        live._once(lambda: live._client.v1.payment_intents.create(params))


def test_what_is_not_there_is_nothing(live: StripeProvider) -> None:
    assert live.fetch("cs_test_nothing") is None
    assert live.fetch("pi_nothing") is None
    assert live.fetch_dispute("dp_nothing") is None
