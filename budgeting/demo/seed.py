"""Filling an empty installation with Xinghe, so that a newcomer finds every phase at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from random import Random

from flask import current_app
from sqlalchemy import exists, select, update

from accounts.models import Area, Notice
from budgeting.demo.bank import BankStory
from budgeting.demo.chapters import Xinghe, chapters
from budgeting.demo.content import ROUNDS, read
from budgeting.demo.delivery import delivery
from budgeting.demo.irregular import irregular
from budgeting.demo.money import Event, MoneyStory
from budgeting.demo.pictures import Album
from budgeting.demo.plan import Plan
from budgeting.demo.residents import arrive_lately, move_in
from budgeting.demo.rounds import RoundStory
from budgeting.demo.treasury import Treasury
from budgeting.demo.world import World, found
from core import outbox
from core.db import db, transaction
from core.web import settings

SEED = 2026
FOUNDED = timedelta(days=780)
REGISTERED = timedelta(days=770)
READ_AFTER = timedelta(days=6)
LATELY = timedelta(hours=30)
FUNDED = ("past", "delivery", "results")  # rounds whose money is set aside
PROVIDER = "message_provider"  # where accounts.notices looks for it
SetClock = Callable[[datetime], None]


def seed(now: datetime) -> bool:
    """Make the demo community as of ``now``; says whether there was room for it.

    Each stretch of time between two counts of votes is one transaction, so that what a count
    books comes where it belongs. The same moment gives the same community, save for what secrecy
    draws by lot.
    """
    if db.session.scalar(select(exists().where(Area.id > 0))):
        return False
    with _time_machine() as set_clock:
        for at, acts in _stretches(now):
            with transaction() as session:
                for when, act in acts:
                    set_clock(when)
                    act(session, when)
            set_clock(at)
            # In a session of its own, which has nothing of the whole story to look through.
            with current_app.app_context():
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


def _stretches(now: datetime) -> Iterator[tuple[datetime, list[Event]]]:
    """Everything that happens, in its order, cut where votes are counted; each stretch with the
    time of its end."""
    # A story wants to be the same each time; what must be secret is drawn elsewhere.
    rng, content, world = Random(SEED), read("community"), World()  # nosec B311
    album = Album(settings().media)
    stories = {
        name: RoundStory(world, album, Plan(read(f"round_{name}"), now), rng, content["categories"])
        for name in ROUNDS
    }
    treasury = Treasury(world, read("money"))
    money = MoneyStory(treasury, now, Random(SEED), {n: stories[n] for n in FUNDED})  # nosec B311
    yield (
        now - REGISTERED,
        [
            (now - FOUNDED, partial(found, world=world, content=content)),
            (now - REGISTERED, partial(move_in, world=world, content=content, rng=rng)),
        ],
    )
    events = [event for story in stories.values() for event in story.events()]
    events += [*money.events(), *BankStory(treasury, money.begins, now).events()]
    xinghe = Xinghe(now, world, album, treasury, stories, read("delivery"))
    events += [*delivery(xinghe), *irregular(xinghe), *chapters(xinghe)]
    arrive = partial(arrive_lately, world=world, rows=content["residents"])
    events = sorted([*events, (now - LATELY, arrive)], key=lambda event: event[0])
    counts = [at for story in stories.values() for at in story.turns()]
    turns = sorted(at for at in [*counts, *xinghe.pauses] if at < now)
    for begin, end in pairwise([now - REGISTERED, *turns, now]):
        yield end, [event for event in events if begin < event[0] <= end]
