"""Recorded facts for tests of the log, and the log worked out anew from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from config import Settings
from core.canonical import canonical
from core.db import db, transaction
from tests.conftest import START
from tests.transparency.test_tree import reader
from transparency import sequencer, tree
from transparency.keys import SigningKey, create_key
from transparency.log import Subject, record
from transparency.models import Leaf


def facts(count: int, type_: str = "thing.done", at: datetime = START) -> None:
    """Record so many facts."""
    with transaction() as session:
        for number in range(count):
            subjects: list[Subject] = [("thing", number), ("area", "é界")] if number % 3 else []
            body = {"number": number, "words": f"第{number}件\n\u007f", "sums": [1, -(2**53) + 1]}
            record(session, type_, subjects, body, at + timedelta(microseconds=number))


def sequenced(app: Flask, count: int) -> SigningKey:
    """A signed log of so many facts; gives its key."""
    key = create_key(conf(app))
    facts(count)
    sequencer.drain(app)
    return key


def conf(app: Flask) -> Settings:
    """The application's settings."""
    found: Settings = app.config["SETTINGS"]
    return found


def plainly(leaf: Leaf) -> bytes:
    """A leaf's bytes, put together as the documentation says."""
    at = leaf.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    value: dict[str, Any] = {"v": 1, "type": leaf.type, "seq": leaf.seq, "occurred_at": at}
    if leaf.subjects:
        value["subjects"] = sorted([s.kind, s.ref] for s in leaf.subjects)
    encoded = canonical(value | {"body": 0})
    return encoded.replace(b'"body":0', b'"body":' + leaf.body.encode())


def root_anew(size: int) -> bytes:
    """The root over the first leaves as they are in the database."""
    db.session.rollback()
    rows = select(Leaf).where(Leaf.seq < size).order_by(Leaf.seq)
    leaves = [plainly(leaf) for leaf in db.session.scalars(rows)]
    assert len(leaves) == size
    return tree.root(reader(leaves), size)
