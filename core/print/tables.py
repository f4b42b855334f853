"""Tables that break over pages under a repeated head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from core.print.blocks import Column, Table
from core.print.setting import Setter, draw
from core.print.style import CELL, CELL_HEAD, CELL_TOTAL, INK, MEASURE, RULE, Face

PAD, BETWEEN = 3.0, 9.0  # above and below a row; between columns
MOST_LINES = 24  # of one row; a longer one goes on in a row beneath


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells are set already."""

    cells: tuple[list[str], ...]
    face: Face

    @property
    def high(self) -> float:
        """Its height with what is left free around it."""
        return max(1, *map(len, self.cells)) * self.face.leading + 2 * PAD


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the columns stand: left edges, widths, and which hold figures."""

    places: tuple[tuple[float, float, bool], ...]
    head: Row


class TableRows(Flowable):
    """Rows under their head; what does not fit goes on over the page under the same head."""

    def __init__(self, frame: Frame, rows: list[Row]) -> None:
        super().__init__()
        self.frame, self.rows = frame, rows
        self.spaceBefore, self.spaceAfter = 4.0, 12.0

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return MEASURE, self.frame.head.high + sum(row.high for row in self.rows)

    def split(self, _width: float, height: float) -> list[Flowable]:
        left, fit = height - self.frame.head.high, 0
        while fit < len(self.rows) and self.rows[fit].high <= left:
            left -= self.rows[fit].high
            fit += 1
        if 0 < fit == len(self.rows) - 1:  # the last row, often a total, is never alone
            fit -= 1
        if not 0 < fit < len(self.rows):
            return []
        return [TableRows(self.frame, self.rows[:fit]), TableRows(self.frame, self.rows[fit:])]

    def draw(self) -> None:
        y = self._row(self.frame.head, self.wrap(0, 0)[1])
        self._rule(y, INK, 0.8)
        for row in self.rows:
            if row.face is CELL_TOTAL:
                self._rule(y, INK, 0.8)
            y = self._row(row, y)
            self._rule(y, RULE, 0.5)

    def _row(self, row: Row, y: float) -> float:
        for (x, wide, figures), lines in zip(self.frame.places, row.cells, strict=True):
            draw(self.canv, lines, row.face, x, y - PAD, right=x + wide if figures else None)
        return y - row.high

    def _rule(self, y: float, colour: HexColor, thick: float) -> None:
        self.canv.setStrokeColor(colour)
        self.canv.setLineWidth(thick)
        self.canv.line(0, y, MEASURE, y)


def table_flow(setter: Setter, table: Table) -> list[Flowable]:
    """A table; a row that is higher than a page goes on in the rows beneath it."""
    places = _places(table.columns)
    titles = [column.title for column in table.columns]
    frame = Frame(places, _set(setter, titles, places, CELL_HEAD)[0])
    rows = [row for cells in table.rows for row in _set(setter, cells, places, CELL)]
    if table.total is not None:
        rows += _set(setter, table.total, places, CELL_TOTAL)
    return [TableRows(frame, rows)] if rows else []


def _places(columns: Sequence[Column]) -> tuple[tuple[float, float, bool], ...]:
    room = MEASURE - BETWEEN * (len(columns) - 1)
    whole = sum(column.width for column in columns)
    found, x = [], 0.0
    for column in columns:
        wide = room * column.width / whole
        found.append((x, wide, column.figures))
        x += wide + BETWEEN
    return tuple(found)


def _set(
    setter: Setter, cells: Sequence[str], places: Sequence[tuple[float, float, bool]], face: Face
) -> list[Row]:
    """A row, or several where a text is very long."""
    lines = [
        setter.lines(text, face, wide)
        for text, (_x, wide, _figures) in zip(cells, places, strict=True)
    ]
    most = max(map(len, lines))
    return [
        Row(tuple(cell[start : start + MOST_LINES] for cell in lines), face)
        for start in range(0, most, MOST_LINES)
    ]
