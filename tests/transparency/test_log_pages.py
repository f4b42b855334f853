"""The log over HTTP: as C2SP tlog-tiles has it for programs, and in plain words for people."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from core.db import transaction
from tests.conftest import START
from tests.databases import unguarded
from tests.transparency.leaves import conf, facts, root_anew, sequenced
from transparency import sequencer
from transparency.keys import SigningKey, create_key
from transparency.log import record
from transparency.notes import Checkpoint, Note, VerifierKey
from transparency.tiles import HASH, WIDTH, At, reader
from transparency.tree import includes, is_consistent, leaf_hash, root

Counting = Callable[[], AbstractContextManager[list[str]]]


def checkpoint(client: FlaskClient) -> Checkpoint:
    note = Note.parse(client.get("/log/checkpoint").text)
    key = VerifierKey.parse(client.get("/log/vkey").text.strip())
    assert note.signers([key]) == [key]
    return Checkpoint.parse(note.text)


def test_tiles_and_bundles_give_the_signed_root(app: Flask, client: FlaskClient) -> None:
    sequenced(app, 600)
    signed = checkpoint(client)
    tiles: dict[At, bytes] = {}
    for (level, place), path in {
        (0, 0): "0/000",
        (0, 1): "0/001",
        (0, 2): "0/002.p/88",
        (1, 0): "1/000.p/2",
    }.items():
        answer = client.get(f"/log/tile/{path}")
        assert answer.content_type == "application/octet-stream"
        assert "immutable" in answer.headers["Cache-Control"]
        tiles[level, place] = answer.data
    assert root(reader(tiles), 600) == signed.root

    data = client.get("/log/tile/entries/002.p/88").data
    hashes = b""
    while data:
        length = int.from_bytes(data[:2], "big")
        hashes += leaf_hash(data[2 : 2 + length])
        data = data[2 + length :]
    assert hashes == tiles[0, 2]
    assert len(client.get("/log/tile/0/001.p/17").data) == 17 * HASH


@pytest.mark.parametrize(
    "path",
    [
        "0/001.p/45",
        "0/001",
        "0/002.p/1",
        "1/000.p/2",
        "00/000",
        "64/000",
        "-1/000",
        "0/x000/000",
        "0/000.p/256",
        "entries/001",
        "entries/001.p/45",
        "entries/x999/x999/x999/x999/000",
        "0/x999/x999/x999/x999/000",
        "x/000",
    ],
)
def test_tiles_that_there_are_not_are_not_found(app: Flask, client: FlaskClient, path: str) -> None:
    sequenced(app, WIDTH + 44)
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_an_entry_is_told_and_proved(
    app: Flask, client: FlaskClient, count_queries: Counting
) -> None:
    sequenced(app, 300)
    with count_queries() as queries:
        page = client.get("/log/entries/17")
    assert "第17件" in page.text
    assert "300" in page.text
    assert len(queries) <= 5
    proof = client.get("/log/entries/17/proof.json").json
    assert proof
    note = Note.parse(proof["checkpoint"])
    assert note.signers([VerifierKey.parse(proof["vkey"])])
    signed = Checkpoint.parse(note.text)
    leaf = leaf_hash(base64.b64decode(proof["leaf"]))
    hashes = [base64.b64decode(one) for one in proof["hashes"]]
    assert includes(17, 300, leaf, hashes, signed.root)
    assert signed.root == root_anew(300)


def test_an_entry_that_is_not_signed_says_so(app: Flask, client: FlaskClient) -> None:
    facts(1)
    sequencer.drain(app)
    page = client.get("/log/entries/0")
    assert "the next signature will cover it" in page.text
    assert client.get("/log/entries/0/proof.json").json["checkpoint"] is None  # type: ignore[index]  # JSON


@pytest.mark.parametrize("path", ["/log/entries/5", "/log/entries/99999999999999999999"])
def test_an_entry_that_there_is_not_is_not_found(
    app: Flask, client: FlaskClient, path: str
) -> None:
    sequenced(app, 5)
    answer = client.get(path)
    assert answer.status_code == 404
    assert "no entry of this number" in answer.text


def test_the_log_proves_that_it_only_grew(app: Flask, client: FlaskClient) -> None:
    sequenced(app, 5)
    old = checkpoint(client)
    facts(300)
    sequencer.drain(app)
    new = checkpoint(client)
    proof = client.get("/log/consistency?from=5").json
    assert proof
    hashes = [base64.b64decode(one) for one in proof["hashes"]]
    assert base64.b64decode(proof["from_root"]) == old.root
    assert is_consistent((5, 305), (old.root, new.root), hashes)


@pytest.mark.parametrize("size", ["", "0", "-1", "6", "x", "٣", "9" * 30])
def test_a_size_that_was_never_signed_has_no_proof(
    app: Flask, client: FlaskClient, size: str
) -> None:
    sequenced(app, 5)
    assert client.get("/log/consistency", query_string={"from": size}).status_code == 404


def test_the_page_says_how_the_log_is(
    app: Flask, client: FlaskClient, count_queries: Counting
) -> None:
    key = sequenced(app, 5)
    facts(2)
    with count_queries() as queries:
        page = client.get("/log/").text
    assert len(queries) <= 6
    assert "5 entries are signed" in page
    assert "2 facts are recorded and wait" in page
    assert str(key.verifier).replace("+", "&#43;") in page.replace("+", "&#43;")
    assert hashlib.sha256(str(key.verifier).encode()).hexdigest() in page
    assert "could show different people different histories" in page


def test_an_empty_log_has_a_page_and_no_checkpoint(client: FlaskClient) -> None:
    assert "Nothing is signed yet" in client.get("/log/").text
    for path in ("checkpoint", "vkey", "tile/0/000", "tile/entries/000"):
        assert client.get(f"/log/{path}").status_code == 404
    assert client.get("/log/gongzhi-log.zip").status_code == 409


def test_the_page_says_that_the_key_is_missing_or_changed(app: Flask, client: FlaskClient) -> None:
    facts(1)
    sequencer.drain(app)
    assert "the log's key is not there" in client.get("/log/").text
    create_key(conf(app))
    sequencer.drain(app)
    conf(app).log_key_path.write_text(str(SigningKey.create(conf(app).origin)))
    sequencer.drain(app)
    assert "the key is not the one that signed before" in client.get("/log/").text


def test_the_page_says_that_the_past_was_changed(app: Flask, client: FlaskClient) -> None:
    sequenced(app, 3)
    with unguarded() as connection:
        connection.execute(text("UPDATE log_tile SET hashes = :other"), {"other": bytes(96)})
    facts(1)
    sequencer.drain(app)
    assert "Somebody changed the past" in client.get("/log/").text


def test_a_sequencer_that_sleeps_is_told(
    app: Flask, client: FlaskClient, clock: Callable[..., None]
) -> None:
    with transaction() as session:
        record(session, "thing.done", [], {}, START.replace(year=2025))
    assert "seems not to run" in client.get("/log/").text


def test_the_programs_can_be_downloaded(client: FlaskClient) -> None:
    for name in ("verify.py", "witness.py"):
        answer = client.get(f"/log/{name}")
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert answer.data.startswith(b'"""')
