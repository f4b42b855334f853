"""The sequencer: every fact gets its place, the tree is signed, and nothing stops it half-way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import Invalid
from tests import apart
from tests.conftest import START
from tests.databases import unguarded
from tests.transparency.killed import POINTS, sequence
from tests.transparency.leaves import conf, facts, plainly, root_anew, sequenced
from transparency import sequencer
from transparency.keys import SigningKey, create_key
from transparency.leaves import MOST_BYTES, placed
from transparency.log import record, timeline
from transparency.models import Leaf, LogState, SignedCheckpoint
from transparency.notes import Checkpoint, Note
from transparency.signing import SIGNER, newest_checkpoint

KEY = SigningKey.create("elsewhere.example/log")


def signer_state(session: Session) -> str:
    session.rollback()
    return session.get_one(LogState, SIGNER).state


def newest(session: Session) -> SignedCheckpoint:
    session.rollback()
    found = newest_checkpoint(session)
    assert found
    return found


def test_facts_get_consecutive_places_and_a_signature(app: Flask, session: Session) -> None:
    key = sequenced(app, 300)
    assert session.scalars(select(Leaf.seq).order_by(Leaf.id)).all() == list(range(300))
    signed = newest(session)
    note = Note.parse(signed.note)
    assert note.signers([key.verifier]) == [key.verifier]
    said = Checkpoint(conf(app).origin, 300, root_anew(300))
    assert Checkpoint.parse(note.text) == said
    assert (signed.root, signed.vkey) == (said.root.hex(), str(key.verifier))


def test_bytes_of_a_leaf_are_canonical_json(app: Flask, session: Session) -> None:
    sequenced(app, 5)
    for row in placed(session, 0, 5):
        assert row.data(row.seq or 0) == plainly(session.get_one(Leaf, row.id))
        assert json.loads(row.data(3))["seq"] == 3


def test_nothing_new_writes_nothing(app: Flask, session: Session) -> None:
    sequenced(app, 3)
    assert sequencer.drain(app) == 0
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SignedCheckpoint)) == 1


def test_the_tree_grows_over_many_batches(app: Flask, session: Session) -> None:
    sequenced(app, 10)
    facts(2_100)
    assert sequencer.drain(app) == 2_100
    assert newest(session).root == root_anew(2_110).hex()


def test_a_life_line_knows_its_places(app: Flask, session: Session) -> None:
    facts(2)
    assert timeline(session, ("thing", 1))[0].url is None
    create_key(conf(app))
    sequencer.drain(app)
    session.rollback()
    assert timeline(session, ("thing", 1))[0].url == "/log/entries/1"


def test_a_fact_too_large_for_an_entry_is_refused(app: Flask, session: Session) -> None:
    with transaction() as writing, pytest.raises(Invalid, match="63 KB"):
        record(writing, "thing.done", [], {"words": "界" * (MOST_BYTES // 3)}, START)
    assert session.scalar(select(func.count()).select_from(Leaf)) == 0


def test_without_a_key_facts_get_places_but_no_signature(app: Flask, session: Session) -> None:
    facts(3)
    assert sequencer.drain(app) == 3
    assert signer_state(session) == "no_key"
    assert newest_checkpoint(session) is None
    create_key(conf(app))
    sequencer.drain(app)
    assert signer_state(session) == "signing"
    assert newest_checkpoint(session) is not None


def test_another_key_signs_nothing(app: Flask, session: Session) -> None:
    old = sequenced(app, 3)
    path = conf(app).log_key_path
    path.write_text(str(SigningKey.create(old.name)))
    facts(2)
    sequencer.drain(app)
    assert signer_state(session) == "other_key"
    assert newest(session).size == 3
    path.write_text(str(old))
    sequencer.drain(app)
    assert newest(session).size == 5


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("", "bad_key"),
        ("PRIVATE+KEY+city.example/log+00000000+AAAA", "bad_key"),
        (str(KEY).replace("KEY+else", "KEY+some"), "bad_key"),
        (str(KEY), "other_name"),
    ],
    ids=["empty", "short", "renamed", "of another log"],
)
def test_a_key_that_cannot_be_used_is_told(app: Flask, written: str, state: str) -> None:
    facts(1)
    settings = replace(conf(app), log_origin="city.example/log")
    settings.log_key_path.parent.mkdir(exist_ok=True)
    settings.log_key_path.write_text(written)
    sequencer.step(settings)
    assert signer_state(db.session) == state


def test_a_tree_whose_signed_part_changed_is_not_signed(app: Flask, session: Session) -> None:
    sequenced(app, 3)
    with unguarded() as connection:
        connection.execute(text("UPDATE log_tile SET hashes = :other"), {"other": bytes(96)})
    facts(1)
    sequencer.drain(app)
    assert signer_state(session) == "changed_tree"


def test_a_tree_that_lost_leaves_stops_the_sequencer(app: Flask, session: Session) -> None:
    sequenced(app, 3)
    with unguarded() as connection:
        connection.execute(text("DELETE FROM log_tile"))
    facts(1)
    sequencer.drain(app)
    assert signer_state(session) == "broken"
    session.rollback()
    assert session.scalar(select(func.count()).where(Leaf.seq.is_(None))) == 1


@pytest.mark.parametrize("point", [*POINTS, "before the commit", "between tree and signature"])
def test_a_sequencer_killed_at_any_point_is_taken_up(
    app: Flask, session: Session, point: str
) -> None:
    key = create_key(conf(app))
    facts(300)
    process, pipe = apart.start(app, sequence, point)
    process.join()
    pipe.close()
    assert process.exitcode == 9
    facts(5)
    sequencer.drain(app)
    assert newest(session).size == 305
    assert newest(session).root == root_anew(305).hex()
    assert Note.parse(newest(session).note).signers([key.verifier])


@pytest.fixture
def loop(app: Flask) -> Iterator[Event]:
    """A sequencer at work in a thread of its own."""
    stop = Event()
    thread = Thread(target=sequencer.run, args=(app, stop))
    thread.start()
    yield stop
    stop.set()
    thread.join(10)


def test_of_two_sequencers_one_waits(app: Flask, loop: Event, session: Session) -> None:
    create_key(conf(app))
    facts(1)
    _until(session, 1)
    second = Thread(target=_drain, args=(app,))
    second.start()
    second.join(0.5)
    assert second.is_alive()
    loop.set()
    second.join(10)
    assert not second.is_alive()


def _drain(app: Flask) -> None:
    with app.app_context():
        sequencer.drain(app)


def _until(session: Session, size: int) -> None:
    for _ in range(100):
        session.rollback()
        found = newest_checkpoint(session)
        if found and found.size == size:
            return
        Event().wait(0.1)
    raise AssertionError("the sequencer did not come to it")
