"""Filling an empty installation with Xinghe, so that a newcomer finds every phase at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from flask import current_app
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from accounts.models import Area, Notice
from budgeting.demo import residents
from budgeting.demo.content import ROUNDS, read
from budgeting.demo.pictures import Album
from budgeting.demo.plan import Plan
from budgeting.demo.rounds import RoundStory
from budgeting.demo.world import found
from core import outbox
from core.db import transaction
from core.web import settings

SEED = 2026
FOUNDED = timedelta(days=360)
REGISTERED = timedelta(days=350)
READ_AFTER = timedelta(days=6)
LATELY = timedelta(hours=30)
PROVIDER = "message_provider"  # where accounts.notices looks for it
SetClock = Callable[[datetime], None]


def seed(now: datetime) -> bool:
    """Make the demo community as of ``now``; says whether there was room for it.

    All of it is one transaction, but for the counting of votes, which the worker would take
    up again. The same moment gives the same community, save for what secrecy draws by lot.
    """
    with _time_machine() as set_clock:
        with transaction() as session:
            if session.scalar(select(exists().where(Area.id > 0))):
                return False
            turns = _play(session, now, set_clock)
        for at in [*turns, now]:
            set_clock(at)
            outbox.deliver(at, limit=1000)
    with transaction() as session:
        old = Notice.created_at < now - READ_AFTER
        session.execute(update(Notice).where(old).values(read_at=Notice.created_at))
    return True


class _Silence:
    """Nobody in Xinghe has a phone; their messages go nowhere."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Drop the message."""


@contextmanager
def _time_machine() -> Iterator[SetClock]:
    """Lets the services work in the past, and keeps them from sending messages there."""
    extensions = current_app.extensions
    before = {name: extensions.get(name) for name in ("clock", PROVIDER)}
    extensions[PROVIDER] = _Silence()

    def set_clock(at: datetime) -> None:
        extensions["clock"] = lambda: at

    try:
        yield set_clock
    finally:
        for name, value in before.items():
            if value is None:
                extensions.pop(name, None)
            else:
                extensions[name] = value


def _play(session: Session, now: datetime, set_clock: SetClock) -> list[datetime]:
    """Let everything happen in its order; gives the times at which the worker is needed."""
    # A story wants to be the same each time; what must be secret is drawn elsewhere.
    rng, content = Random(SEED), read("community")  # nosec B311
    set_clock(now - FOUNDED)
    world = found(session, content, now - FOUNDED)
    residents.move_in(session, world, content, rng, now - REGISTERED)
    album = Album(settings().media)
    stories = [
        RoundStory(world, album, Plan(read(f"round_{name}"), now), rng, content["categories"])
        for name in ROUNDS
    ]
    events = [event for story in stories for event in story.events()]
    for at, act in sorted(events, key=lambda event: event[0]):
        set_clock(at)
        act(session, at)
    set_clock(now)
    residents.arrive_lately(session, world, content["residents"], now - LATELY)
    return sorted(at for story in stories for at in story.turns() if at < now)
