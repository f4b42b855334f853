"""Recording facts in the caller's transaction, and reading a thing's life back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from core.canonical import canonical
from core.db import Base, is_sqlite
from core.errors import Invalid
from core.i18n import lazy_gettext
from transparency.leaves import MOST_BYTES, Pairs, leaf_bytes
from transparency.models import Leaf, LeafSubject

Subject = tuple[str, int | str]
# What a place in the log can be at most in the database, and so the longest there is.
MOST_LEAVES = 2**31 - 1
# Every change of state writes these, so they go past the unit of work; PostgreSQL in one message.
_INSERT = insert(Base.metadata.tables["leaf"]).returning(Leaf.id)
_LINK = insert(Base.metadata.tables["leaf_subject"])
_BOTH = text("""
    WITH made AS (
        INSERT INTO leaf (type, occurred_at, body) VALUES (:type, :occurred_at, :body)
        RETURNING id
    ), linked AS (
        INSERT INTO leaf_subject (leaf_id, kind, ref)
        SELECT id, kind, ref
        FROM made, unnest(CAST(:kinds AS text[]), CAST(:refs AS text[])) AS about (kind, ref)
    )
    SELECT id FROM made
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded fact as pages show it; ``number`` is its place in the record, ``seq`` its place
    in the public log, None until the sequencer has given it one."""

    number: int
    type: str
    at: datetime
    body: dict[str, Any]
    seq: int | None = None

    @property
    def url(self) -> str | None:
        """The page that proves it, once there is one."""
        return None if self.seq is None else f"/log/entries/{self.seq}"


def record(
    session: Session,
    type_: str,
    subjects: Iterable[Subject],
    body: dict[str, Any],
    now: datetime,
) -> int:
    """Append a fact to the record, within the caller's transaction; gives its number.

    ``type_`` is dotted, such as ``project.submitted``; ``subjects`` are the things it is
    about; ``body`` holds JSON values without personal data or ballot choices, integers
    within 2^53. Raises ``rfc8785.CanonicalizationError`` for anything else, and
    ``core.errors.Invalid`` for more than an entry of the log can hold.
    """
    pairs = [(kind, str(ref)) for kind, ref in subjects]
    row = {"type": type_, "occurred_at": now, "body": _body(type_, body, pairs, now)}
    session.flush()
    connection = session.connection()
    if not is_sqlite(session):
        about = {"kinds": [kind for kind, _ in pairs], "refs": [ref for _, ref in pairs]}
        return int(connection.execute(_BOTH, row | about).scalar_one())
    leaf = int(connection.execute(_INSERT, row).scalar_one())
    if pairs:
        links = [{"leaf_id": leaf, "kind": kind, "ref": ref} for kind, ref in pairs]
        connection.execute(_LINK, links)
    return leaf


def record_many(
    session: Session, type_: str, facts: Sequence[tuple[Subject, dict[str, Any]]], now: datetime
) -> None:
    """Append many facts of one type, each about one thing, in the given order."""
    if not facts:
        return
    rows = [
        {
            "type": type_,
            "occurred_at": now,
            "body": _body(type_, body, [(kind, str(ref))], now),
        }
        for (kind, ref), body in facts
    ]
    ids = session.scalars(insert(Leaf).returning(Leaf.id, sort_by_parameter_order=True), rows)
    links = [
        {"leaf_id": leaf, "kind": kind, "ref": str(ref)}
        for leaf, ((kind, ref), _) in zip(ids, facts, strict=True)
    ]
    session.execute(insert(LeafSubject), links)


def timeline(
    session: Session,
    subject: Subject,
    *,
    types: Sequence[str] = (),
    limit: int = 200,
    before: int | None = None,
) -> list[Entry]:
    """The recorded life of one thing, newest first, at most ``limit`` entries; only those whose
    number is below ``before`` where it is given."""
    rows = (
        select(Leaf.id, Leaf.type, Leaf.occurred_at, Leaf.body, Leaf.seq)
        .join(LeafSubject, LeafSubject.leaf_id == Leaf.id)
        .where(LeafSubject.kind == subject[0], LeafSubject.ref == str(subject[1]))
        .order_by(Leaf.id.desc())
        .limit(limit)
    )
    if types:
        rows = rows.where(Leaf.type.in_(types))
    if before is not None:
        rows = rows.where(Leaf.id < before)
    return [Entry(i, t, at, json.loads(body), seq) for i, t, at, body, seq in session.execute(rows)]


def _body(type_: str, body: dict[str, Any], subjects: Pairs, now: datetime) -> str:
    written = canonical(body).decode()
    if len(leaf_bytes(MOST_LEAVES, type_, now, written, subjects)) > MOST_BYTES:
        most = MOST_BYTES // 1024
        raise Invalid(
            lazy_gettext(
                "This is too long for the public record, which takes %(most)s KB at a time.",
                most=most,
            )
        )
    return written
