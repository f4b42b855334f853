"""What a printed document is made of: texts and figures, no measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["body", "lead", "small", "strong"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; levels 1 and 2 stand in the outline of the file."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a line break in it begins a new line."""

    text: str
    tone: Tone = "body"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is seen first: its name, the figure, and a word on it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures, ``across`` of them in a row."""

    figures: Sequence[Figure]
    across: int = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``share`` of the longest possible, from 0 to 1."""

    label: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts compared at a glance; each is written beside its bar."""

    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``width`` is its share among the columns; figures stand right."""

    title: str
    width: float = 1.0
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page; ``total`` is the last row, in bold."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and what is said of them, one beneath the other."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Block: TypeAlias = Heading | Text | Figures | Bars | Table | Pairs | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``lang`` is a language tag such as ``zh-Hans``; ``above`` stands over the
    title and ``beneath`` under it; ``foot`` are at most two lines at the bottom of every page;
    ``at`` is the moment the document is of, and the only date in the file."""

    title: str
    lang: str
    blocks: Sequence[Block]
    at: datetime
    above: str = ""
    beneath: str = ""
    foot: Sequence[str] = ()
    author: str = ""
