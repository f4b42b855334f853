"""What exactly is committed to: the bytes of each leaf, from the rows that hold it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, cast, or_, select
from sqlalchemy.orm import Session

from core.db import is_sqlite
from transparency.models import Leaf, LeafSubject
from transparency.tree import leaf_hash

# What C2SP tlog-tiles lets an entry have at most.
MOST_BYTES = 65_535
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf as its rows hold it; ``seq`` is None until the sequencer has seen it."""

    id: int
    seq: int | None
    type: str
    at: datetime
    body: str
    subjects: Pairs

    def data(self, seq: int) -> bytes:
        """Its bytes at a place in the log."""
        return leaf_bytes(seq, self.type, self.at, self.body, self.subjects)

    def hash(self, seq: int) -> bytes:
        """The leaf hash of its bytes at a place in the log."""
        return leaf_hash(self.data(seq))


def leaf_bytes(seq: int, type_: str, at: datetime, body: str, subjects: Pairs) -> bytes:
    """RFC 8785 of ``{body, occurred_at, seq, subjects, type, v}``, where ``body`` is such JSON
    already; subjects are in order of kind and ref, and left out where there are none.

    The keys stand here in the order that RFC 8785 gives them, and its strings are those that
    Python writes, so that ten thousands of leaves a second can be put together.
    """
    about = json.dumps(sorted(subjects), ensure_ascii=False, separators=(",", ":"))
    return (
        f'{{"body":{body},"occurred_at":"{instant(at)}","seq":{seq},'
        + (f'"subjects":{about},' if subjects else "")
        + f'"type":{json.dumps(type_, ensure_ascii=False)},"v":1}}'
    ).encode()


def instant(at: datetime) -> str:
    """An instant in RFC 3339, in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def waiting(session: Session, most: int) -> list[LeafRow]:
    """The oldest leaves without a place in the log, in order of their identities."""
    return _with_subjects(session, _ROWS.where(Leaf.seq.is_(None)).order_by(Leaf.id).limit(most))


def placed(session: Session, start: int, count: int) -> list[LeafRow]:
    """The leaves from a place in the log on, in their order; fewer where some are missing."""
    span = Leaf.seq.between(start, start + count - 1)
    return _with_subjects(session, _ROWS.where(span).order_by(Leaf.seq))


def in_order(session: Session, size: int, part: int = 2_048) -> Iterator[list[LeafRow]]:
    """All leaves with places below ``size``, part by part."""
    for start in range(0, size, part):
        yield placed(session, start, min(part, size - start))


def not_below(session: Session, size: int, part: int = 2_048) -> Iterator[LeafRow]:
    """The leaves with a place of at least ``size``, or none yet, in order of their identities."""
    outside = or_(Leaf.seq.is_(None), Leaf.seq >= size)
    last = 0
    while rows := _with_subjects(
        session, _ROWS.where(outside, Leaf.id > last).order_by(Leaf.id).limit(part)
    ):
        yield from rows
        last = rows[-1].id


_ROWS = select(Leaf.id, Leaf.seq, Leaf.type, Leaf.occurred_at, Leaf.body)


def _with_subjects(
    session: Session, wanted: Select[int, int | None, str, datetime, str]
) -> list[LeafRow]:
    rows = session.execute(wanted).all()
    subjects = _subjects(session, [row.id for row in rows])
    return [LeafRow(*row, subjects.get(row.id, ())) for row in rows]


def _subjects(session: Session, leaves: list[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    of_leaves: ColumnElement[bool]
    if is_sqlite(session):
        of_leaves = LeafSubject.leaf_id.in_(leaves)
    else:
        # One value instead of a thousand: PostgreSQL prepares it once.
        of_leaves = LeafSubject.leaf_id == any_(cast(leaves, ARRAY(BigInteger)))
    links = select(LeafSubject.leaf_id, LeafSubject.kind, LeafSubject.ref).where(of_leaves)
    for leaf, kind, ref in session.execute(links):
        found[leaf].append((kind, ref))
    return found
