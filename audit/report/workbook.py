"""The report as a workbook: a sheet a chapter, amounts as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from audit.exports.values import decimals, plain, units
from audit.report.model import Amount, Cell, Grid, Head, Report, Section
from audit.report.words import drawn_up, of_log, said, title

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST = 32_767  # characters in one cell
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def report_xlsx(report: Report) -> bytes:
    """The report in the language in force."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        workbook.set_properties(
            {"title": title(report.scope), "created": report.at.replace(tzinfo=None)}
        )
        formats = _formats(workbook, report.scope.currency)
        for place, section in enumerate(report.sections):
            name = f"{place + 1} {section.title}".translate(_FORBIDDEN)[:31].strip()
            sheet = _Sheet(workbook.add_worksheet(name), formats)
            if place == 0:
                sheet.lines(title(report.scope), drawn_up(report), of_log(report))
            sheet.section(section)
    return out.getvalue()


def _formats(workbook: Any, currency: str) -> dict[str, Any]:
    digits = decimals(currency)
    money = "#,##0" + ("." + "0" * digits if digits else "")
    bold = {"bold": True}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "head": workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        ),
        "money": workbook.add_format({"num_format": money}),
        "money_total": workbook.add_format({"num_format": money, "top": 1} | bold),
        "count": workbook.add_format({"num_format": "#,##0"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "text": workbook.add_format({}),
        "total": workbook.add_format({"top": 1} | bold),
    }


class _Sheet:
    """One chapter, written from the top down."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self._sheet, self._formats, self._row = sheet, formats, 0
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 9, 18)

    def lines(self, first: str, *rest: str) -> None:
        """What the whole report says of itself."""
        self._text(first, "title")
        for line in rest:
            self._text(line)
        self._row += 1

    def section(self, section: Section) -> None:
        """Its figures, then its tables."""
        self._text(section.title, "title")
        for line in (section.about, *section.notes):
            if line:
                self._text(line)
        self._row += 1
        for key in section.keys:
            self._cells([key.label, key.value, key.note])
        self._row += bool(section.keys)
        for grid in section.grids:
            self._grid(grid)

    def _grid(self, grid: Grid) -> None:
        self._text(grid.title, "total")
        if not grid.rows:
            self._text(grid.empty)
        else:
            self._heads(grid.heads)
            for row in grid.rows:
                self._cells(row)
            if grid.total:
                self._cells(grid.total, total=True)
        if grid.note and grid.rows:
            self._text(grid.note)
        self._row += 1

    def _heads(self, heads: Sequence[Head]) -> None:
        for place, head in enumerate(heads):
            self._sheet.write_string(self._row, place, head.title, self._formats["head"])
        self._row += 1

    def _text(self, text: str, style: str = "text") -> None:
        self._sheet.write_string(self._row, 0, plain(text)[:_LONGEST], self._formats[style])
        self._row += 1

    def _cells(self, row: Sequence[Cell], *, total: bool = False) -> None:
        for place, cell in enumerate(row):
            self._cell(place, cell, total=total)
        self._row += 1

    def _cell(self, place: int, cell: Cell, *, total: bool) -> None:
        if isinstance(cell, Amount):
            style = self._formats["money_total" if total else "money"]
            self._sheet.write_number(self._row, place, units(cell.minor, cell.currency), style)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, place, cell, self._formats["date"])
        elif isinstance(cell, int):
            self._sheet.write_number(self._row, place, cell, self._formats["count"])
        elif cell:
            style = self._formats["total" if total else "text"]
            self._sheet.write_string(self._row, place, plain(said(cell))[:_LONGEST], style)
