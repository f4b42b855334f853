"""The rows of a Pabulib file, each knowing where it stands in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from fractions import Fraction

from budgeting.tally.numbers import Number
from budgeting.tally.pabulib.faults import PabulibError

SECTIONS = ("META", "PROJECTS", "VOTES")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def decode(data: bytes) -> str:
    """Text of a file, with or without a byte-order mark. Raises PabulibError if not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
        wrong = text.find("\0")
        before = text[:wrong] if wrong >= 0 else None
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
    if before is not None:
        *lines, last = before.split("\n")
        raise PabulibError("encoding", len(lines) + 1, len(last) + 1)
    return text


class Rows:
    """Reads a file section by section, one row of cells at a time, and places errors in it."""

    def __init__(self, text: str) -> None:
        self._lines = list(io.StringIO(text, newline=""))
        self._reader = csv.reader(self._lines, delimiter=";", strict=True)
        self.line = 1
        self.columns: list[str] = []

    def __iter__(self) -> Iterator[list[str]]:
        """Every row that is not blank."""
        while True:
            self.line = self._reader.line_num + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise PabulibError("malformed", self.line, 1) from error
            if any(row):
                yield row

    def section(self, following: str | None) -> Iterator[list[str]]:
        """The rows up to the section `following`, or to the end of the file if None."""
        for row in self:
            name = row[0].strip()
            if name in SECTIONS and not any(row[1:]):
                if name != following:
                    raise self.error("section_order", found=name, expected=following or "-")
                return
            yield row
        if following:
            raise self.error("section_missing", section=following)

    def read_columns(self, section: str, needed: tuple[str, ...]) -> None:
        """Take the next row as the names of the section's columns."""
        row = next(iter(self), [])
        self.columns = [name.strip().lower() for name in row]
        while self.columns and not self.columns[-1]:
            self.columns.pop()
        for name in needed:
            if name not in self.columns:
                raise self.error("column_missing", section=section, name=name)
        first: dict[str, int] = {}
        for cell, name in enumerate(self.columns):
            if first.setdefault(name, cell) != cell:
                raise self.error("column_repeated", cell, name=name)

    def cells(self, row: list[str]) -> list[str]:
        """The row's cells, one for each column, without surrounding spaces."""
        width = len(self.columns)
        if len(row) != width and (len(row) < width or any(row[width:])):
            raise self.error("row_width", found=len(row), expected=width)
        return [cell.strip() for cell in row[:width]]

    def number(self, text: str, field: str, cell: int, *, at_least_zero: bool = True) -> Number:
        """An exact number from a cell; `field` names it in the error."""
        if not _NUMBER.fullmatch(text):
            comma = _NUMBER.fullmatch(text.replace(",", ".", 1))
            raise self.error("decimal_comma" if comma else "number", cell, value=text, field=field)
        value = Fraction(text) if "." in text else int(text)
        if at_least_zero and value < 0:
            raise self.error("negative", cell, value=text, field=field)
        return int(value) if value.denominator == 1 else value

    def error(self, code: str, cell: int = 0, **params: object) -> PabulibError:
        """An error at a cell (from 0) of the current row, or on the last line if all are read."""
        first = max(min(self.line, len(self._lines)), 1)
        text = "".join(self._lines[first - 1 : max(self._reader.line_num, first)])
        *lines, last = text[: _start_of(text, cell)].split("\n")
        return PabulibError(code, first + len(lines), len(last) + 1, **params)


def _start_of(text: str, cell: int) -> int:
    """Where a cell begins in the raw text of its row."""
    quoted, fresh = False, True
    for at, sign in enumerate(text):
        if cell == 0:
            return at
        if sign == '"' and (quoted or fresh):
            quoted = not quoted
        fresh = sign == ";" and not quoted
        cell -= fresh
    return len(text) if cell == 0 else 0
