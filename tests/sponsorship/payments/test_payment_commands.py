"""``flask payments …`` and the daily comparison: again and again without harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db
from sponsorship.models import Payment, ProviderEvent, Reconciliation
from sponsorship.payments import events
from sponsorship.payments.following import Silent, ask
from sponsorship.payments.reconciling_jobs import due, reconcile_daily
from sponsorship.states import PaymentState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake, message, sign
from tests.sponsorship.payments.ground import begin
from tests.together import together

WHOLE = 10_000 * YUAN
MORNING = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)  # half past four in Shanghai


def lost(square: Square, fake: Fake) -> int:
    """A payment that is settled at the service, whose message could not be worked on."""
    payment = begin(square, square.add_signed(WHOLE))
    ask(payment, square.at)
    ref = list(fake.payments)[-1]
    fake.settle(ref)
    fake.faults["fetch"] = ["down"]
    payload = message("evt_1", "payment.done", ref, square.at)
    with pytest.raises(Silent):
        events.take("stripe", payload, sign(payload), square.at)
    return payment


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Run a command; gives its status and what it said."""
    came = app.test_cli_runner().invoke(args=["payments", *arguments])
    db.session.rollback()
    return came.exit_code, came.output


def test_replay_works_on_messages_that_wait_and_does_so_once(
    app: Flask, square: Square, fake: Fake
) -> None:
    payment = lost(square, fake)
    assert run(app, "replay") == (0, "1 messages: 1 done\n")
    assert db.session.get_one(Payment, payment).state == PaymentState.PAID
    assert run(app, "replay") == (0, "0 messages\n")
    assert run(app, "replay", "--event", "evt_1") == (0, "1 messages: 1 done\n")


def test_replay_says_what_still_waits_and_what_there_is_not(
    app: Flask, square: Square, fake: Fake
) -> None:
    lost(square, fake)
    fake.faults["fetch"] = ["down"]
    status, said = run(app, "replay")
    assert status == 1
    assert "1 waiting" in said
    assert run(app, "replay", "--since", "2026-03-03") == (0, "0 messages\n")
    assert run(app, "replay", "--event", "evt_2")[0] != 0


def test_replayed_twice_at_once_it_is_booked_once(app: Flask, square: Square, fake: Fake) -> None:
    payment = lost(square, fake)
    came = together(app, lambda: run(app, "replay")[0], 3)
    assert set(came) == {0}
    assert db.session.get_one(Payment, payment).captured == WHOLE
    assert db.session.get_one(ProviderEvent, "evt_1").status == events.Status.DONE


def test_reconcile_says_what_it_found(app: Flask, square: Square, fake: Fake) -> None:
    lost(square, fake)
    app.extensions["clock"] = lambda: square.at + timedelta(hours=1)
    found = "stripe: 1 lines, 1 matched, 0 not in the books, 0 not at the service, 1 mended\n"
    assert run(app, "reconcile") == (0, found)
    assert run(app, "reconcile", "--provider", "stripe")[1] == found.replace("1 mended", "0 mended")
    fake.faults["lines"] = ["down"]
    assert run(app, "reconcile")[0] == 1
    assert run(app, "reconcile", "--provider", "bank")[0] != 0


def test_once_a_day_in_the_small_hours_and_again_only_when_it_failed(
    square: Square, fake: Fake
) -> None:
    def runs() -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(Reconciliation)) or 0

    reconcile_daily(MORNING - timedelta(hours=1))
    assert runs() == 0
    fake.faults["lines"] = ["down"]
    reconcile_daily(MORNING)
    reconcile_daily(MORNING + timedelta(minutes=1))
    assert runs() == 1
    reconcile_daily(MORNING + timedelta(minutes=31))
    reconcile_daily(MORNING + timedelta(hours=5))
    assert runs() == 2
    assert due("stripe", MORNING + timedelta(days=1))
