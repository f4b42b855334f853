"""How amounts stand in a report's tables: each with the way to its lines where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from audit.filters import Filter
from audit.report.model import Amount, Cell, Head
from audit.words import label
from core.i18n import gettext as _

Row: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a report. ``exact`` is the filter of the pages that has just these (all books of
    a year, or those of one area); None where there is no such filter: then amounts lead nowhere
    rather than to lines with another sum."""

    currency: str
    exact: Filter | None

    def narrowed(self, **values: object) -> Lines:
        """Those among them that a filter lets through."""
        return Lines(self.currency, self.exact and self.exact.but(**values))

    def amount(self, name: str, minor: int) -> Amount:
        """A figure of these lines."""
        return Amount(minor, self.currency, self.exact.but(figure=name).url() if self.exact else "")

    def amounts(self, names: Sequence[str], row: Row) -> list[Amount]:
        """Several figures of these lines."""
        return [self.amount(name, row[name]) for name in names]


def add_up(rows: Sequence[Row], name: str) -> int:
    """The sum of a figure over rows that do not overlap."""
    return sum(row[name] for row in rows)


def money_heads(first: str, names: Sequence[str], width: float = 1.6) -> list[Head]:
    """A column of names and one for each figure."""
    return [Head(first, width), *(Head(str(label(name)), 1.0, "money") for name in names)]


def together(
    currency: str, rows: Sequence[Row], names: Sequence[str], leave_out: Sequence[str] = ()
) -> list[Cell] | None:
    """The last row: the sums of figures, but for those of ``leave_out``; none without rows."""
    if not rows:
        return None
    sums = [None if name in leave_out else Amount(add_up(rows, name), currency) for name in names]
    return [_("Together"), *sums]


def counted(first: str, *titles: str) -> list[Head]:
    """A column of names and some of counts."""
    return [Head(first, 2.2), *(Head(title, 1.0, "count") for title in titles)]


def sums_row(rows: Sequence[Sequence[Cell]]) -> list[Cell] | None:
    """The last row of a table of counts; none for a single row."""
    if len(rows) < 2:
        return None
    places = range(1, len(rows[0]))
    sums = [sum(one for row in rows if isinstance(one := row[place], int)) for place in places]
    return [_("Together"), *sums]
