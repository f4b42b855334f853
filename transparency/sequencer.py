"""The one sequencer: gives leaves their places in the log, grows the tree, has it signed."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import structlog
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from config import Settings
from core.clock import now
from core.db import AUTOCOMMIT, db, is_sqlite, transaction
from core.jobs import continuously
from core.web import settings
from transparency.leaves import waiting
from transparency.models import Leaf
from transparency.signing import SIGNER, Signing, note_state, sign_newest
from transparency.tiles import edge_of, grow, store, tree_size

log = structlog.get_logger()
# Small enough for voters not to notice that SQLite lets one write at a time.
BATCH = 1_024
BATCHES_A_ROUND = 16
PAUSE_SECONDS = 1.0
RETRY_SECONDS = 5.0
LOCK = 0x676F6E67
_PLACE = text("UPDATE leaf SET seq = :place WHERE id = :leaf")
_PLACE_ALL = text(
    "UPDATE leaf SET seq = given.place FROM unnest(CAST(:leaves AS bigint[]),"
    " CAST(:places AS int[])) AS given (leaf, place) WHERE leaf.id = given.leaf"
)


class BrokenLog(RuntimeError):
    """The tree and the leaves' places do not go together: somebody changed the database."""


def sequence(session: Session, most: int = BATCH) -> int:
    """Give the oldest waiting leaves the next places, and grow the tree by them, in the caller's
    transaction; returns how many. Raises ``BrokenLog`` when the tree is not that of the leaves."""
    rows = waiting(session, most)
    if not rows:
        return 0
    size = tree_size(session)
    if (session.scalar(select(func.max(Leaf.seq))) or 0) != max(size - 1, 0):
        raise BrokenLog(f"the tree has {size} leaves, but the last place given is another")
    _place(session, [row.id for row in rows], size)
    hashes = [row.hash(size + n) for n, row in enumerate(rows)]
    store(session, grow(size, edge_of(session, size), hashes))
    return len(rows)


def _place(session: Session, leaves: list[int], first: int) -> None:
    """Give the leaves consecutive places."""
    places = list(range(first, first + len(leaves)))
    if is_sqlite(session):
        rows = [{"leaf": leaf, "place": at} for leaf, at in zip(leaves, places, strict=True)]
        session.connection().execute(_PLACE, rows)
    else:
        session.execute(_PLACE_ALL, {"leaves": leaves, "places": places})


def step(conf: Settings) -> int:
    """One round: place what waits, at most some batches of it, and sign; returns how many were
    placed. Two of these must not run at once: see ``only_one``."""
    done = 0
    try:
        for _ in range(BATCHES_A_ROUND):
            count = _batch()
            done += count
            if count < BATCH:
                break
    except (BrokenLog, ValueError) as error:
        log.exception("log.broken")
        with transaction() as session:
            note_state(session, SIGNER, Signing.BROKEN, str(error), now())
        return 0
    sign_newest(conf, now())
    return done


def _batch() -> int:
    """A batch in a transaction of its own; none is opened when nothing waits."""
    session = db.session
    session.rollback()
    idle = session.scalar(select(Leaf.id).where(Leaf.seq.is_(None)).limit(1)) is None
    session.rollback()
    if idle:
        return 0
    with transaction() as writing:
        return sequence(writing)


@contextmanager
def only_one(engine: Engine, instance: Path) -> Iterator[Callable[[], object]]:
    """Wait until no other sequencer is at work, and keep others waiting. What is yielded raises
    when called after the lock was lost."""
    if engine.dialect.name == "sqlite":
        with (instance / "sequencer.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield lambda: None
    else:
        with engine.connect().execution_options(isolation_level=AUTOCOMMIT) as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            try:
                yield lambda: connection.execute(text("SELECT 1"))
            finally:
                # The pool would hand on the connection with its lock.
                connection.invalidate()


def drain(app: Flask) -> int:
    """Place and sign everything that waits now; returns how many leaves were placed."""
    conf: Settings = app.config["SETTINGS"]
    done = 0
    with only_one(db.engine, conf.instance) as held:
        while count := step(conf):
            held()
            done += count
    return done


@continuously("sequencer")
def run(app: Flask, stop: Event) -> None:
    """Place and sign until stopped; whatever fails is logged and tried again."""
    while not stop.is_set():
        try:
            with app.app_context(), only_one(db.engine, settings().instance) as held:
                while not stop.is_set():
                    held()
                    with app.app_context():
                        busy = step(settings()) >= BATCH
                    if not busy:
                        stop.wait(PAUSE_SECONDS)
        except Exception:
            log.exception("log.sequencer_failed")
            stop.wait(RETRY_SECONDS)
