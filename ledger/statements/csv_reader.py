"""CSV statements, with the columns named by a mapping."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from core.text import tidy_line
from ledger.statements.balances import check_sum, in_order
from ledger.statements.file import (
    MOST_LINES,
    StatementFile,
    StatementLine,
    fault,
    read_bounded,
    refuse,
)
from ledger.statements.mapping import DATE_FORMATS, DELIMITERS, CsvMapping
from ledger.statements.values import Unreadable, amount_of, day_of, same_currency

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file, with what to say where a cell of it is wrong."""

    number: int
    cells: Sequence[str]
    places: Mapping[str, int]
    headings: Sequence[str]

    def cell(self, meaning: str) -> str:
        """What stands in the column of that meaning; "" when there is no such column."""
        place = self.places.get(meaning)
        return "" if place is None else _bare(self.cells[place])

    def where(self, meaning: str) -> str:
        """The column as a person finds it: its number, and its heading."""
        place = self.places[meaning]
        return f"{place + 1} ({self.headings[place][:40]})"


@dataclass(frozen=True, slots=True)
class Booked:
    """A line with the balance that the bank printed beside it, if it did."""

    line: StatementLine
    balance: int | None
    where: str


def read_csv(
    stream: IO[bytes],
    mapping: CsvMapping,
    *,
    currency: str,
    latest: date,
    opening: int | None = None,
    closing: int | None = None,
) -> StatementFile:
    """Read a whole CSV statement of an account in ``currency``, booked on ``latest`` or before.

    ``opening`` and ``closing`` (minor units) are what a person read on paper, where the file has
    no column of balances. Raises ``Invalid``, naming line and column, for the first fault.
    """
    mapping.checked()
    content, sha256 = read_bounded(stream)
    booked = list(_booked(decode(content, mapping.encoding), mapping, currency, latest))
    if not booked:
        refuse(lazy_gettext("There is no booked line in this file."))
    lines, first, last = in_order(booked)
    opening = first if opening is None else opening
    closing = last if closing is None else closing
    check_sum(opening, lines, closing, currency)
    return StatementFile(
        format="csv",
        account="",
        currency=currency,
        opening=opening,
        closing=closing,
        from_on=min(line.booked_on for line in lines),
        to_on=max(line.booked_on for line in lines),
        lines=lines,
        sha256=sha256,
    )


def decode(content: bytes, encoding: str) -> str:
    """The file's text. Raises ``Invalid`` at the first byte that does not belong."""
    if (at := content.find(b"\0")) >= 0:
        problem = lazy_gettext("This is not a CSV file: it has a zero byte.")
        raise _at_byte(content, at, problem, "utf-8")
    content = content.removeprefix(BOM)
    faults = list[tuple[int, str]]()
    for codec in ("utf-8", "gb18030") if encoding == "auto" else (encoding,):
        try:
            return content.decode(codec.removesuffix("-sig"))
        except UnicodeDecodeError as error:
            faults.append((error.start, codec))
    problem = lazy_gettext(
        "The characters are not %(encoding)s. Please choose another encoding, "
        "or save the file as CSV UTF-8.",
        encoding="UTF-8 / GB18030" if encoding == "auto" else encoding.upper(),
    )
    # The encoding that gets farther is most likely the one that was meant.
    at, codec = max(faults)
    raise _at_byte(content, at, problem, codec)


def _at_byte(content: bytes, at: int, problem: Message, codec: str) -> Invalid:
    before = content[content.rfind(b"\n", 0, at) + 1 : at].decode(codec, errors="replace")
    return fault(problem, content.count(b"\n", 0, at) + 1, len(before) + 1)


def _booked(text: str, mapping: CsvMapping, currency: str, latest: date) -> Iterator[Booked]:
    for count, row in enumerate(_rows(text, mapping)):
        if count >= MOST_LINES:
            refuse(
                lazy_gettext("More than 50,000 lines. Please send the statement in parts."),
                row.number,
            )
        found = _line(row, mapping, currency, latest)
        if found.line.amount:
            yield found


def _rows(text: str, mapping: CsvMapping) -> Iterator[Row]:
    """Every row with something in it, below the headings."""
    delimiter = DELIMITERS[mapping.delimiter]
    lines = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        for _ in range(mapping.skip):
            next(lines, None)
        headings = [tidy_line(_bare(cell)) for cell in next(lines, [])]
        places = _places(headings, mapping, lines.line_num)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield Row(lines.line_num, _even(cells, headings, lines.line_num), places, headings)
    except csv.Error:
        refuse(lazy_gettext("The quotes do not fit, or a cell is too long."), lines.line_num)


def _even(cells: list[str], headings: Sequence[str], row: int) -> list[str]:
    """As many cells as headings; empty ones at the end say nothing and may be too many."""
    wanted = len(headings)
    if len(cells) < wanted or any(cell.strip() for cell in cells[wanted:]):
        refuse(
            lazy_gettext(
                "This line has %(found)s cells, the headings are %(wanted)s.",
                found=len(cells),
                wanted=wanted,
            ),
            row,
            min(len(cells), wanted) + 1,
        )
    return cells


def _places(headings: Sequence[str], mapping: CsvMapping, row: int) -> dict[str, int]:
    names = [heading.casefold() for heading in headings]
    places = dict[str, int]()
    for meaning, wanted in mapping.columns().items():
        name = tidy_line(wanted).casefold()
        if names.count(name) == 1:
            places[meaning] = names.index(name)
        elif not names.count(name) and name.isdecimal() and 1 <= int(name) <= len(names):
            places[meaning] = int(name) - 1
        else:
            refuse(_no_column(wanted, headings, several=name in names), max(row, 1), wanted)
    return places


def _no_column(wanted: str, headings: Sequence[str], *, several: bool) -> Message:
    if several:
        return lazy_gettext("Several columns are called “%(name)s”: give its number.", name=wanted)
    return lazy_gettext(
        "No column is called “%(name)s”. There are: %(names)s.",
        name=wanted,
        names=", ".join(headings)[:300],
    )


def _line(row: Row, mapping: CsvMapping, currency: str, latest: date) -> Booked:
    at = "date"
    try:
        booked_on = day_of(row.cell(at), DATE_FORMATS[mapping.date_format], latest)
        if row.cell("currency"):
            at = "currency"
            same_currency(row.cell(at), currency)
        at = "amount" if mapping.amount else "paid_in"
        amount = _amount(row, mapping, currency)
        at = "balance"
        typed = row.cell(at)
        balance = amount_of(typed, currency, mapping.decimal) if typed else None
    except Unreadable as error:
        refuse(error.problem, row.number, row.where(at))
    line = StatementLine(
        row=row.number,
        booked_on=booked_on,
        amount=amount,
        currency=currency,
        reference=row.cell("reference"),
        counterparty=row.cell("counterparty"),
        text=row.cell("text"),
        bank_id=row.cell("bank_id"),
    )
    return Booked(line.tidied(), balance, row.where("balance") if mapping.balance else "")


def _amount(row: Row, mapping: CsvMapping, currency: str) -> int:
    if mapping.amount:
        typed = row.cell("amount")
        if not typed:
            raise Unreadable(lazy_gettext("The amount is missing."))
        return amount_of(typed, currency, mapping.decimal)
    sides = [
        amount_of(typed, currency, mapping.decimal) if (typed := row.cell(name)) else None
        for name in ("paid_in", "paid_out")
    ]
    if sides == [None, None]:
        raise Unreadable(lazy_gettext("The amount is missing."))
    paid_in, paid_out = (side or 0 for side in sides)
    if paid_in and paid_out:
        raise Unreadable(lazy_gettext("Money out and money in stand in one line."))
    # Some banks print money out with a minus in its own column, and corrections as red, negative
    # figures; both columns of one sign convention cannot be told apart, so a minus is refused.
    if paid_in < 0 or paid_out < 0:
        raise Unreadable(lazy_gettext("A minus does not belong in a column of its own side."))
    return paid_in - paid_out


def _bare(cell: str) -> str:
    """A cell without what keeps spreadsheets from changing it: a tab, or ="…"."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1].strip()
    return cell
