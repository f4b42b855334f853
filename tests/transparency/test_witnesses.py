"""Witnesses: the real program over the loopback, asked by the log, and by forgers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from core.db import db
from tests.databases import unguarded
from tests.transparency.leaves import conf, facts, sequenced
from tests.transparency.test_tree import numbered
from tests.transparency.witness import NAME, Running, answering, says, witness_of
from tools import witness as program
from transparency import sequencer, tree, verify, witnessing
from transparency.cosignatures import WitnessKey, parse_witnesses, signed_at
from transparency.keys import SigningKey
from transparency.models import Cosignature, LogState
from transparency.notes import Checkpoint, Note
from transparency.signing import newest_checkpoint


def asking(app: Flask, setting: str) -> Settings:
    return replace(conf(app), witnesses=setting)


def state_of(session: Session, vkey: str) -> str:
    session.rollback()
    return session.get_one(LogState, vkey).state


def test_a_witness_signs_each_state_and_anybody_can_check_it(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    key = sequenced(app, 3)
    with witness_of(str(key.verifier), tmp_path) as running:
        settings = asking(app, running.setting())
        assert witnessing.ask_all(settings)
        for count in (1, 300):
            facts(count)
            sequencer.drain(app)
            assert witnessing.ask_all(settings)
    session.rollback()
    assert session.scalars(select(Cosignature.size).order_by("size")).all() == [3, 4, 304]
    served = client.get("/log/checkpoint").text
    theirs = WitnessKey.parse(running.vkey)
    assert Note.parse(served).signers([key.verifier, theirs]) == [key.verifier, theirs]
    assert signed_at(Note.parse(served), theirs)
    assert verify.Checkpoint(served).signed_by(running.vkey)


def test_the_page_names_witnesses_and_their_trouble(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = sequenced(app, 3)
    with witness_of(str(key.verifier), tmp_path) as running:
        settings = asking(app, running.setting())
        witnessing.ask_all(settings)
    facts(1)
    sequencer.drain(app)
    assert not witnessing.ask_all(settings)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    page = client.get("/log/").text
    assert NAME in page
    assert "It can't be reached" in page
    assert "could show different people different histories" not in page


def test_a_witness_keeps_what_it_saw_over_a_restart(app: Flask, tmp_path: Path) -> None:
    key = sequenced(app, 3)
    with witness_of(str(key.verifier), tmp_path) as running:
        witnessing.ask_all(asking(app, running.setting()))
    facts(5)
    sequencer.drain(app)
    # What the log knows of its witness is lost; the witness tells it where to begin.
    with unguarded() as connection:
        connection.exec_driver_sql("DELETE FROM cosignature")
    with witness_of(str(key.verifier), tmp_path) as running:
        assert witnessing.ask_all(asking(app, running.setting()))


def test_a_witness_refuses_a_log_that_was_rewritten(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    key = sequenced(app, 5)
    with witness_of(str(key.verifier), tmp_path) as running:
        settings = asking(app, running.setting())
        witnessing.ask_all(settings)
        _rewrite()
        facts(2)
        sequencer.drain(app)
        assert not witnessing.ask_all(settings)
        assert state_of(session, running.vkey) == "inconsistent"


def test_a_witness_refuses_a_log_that_was_rolled_back(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    key = sequenced(app, 5)
    with witness_of(str(key.verifier), tmp_path) as running:
        settings = asking(app, running.setting())
        witnessing.ask_all(settings)
        with unguarded() as connection:
            connection.exec_driver_sql("DELETE FROM leaf_subject")
            connection.exec_driver_sql("DELETE FROM leaf WHERE seq > 2")
        _rewrite()
        sequencer.drain(app)
        assert not witnessing.ask_all(settings)
        assert state_of(session, running.vkey) == "ahead"


def _rewrite() -> None:
    with unguarded() as connection:
        for table in ("cosignature", "checkpoint", "log_tile"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE leaf SET seq = NULL, type = 'other'")


LOG = SigningKey("log.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def body(old: int, size: int, proof: list[bytes], **values: str) -> str:
    """A request about the numbered tree."""
    lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
    root = tree.root(numbered(size), size)
    text = str(Checkpoint(values.get("origin", LOG.name), size, root))
    return f"old {old}\n{lines}\n{(LOG if 'forged' not in values else OTHER).sign(text)}"


OTHER = SigningKey(LOG.name, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))


def grown(old: int, size: int) -> str:
    return body(old, size, tree.prove_consistency(numbered(size), old, size) if old else [])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A witness that has seen the numbered tree of seven."""
    with witness_of(str(LOG.verifier), tmp_path_factory.mktemp("witness")) as made:
        assert made.post(grown(0, 3))[0] == 200
        assert made.post(grown(3, 7))[0] == 200
        yield made


FORK = str(LOG.sign(str(Checkpoint(LOG.name, 7, bytes(32)))))


@pytest.mark.parametrize(
    ("request_body", "status"),
    [
        (grown(3, 7), 409),
        (grown(0, 9), 409),
        (f"old 7\n\n{FORK}", 409),
        (body(7, 5, []), 400),
        (body(7, 9, [bytes(32)]), 422),
        (body(7, 9, []), 422),
        (body(7, 9, [bytes(31)]), 400),
        (body(7, 9, [bytes(32)] * 64), 400),
        (body(7, 9, [], forged="yes"), 403),
        (body(7, 9, [], origin="other.example/log"), 404),
        ("", 400),
        ("old 07\n\n" + FORK, 400),
        ("old 7\n" + FORK, 400),
        ("new 7\n\n" + FORK, 400),
        ("old " + "9" * 5000 + "\n\n" + FORK, 400),
        ("x" * 70_000, 413),
    ],
    ids=[
        "from before",
        "from nothing",
        "another root",
        "shrunk",
        "wrong proof",
        "no proof",
        "short hash",
        "many hashes",
        "another key",
        "another log",
        "empty",
        "odd number",
        "no blank line",
        "other word",
        "huge number",
        "long",
    ],
)
def test_a_witness_answers_as_the_specification_says(
    running: Running, request_body: str, status: int
) -> None:
    answer = running.post(request_body)
    assert answer[0] == status
    if status == 409:
        assert answer[1:] == ("text/x.tlog.size", "7\n")
    assert running.post(grown(7, 7))[0] == 200


def test_a_witness_signs_growth_with_the_time(running: Running) -> None:
    status, _, line = running.post(grown(7, 7))
    assert status == 200
    note = Note.parse(str(LOG.sign(str(Checkpoint(LOG.name, 7, tree.root(numbered(7), 7))))) + line)
    assert signed_at(note, WitnessKey.parse(running.vkey))
    assert running.post(grown(7, 7), "/elsewhere")[0] == 404


def test_two_witnesses_cannot_share_what_they_saw(tmp_path: Path) -> None:
    key = str(program.Key("w", program.WITNESS, bytes(32)))
    secret = "PRIVATE+KEY+" + key
    first = program.Witness(secret, tmp_path, [])
    with pytest.raises(BlockingIOError):
        program.Witness(secret, tmp_path, [])
    first.alone.close()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (says(200, "hello"), "failed"),
        (says(200, "— other.example/w AAAAAAAA\n"), "other_key"),
        (says(200, f"— {NAME} AAAAAAAA\n"), "other_key"),
        (says(200, "x" * 100_000), "unreachable"),
        (says(500, "oh"), "failed"),
        (says(403, ""), "unknown"),
        (says(409, "x", "text/x.tlog.size"), "inconsistent"),
        (says(409, "99", "text/x.tlog.size"), "ahead"),
        (says(409, "1", "text/x.tlog.size"), "inconsistent"),
        (says(302, ""), "failed"),
    ],
    ids=range(10),
)
def test_what_is_no_signature_is_not_kept(
    app: Flask, session: Session, answer: Callable[..., None], state: str
) -> None:
    sequenced(app, 3)
    vkey = str(WitnessKey(NAME, SigningKey.create(NAME).verifier.public))
    with answering(answer) as address:
        assert not witnessing.ask_all(asking(app, f"{vkey} {address}"))
    assert state_of(session, vkey) == state
    assert session.scalar(select(Cosignature)) is None
    assert newest_checkpoint(db.session)


@pytest.mark.parametrize(
    "setting", ["x", "a+b+c http://w", f"{LOG.verifier} http://w", "x ftp://w"]
)
def test_a_setting_that_is_none_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=r"witness|key|base64"):
        parse_witnesses(setting)
