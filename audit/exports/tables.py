"""Tables as CSV, piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from audit.exports.book import Book
from audit.exports.columns import COLUMNS, Cell
from audit.exports.rows import rows_of
from audit.exports.values import unarmed

BOM = b"\xef\xbb\xbf"
AT_ONCE = 500


def as_text(cell: Cell) -> Cell:
    """Times as RFC 3339 in UTC, days as ISO 8601; the rest is for the writer."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%dT%H:%M:%SZ")
    return cell.isoformat() if isinstance(cell, date) else cell


def unarmed_text(cell: Cell) -> Cell:
    """The same for spreadsheets: words never act as formulas, numbers stay numbers."""
    return unarmed(cell) if isinstance(cell, str) else as_text(cell)


def csv_pieces(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """RFC 4180, in UTF-8."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(head)
    for place, row in enumerate(rows, 1):
        out.writerow(row)
        if place % AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data


def csv_file(session: Session, book: Book) -> Iterator[bytes]:
    """The lines as a table that spreadsheets open as it is meant, in the reader's language."""
    yield BOM
    rows = ([unarmed_text(one.cell(row)) for one in COLUMNS] for row in rows_of(session, book))
    yield from csv_pieces([str(one.title) for one in COLUMNS], rows)
