"""Paying at a real localstripe on this machine: its cards, its signed messages, its refunds; and a
process that is killed between the provider's answer and the commit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from config import ROOT, Settings
from core.db import db, transaction
from core.errors import Invalid
from ledger.journal import Kind
from sponsorship.models import Payment, Pledge, ProviderEvent, Refund
from sponsorship.payments import following, jobs
from sponsorship.payments.providers.protocol import Declined, Stage, Topic
from sponsorship.payments.providers.stripe_provider import StripeProvider
from sponsorship.payments.services import refunding
from sponsorship.states import PaymentState, PledgeState, RefundState
from tests.conftest import set_clock
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.conftest import SECRET
from tests.sponsorship.payments.ground import begin, end
from tools import localstripe

WHOLE = 10_000 * YUAN
GOOD, BAD = "4242424242424242", "4000000000000341"


@pytest.fixture(autouse=True)
def today(app: Flask, square: Square) -> datetime:
    """The stand-in knows the real time only."""
    now = datetime.now(UTC)
    set_clock(app, now)
    square.at = now
    return now


def payment(ident: int) -> Payment:
    return db.session.get_one(Payment, ident, populate_existing=True)


def waiting(square: Square) -> tuple[int, int]:
    """A pledge, and a payment that waits for a card."""
    pledge = square.add_signed(WHOLE)
    ident = begin(square, pledge)
    following.ask(ident, square.at)
    assert payment(ident).page_url == f"/demo/pay/{ident}"
    return pledge, ident


def paid(square: Square, stand_in: StripeProvider) -> tuple[int, int]:
    """The same, and the card has paid."""
    pledge, ident = waiting(square)
    stand_in.pay_here(payment(ident).provider_ref or "", GOOD)
    following.follow(ident, square.at)
    return pledge, ident


def ask(square: Square, ident: int, amount: int, key: str) -> int:
    """Finance asks that a part be given back."""
    with transaction() as session:
        return refunding.ask(
            session,
            ident,
            amount,
            reason="Paid twice.",
            by_id=square.finance,
            now=square.at,
            key=key,
        ).id


def test_a_card_is_held_captured_and_booked(square: Square, stand_in: StripeProvider) -> None:
    pledge, ident = waiting(square)
    ref = payment(ident).provider_ref or ""
    stand_in.pay_here(ref, GOOD)
    found = stand_in.fetch(ref)
    assert found is not None
    assert (found.stage, found.amount, found.currency) == (Stage.AUTHORISED, WHOLE, "CNY")
    following.follow(ident, square.at)
    assert payment(ident).state == PaymentState.PAID
    assert db.session.get_one(Pledge, pledge).state == PledgeState.PAID
    assert square.net(Kind.PROVIDER_CLEARING) == WHOLE


def test_a_card_that_is_declined_fails_and_another_attempt_pays(
    square: Square, stand_in: StripeProvider
) -> None:
    pledge, ident = waiting(square)
    with pytest.raises(Declined):
        stand_in.pay_here(payment(ident).provider_ref or "", BAD)
    following.follow(ident, square.at)
    assert (payment(ident).state, payment(ident).captured) == (PaymentState.FAILED, 0)
    second = begin(square, pledge)
    following.ask(second, square.at)
    stand_in.pay_here(payment(second).provider_ref or "", GOOD)
    following.follow(second, square.at)
    assert payment(second).state == PaymentState.PAID


def test_a_card_for_a_pledge_that_ended_is_let_go(square: Square, stand_in: StripeProvider) -> None:
    pledge, ident = waiting(square)
    ref = payment(ident).provider_ref or ""
    stand_in.pay_here(ref, GOOD)
    end(pledge, PledgeState.CANCELLED)
    following.follow(ident, square.at)
    assert payment(ident).state == PaymentState.CANCELLED
    found = stand_in.fetch(ref)
    assert found is not None
    assert found.stage == Stage.CANCELLED


def test_giving_up_cancels_it_over_there(square: Square, stand_in: StripeProvider) -> None:
    _, ident = waiting(square)
    following.give_up(ident, square.at)
    found = stand_in.fetch(payment(ident).provider_ref or "")
    assert found is not None
    assert (payment(ident).state, found.stage) == (PaymentState.CANCELLED, Stage.CANCELLED)


def test_partial_refunds_go_back_and_never_too_much(
    square: Square, stand_in: StripeProvider
) -> None:
    """The stand-in lets too much pass; so nothing that is too much is ever asked for."""
    _, ident = paid(square, stand_in)
    for key, amount in (("a", 4_000 * YUAN), ("b", 6_000 * YUAN)):
        refund = ask(square, ident, amount, key)
        with transaction() as session:
            refunding.approve(session, refund, square.approver, square.at)
        following.send(refund, square.at)
    states = db.session.scalars(select(Refund.state)).all()
    assert states == [RefundState.DONE] * 2
    assert sum(one.amount for one in stand_in.refunds(payment(ident).provider_ref or "")) == WHOLE
    assert square.net(Kind.PROVIDER_CLEARING) == 0
    with pytest.raises(Invalid):
        ask(square, ident, 1, "c")


def test_its_balance_tells_of_payments_and_refunds(
    square: Square, stand_in: StripeProvider
) -> None:
    _, ident = paid(square, stand_in)
    ref = payment(ident).provider_ref or ""
    back = stand_in.refund(ref, 5, "k")
    lines = {one.source_ref: one for one in stand_in.lines(square.at - timedelta(minutes=5))}
    assert (lines[ref].topic, lines[ref].net) == (Topic.PAYMENT, WHOLE)
    assert (lines[back.ref].topic, lines[back.ref].net) == (Topic.REFUND, -5)
    assert stand_in.payouts(square.at - timedelta(days=1)) == []


@pytest.fixture
def served(app: Flask, stand_in: StripeProvider, localstripe_url: str) -> Iterator[str]:
    """The application behind a real address to which the stand-in sends its messages."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/hooks/stripe"
    localstripe.register(localstripe_url, url, SECRET)
    yield url
    server.shutdown()
    server.server_close()
    thread.join()


def test_its_signed_message_settles_the_payment(
    square: Square, stand_in: StripeProvider, served: str, today: datetime, app: Flask
) -> None:
    pledge, ident = waiting(square)
    ref = payment(ident).provider_ref or ""
    stand_in.pay_here(ref, GOOD)
    stand_in.capture(ref, WHOLE, "by hand")
    set_clock(app, datetime.now(UTC) + timedelta(seconds=2))
    db.session.rollback()
    until = time.monotonic() + 15
    while payment(ident).state != PaymentState.PAID and time.monotonic() < until:
        db.session.rollback()
        time.sleep(0.1)
    assert payment(ident).state == PaymentState.PAID
    event = db.session.scalars(select(ProviderEvent).where(ProviderEvent.object_ref == ref)).one()
    assert (event.type, event.status) == ("payment_intent.succeeded", "done")
    assert db.session.get_one(Pledge, pledge, populate_existing=True).state == PledgeState.PAID


CHILD = """
import os, signal, sys
from app import create_app
from core.clock import now
from sponsorship.payments import following
from sponsorship.payments.providers import provider

app = create_app()
with app.app_context():
    one = provider("stripe")
    begin = one.begin

    def die(ask):
        begin(ask)
        os.kill(os.getpid(), signal.SIGKILL)

    one.begin = die
    following.ask(int(sys.argv[1]), now())
"""


def test_killed_between_the_answer_and_the_commit_it_is_found_and_settled(
    app: Flask, square: Square, stand_in: StripeProvider
) -> None:
    conf: Settings = app.config["SETTINGS"]
    ident = begin(square, square.add_signed(WHOLE))
    db.session.rollback()
    env = os.environ | {
        "DATABASE_URL": conf.database_url,
        "GONGZHI_INSTANCE": str(conf.instance),
        "GONGZHI_STRIPE_KEY": conf.stripe_key,
        "GONGZHI_STRIPE_BASE": conf.stripe_base,
    }
    command = [sys.executable, "-c", CHILD, str(ident)]
    killed = subprocess.run(command, env=env, cwd=ROOT, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert (payment(ident).state, payment(ident).provider_ref) == (PaymentState.CREATED, None)
    found = stand_in.find(payment(ident).key, payment(ident).created_at)
    assert found is not None
    stand_in.pay_here(found.ref or "", GOOD)
    jobs.run(square.at + timedelta(minutes=2))
    assert (payment(ident).state, payment(ident).provider_ref) == (PaymentState.PAID, found.ref)
    assert square.net(Kind.PROVIDER_CLEARING) == WHOLE
    same = [one for one in stand_in.lines(square.at - timedelta(minutes=5)) if one.net == WHOLE]
    assert [one for one in same if one.source_ref == found.ref]
