"""The address for Stripe's messages: signed with the real library, as Stripe signs."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.db import db
from sponsorship.models import ProviderEvent
from sponsorship.payments.providers.stripe_provider import StripeProvider
from tests.conftest import START
from tests.sponsorship.payments.conftest import SECRET, settings_with_stripe

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stripe(app: Flask) -> Iterator[StripeProvider]:
    """Stripe, which is never asked anything here."""
    known = app.extensions["payment_providers"]
    made = StripeProvider(settings_with_stripe(app))
    app.extensions["payment_providers"] = known | {"stripe": made}
    yield made
    app.extensions["payment_providers"] = known


def event(number: str = "evt_1", kind: str = "plan.created", **about: Any) -> bytes:
    """A message about nothing of ours."""
    what = {"id": "plan_1", "object": "plan"} | about
    created = int(START.timestamp())
    said = {"id": number, "object": "event", "type": kind, "created": created}
    return json.dumps(said | {"data": {"object": what}}).encode()


def signed(payload: bytes, at: float, secret: str = SECRET) -> str:
    """The header that Stripe sends: its documented scheme, worked out anew."""
    said = f"{int(at)}.".encode() + payload
    return f"t={int(at)},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"


def post(client: FlaskClient, payload: bytes, header: str | None) -> int:
    headers = {"Stripe-Signature": header} if header is not None else {}
    return client.post("/hooks/stripe", data=payload, headers=headers).status_code


def kept() -> list[tuple[str, str]]:
    rows = select(ProviderEvent.event_id, ProviderEvent.status)
    return [(number, status) for number, status in db.session.execute(rows)]


def test_a_signed_message_is_kept_without_a_session_or_a_token(
    client: FlaskClient, stripe: StripeProvider
) -> None:
    payload = event()
    assert post(client, payload, signed(payload, START.timestamp())) == 200
    assert post(client, payload, signed(payload, START.timestamp())) == 200
    assert kept() == [("evt_1", "ignored")]


@pytest.mark.parametrize("late", [MINUTE * 4, -timedelta(seconds=50)])
def test_a_little_earlier_or_later_is_taken(
    client: FlaskClient, stripe: StripeProvider, late: timedelta
) -> None:
    payload = event()
    assert post(client, payload, signed(payload, (START - late).timestamp())) == 200


@pytest.mark.parametrize("late", [MINUTE * 6, -MINUTE * 2, -MINUTE * 60])
def test_stale_and_future_messages_are_refused(
    client: FlaskClient, stripe: StripeProvider, late: timedelta
) -> None:
    payload = event()
    assert post(client, payload, signed(payload, (START - late).timestamp())) == 400
    assert kept() == []


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        "t=1,v1=",
        "t=x,v1=0",
        f"t={int(START.timestamp())}",
        f"t={int(START.timestamp())},v1={'0' * 64}",
        f"t={int(START.timestamp())},v0={'0' * 64}",
        signed(event(), START.timestamp(), "whsec_another"),
        signed(event("evt_2"), START.timestamp()),
    ],
)
def test_forged_messages_leave_nothing(
    client: FlaskClient, stripe: StripeProvider, header: str | None
) -> None:
    assert post(client, event(), header) == 400
    assert kept() == []


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"id": "evt_1"}'])
def test_signed_nonsense_is_refused(
    client: FlaskClient, stripe: StripeProvider, payload: bytes
) -> None:
    assert post(client, payload, signed(payload, START.timestamp())) == 400
    assert kept() == []


def test_the_same_number_with_another_content_is_refused(
    client: FlaskClient, stripe: StripeProvider
) -> None:
    for payload, answer in ((event(), 200), (event(amount=1), 409), (event(), 200)):
        assert post(client, payload, signed(payload, START.timestamp())) == answer


def test_a_huge_message_is_not_read(client: FlaskClient, stripe: StripeProvider) -> None:
    payload = b"x" * (600 * 1024)
    assert post(client, payload, signed(payload, START.timestamp())) == 413


def test_without_a_key_there_is_nobody_to_take_it(client: FlaskClient) -> None:
    assert post(client, event(), "t=1,v1=0") == 404


def test_without_a_secret_nothing_is_believed(app: Flask, client: FlaskClient) -> None:
    known = app.extensions["payment_providers"]
    made = StripeProvider(settings_with_stripe(app, stripe_webhook_secret=""))
    app.extensions["payment_providers"] = known | {"stripe": made}
    try:
        payload = event()
        assert post(client, payload, signed(payload, START.timestamp(), "")) == 400
    finally:
        app.extensions["payment_providers"] = known
