"""What every statement file comes to, whatever its format, and how a fault in one is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import IO, NoReturn

from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from core.text import tidy_line

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 50_000
CHUNK = 64 * 1024
EARLIEST = date(2000, 1, 1)
LONGEST_REFERENCE = 140
LONGEST_NAME = 140
LONGEST_TEXT = 500
LONGEST_ID = 80


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booked line, as the account's owner sees it: incoming money is positive.

    ``amount`` is in minor units and never zero; ``row`` is the line of the file it stood in.
    """

    row: int
    booked_on: date
    amount: int
    currency: str
    reference: str = ""
    counterparty: str = ""
    text: str = ""
    bank_id: str = ""

    def tidied(self) -> StatementLine:
        """The line with its texts on one line each and no longer than they are kept."""
        return replace(
            self,
            reference=_cut(self.reference, LONGEST_REFERENCE),
            counterparty=_cut(self.counterparty, LONGEST_NAME),
            text=_cut(self.text, LONGEST_TEXT),
            bank_id=_cut(self.bank_id, LONGEST_ID),
        )


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A statement that was read to its end and adds up.

    ``account`` is the account's number as the file gives it ("" when it gives none);
    ``opening`` and ``closing`` are minor units, ``None`` when the file does not say them;
    ``lines`` stand in the order in which the bank booked them.
    """

    format: str
    account: str
    currency: str
    opening: int | None
    closing: int | None
    from_on: date
    to_on: date
    lines: tuple[StatementLine, ...]
    sha256: str


class Hashing:
    """Reads a stream in pieces, counts and hashes them, and stops at ``MOST_BYTES``."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        """The pieces. Raises ``Invalid`` as soon as there is one too many, or none at all."""
        while piece := self._stream.read(CHUNK):
            self.size += len(piece)
            if self.size > MOST_BYTES:
                refuse(lazy_gettext("The file is larger than 20 MB. Please send it in parts."))
            self._hash.update(piece)
            yield piece
        if not self.size:
            refuse(lazy_gettext("The file is empty."))

    @property
    def sha256(self) -> str:
        """The hash of what has been read so far, in hex."""
        return self._hash.hexdigest()


def read_bounded(stream: IO[bytes]) -> tuple[bytes, str]:
    """A whole file and its SHA-256 in hex.

    Raises ``Invalid`` while reading once it is larger than ``MOST_BYTES``.
    """
    pieces = Hashing(stream)
    content = b"".join(pieces)
    return content, pieces.sha256


def refuse(problem: Message, row: int | None = None, column: int | str | None = None) -> NoReturn:
    """Raise ``fault`` of the same."""
    raise fault(problem, row, column)


def fault(problem: Message, row: int | None = None, column: int | str | None = None) -> Invalid:
    """An ``Invalid`` (field ``file``) that says in which line and column the problem is."""
    if row is not None and column is not None:
        problem = lazy_gettext(
            "Line %(line)s, column %(column)s: %(problem)s",
            line=row,
            column=column,
            problem=problem,
        )
    elif row is not None:
        problem = lazy_gettext("Line %(line)s: %(problem)s", line=row, problem=problem)
    return Invalid(problem, fields={"file": problem})


def _cut(text: str, most: int) -> str:
    return tidy_line(text)[:most].rstrip()
