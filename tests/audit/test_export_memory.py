"""Exports of any size take as much memory as small ones."""

from __future__ import annotations

import tracemalloc
import uuid

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from audit.exports.formats import FORMATS
from ledger.models import Transfer
from tests.audit.exported import OF_LINES, book_of, busy_books
from tests.databases import unguarded
from tests.factories import Factory

MANY = 50_000
FEWER = 6_000  # enough to tell: held, each line takes more than a kilobyte
MOST_BYTES = 4_500_000


def fill(session: Session, make: Factory, lines: int) -> None:
    """As many lines as a city has in years, written past the triggers, which would add them up."""
    busy_books(make)
    one = session.scalars(select(Transfer).where(Transfer.code == "pay")).first()
    names = [column.name for column in Transfer.__table__.columns if column.name != "id"]
    shared = {name: getattr(one, name) for name in names}
    session.rollback()
    with unguarded() as connection:
        for start in range(0, lines, 5000):
            rows = [
                shared | {"idempotency_key": f"many{n}", "group_id": str(uuid.UUID(int=n))}
                for n in range(start, min(lines, start + 5000))
            ]
            connection.execute(insert(Transfer), rows)


def peak_of(session: Session, name: str) -> tuple[int, int]:
    """How many bytes a file has, and how many were held at once while it was made."""
    session.rollback()
    tracemalloc.start()
    try:
        size = sum(map(len, FORMATS[name].write(session, book_of(session))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return size, peak


def test_fifty_thousand_lines_are_never_held_at_once(session: Session, make: Factory) -> None:
    fill(session, make, MANY)
    size, peak = peak_of(session, "csv")
    assert size > 3 * MOST_BYTES
    assert peak < MOST_BYTES


@pytest.mark.parametrize("name", [name for name in OF_LINES if name != "csv"])
def test_no_format_holds_its_lines_or_its_file(session: Session, make: Factory, name: str) -> None:
    fill(session, make, FEWER)
    _, peak = peak_of(session, name)
    assert peak < MOST_BYTES
