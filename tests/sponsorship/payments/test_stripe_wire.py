"""How answers over HTTP are understood, and that whatever is asked again carries the same key."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from sponsorship.payments.providers.protocol import Declined, Unreachable
from sponsorship.payments.providers.stripe_provider import StripeProvider
from tests.sponsorship.payments.conftest import settings_with_stripe
from tests.sponsorship.payments.test_stripe import ASK


class Wire:
    """A server on this machine that answers what it is told, and notes what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.sent: list[tuple[str, dict[str, str], str]] = []
        self.wait = threading.Event()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                wire.sent.append((self.path, dict(self.headers), body))
                status, said = wire.answers.pop(0)
                if status == 0:
                    wire.wait.wait(10)
                    return
                text = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST  # noqa: N815 - the name that the library calls

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self) -> None:
        self.wait.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def over_wire(app: Flask, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> StripeProvider:
    """Stripe, with that server in its place, and no patience."""
    monkeypatch.setattr("sponsorship.payments.providers.stripe_provider.PAUSE_SECONDS", 0)
    return StripeProvider(settings_with_stripe(app, stripe_base=wire.url, stripe_read_seconds=0.2))


ERROR = {"error": {"type": "invalid_request_error", "message": "no such thing"}}
MADE = {"id": "pi_1", "object": "payment_intent"}


def test_a_500_after_it_acted_is_asked_again_with_the_same_key(
    over_wire: StripeProvider, wire: Wire
) -> None:
    wire.answers = [(500, {"error": {"type": "api_error"}}), (200, MADE)]
    assert over_wire.begin(ASK).ref == "pi_1"
    keys = [headers["Idempotency-Key"] for _, headers, _ in wire.sent]
    assert keys == [ASK.key, ASK.key]
    assert wire.sent[0][2] == wire.sent[1][2]


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_no_clear_answer_leaves_it_open(over_wire: StripeProvider, wire: Wire, status: int) -> None:
    wire.answers = [(status, {"error": {"type": "api_error"}})] * 2
    with pytest.raises(Unreachable):
        over_wire.begin(ASK)
    assert len(wire.sent) == 2


def test_a_service_that_is_not_there_leaves_it_open(app: Flask, wire: Wire) -> None:
    gone = StripeProvider(settings_with_stripe(app, stripe_base="http://127.0.0.1:9"))
    with pytest.raises(Unreachable):
        gone.begin(ASK)


@pytest.mark.parametrize("status", [400, 401, 402, 403])
def test_a_clear_no_is_a_no(over_wire: StripeProvider, wire: Wire, status: int) -> None:
    wire.answers = [(status, ERROR)]
    with pytest.raises(Declined):
        over_wire.capture("pi_1", 5, "k")
    assert len(wire.sent) == 1


def test_what_it_does_not_know_is_nothing(over_wire: StripeProvider, wire: Wire) -> None:
    wire.answers = [(404, ERROR)] * 4
    assert over_wire.fetch("pi_1") is None
    assert over_wire.fetch("cs_1") is None
    assert over_wire.fetch_dispute("dp_1") is None
    assert over_wire.refunds("re_1") == []
