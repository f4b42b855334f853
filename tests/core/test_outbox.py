"""Reactions are owed with the commit, delivered after it, and survive failing handlers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import outbox
from core.db import db, transaction
from core.outbox import OutboxMessage
from tests.conftest import START

Seen = list[dict[str, Any]]


@pytest.fixture
def seen() -> Iterator[Seen]:
    """What the handler of the topic ``test.echo`` was given; it fails on {"fail": true} once."""
    got: Seen = []

    def echo(payload: dict[str, Any]) -> None:
        got.append(payload)
        if payload.get("fail") and len(got) == 1:
            raise RuntimeError("not yet")

    outbox._HANDLERS["test.echo"] = echo
    yield got
    del outbox._HANDLERS["test.echo"]


def owe(key: str, **payload: Any) -> None:
    with transaction() as session:
        outbox.enqueue(session, "test.echo", key, payload, START)


def test_the_same_reaction_is_owed_once(app: Flask, seen: Seen) -> None:
    owe("a", n=1)
    owe("a", n=2)
    assert outbox.deliver(START) == 1
    assert seen == [{"n": 1}]


def test_a_rolled_back_change_owes_nothing(app: Flask, seen: Seen) -> None:
    def fail_after_owing() -> None:
        with transaction() as session:
            outbox.enqueue(session, "test.echo", "a", {}, START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_owing()
    assert outbox.deliver(START) == 0


def test_a_failed_reaction_is_tried_again_after_its_lease(app: Flask, seen: Seen) -> None:
    owe("a", fail=True)
    assert outbox.deliver(START) == 0
    assert outbox.deliver(START + timedelta(minutes=1)) == 0
    assert outbox.deliver(START + outbox.LEASE) == 1
    assert len(seen) == 2


def test_a_reaction_that_takes_long_can_be_held(app: Flask, seen: Seen) -> None:
    owe("a", n=1)
    owe("b", n=2)
    late = START + outbox.LEASE
    with transaction() as session:
        outbox.hold(session, "test.echo", "a", late)
    assert outbox.deliver(late) == 1
    assert seen == [{"n": 2}]
    assert outbox.deliver(late + outbox.LEASE) == 1
    with transaction() as session:
        outbox.hold(session, "test.echo", "a", late)
    assert outbox.deliver(late + 2 * outbox.LEASE) == 0


def test_several_workers_deliver_each_reaction_once(app: Flask, seen: Seen) -> None:
    for i in range(40):
        owe(str(i), n=i)

    def work() -> None:
        with app.app_context():
            outbox.deliver(START)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(payload["n"] for payload in seen) == list(range(40))
    undelivered = select(func.count()).where(OutboxMessage.delivered_at.is_(None))
    assert db.session.scalar(undelivered) == 0
