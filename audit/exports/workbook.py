"""The lines as an Excel workbook, in constant memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from sqlalchemy.orm import Session

from audit.exports.book import Book
from audit.exports.columns import COLUMNS, Cell
from audit.exports.rows import Row, rows_of
from audit.exports.values import units
from core.clock import local_zone
from core.i18n import gettext as _
from ledger.words import LINES

MOST_ROWS = 1_048_576  # in one sheet, its head included
LONGEST = 32_767  # characters in one cell
CHUNK = 1 << 18
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx_file(session: Session, book: Book) -> Iterator[bytes]:
    """The lines, as many sheets as they need, and a sheet of sums. Written to disk before the
    first piece comes."""
    with tempfile.TemporaryFile() as file:
        _write(file, book, rows_of(session, book))
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _write(file: IO[bytes], book: Book, rows: Iterable[Row]) -> None:
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        workbook.set_properties({"title": book.title, "created": book.at.replace(tzinfo=None)})
        sheets = _Sheets(workbook)
        for row in rows:
            sheets.add(row)
        _sums(workbook, sheets.formats, book)


class _Sheets:
    """Lines spread over as many sheets as are needed."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._zone = local_zone()
        self.formats = {
            "head": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            0: workbook.add_format({"num_format": "#,##0;[Red]-#,##0"}),
            2: workbook.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"}),
        }
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        self._row = 0
        name = _("Every line")
        if self._number > 1:
            name = f"{name} {self._number}"
        self._sheet = self._workbook.add_worksheet(name)
        for place, column in enumerate(COLUMNS):
            self._sheet.set_column(place, place, column.width)
        self._sheet.freeze_panes(1, 1)
        for place, column in enumerate(COLUMNS):
            self._sheet.write_string(0, place, str(column.title), self.formats["head"])

    def add(self, row: Row) -> None:
        """Write a line beneath those before."""
        self._row += 1
        if self._row >= MOST_ROWS:
            self._begin()
            self._row = 1
        for place, column in enumerate(COLUMNS):
            self._cell(place, column.cell(row))

    def _cell(self, place: int, cell: Cell) -> None:
        if isinstance(cell, Decimal):
            digits = -int(cell.as_tuple().exponent)
            self._sheet.write_number(self._row, place, cell, self.formats[digits])
        elif isinstance(cell, int):
            self._sheet.write_number(self._row, place, cell)
        elif isinstance(cell, datetime):
            local = cell.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, place, local, self.formats["datetime"])
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, place, cell, self.formats["date"])
        elif isinstance(cell, str) and cell:
            self._sheet.write_string(self._row, place, cell[:LONGEST])


def _sums(workbook: Any, formats: dict[Any, Any], book: Book) -> None:
    """What the lines add up to, kept apart from them by the ledger itself."""
    sheet = workbook.add_worksheet(_("Sums"))
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 4, 16)
    head = (_("What happened"), _("Booking code"), _("Currency"), _("Lines"), _("Amount"))
    for place, title in enumerate(head):
        sheet.write_string(0, place, title, formats["head"])
    for row, total in enumerate(book.totals, 1):
        amount = units(total.amount, total.currency)
        sheet.write_string(row, 0, str(LINES.get(total.code, total.code)))
        sheet.write_string(row, 1, total.code)
        sheet.write_string(row, 2, total.currency)
        sheet.write_number(row, 3, total.lines)
        sheet.write_number(row, 4, amount, formats[-int(amount.as_tuple().exponent)])
