"""A report as sections with figures and tables: what its page, PDF and workbook show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from audit.sums import Figure
from core.i18n import Localized, Message


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units of a currency, and where the lines behind it are listed, if anywhere."""

    minor: int
    currency: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page of their own."""

    text: str
    url: str


Cell: TypeAlias = str | int | date | Amount | Link | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column: figures stand right; ``width`` is its share among the columns."""

    title: str
    width: float = 1.0
    kind: Literal["text", "count", "money", "date"] = "text"

    @property
    def figures(self) -> bool:
        """Whether it stands right."""
        return self.kind in {"count", "money"}


@dataclass(frozen=True, slots=True)
class Key:
    """A figure that is seen first."""

    label: str
    value: Amount | int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``empty`` is said instead where it has no rows."""

    title: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    empty: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter; ``key`` is its name in addresses, ``about`` says what it answers. ``bars`` are
    amounts to be compared at a glance."""

    key: str
    title: str
    about: str = ""
    keys: Sequence[Key] = ()
    bars: Sequence[Key] = ()
    grids: Sequence[Grid] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which books a report is of: those of a year and a currency, of an area and all below it.

    ``whole`` says whether these are all books of the year in this currency."""

    area_id: int
    path: str
    area: Localized
    year: int
    currency: str
    whole: bool
    currencies: Sequence[str] = ()
    years: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """An area's year. ``at`` is the moment it was drawn up, ``size`` and ``root`` the newest
    signed checkpoint of the public log then."""

    scope: Scope
    at: datetime
    sections: Sequence[Section] = field(default_factory=tuple)
    size: int = 0
    root: str = ""


def amount(figure: Figure) -> Amount:
    """A figure of the public pages, with its way to the lines."""
    return Amount(figure.amount, figure.currency, figure.url)


def heads(*columns: tuple[Message, float, str]) -> list[Head]:
    """Columns from their titles, widths and kinds."""
    return [Head(str(title), width, kind) for title, width, kind in columns]  # type: ignore[arg-type]  # literals of Head.kind
