"""The blocks as they flow over pages."""

from __future__ import annotations

from reportlab.platypus import CondPageBreak, Flowable

from core.print.blocks import Bar, Bars, Figure, Figures, Heading, Pairs, Text
from core.print.setting import Setter, draw
from core.print.style import (
    BODY,
    CELL,
    CELL_TOTAL,
    HEADINGS,
    JADE,
    LABEL,
    MEASURE,
    PAPER,
    RULE,
    SMALL,
    TINT,
    TONES,
    VALUE,
    Face,
)

BEGINNING = 100.0  # height that the beginning of a block needs beneath its heading
LEAST = 2  # lines of a paragraph that stay together
GAP = 8.0


class Lines(Flowable):
    """Lines of text, one beneath the other."""

    def __init__(
        self, lines: list[str], face: Face, after: float = 6.0, before: float = 0.0
    ) -> None:
        super().__init__()
        self.lines, self.face = lines, face
        self.spaceAfter, self.spaceBefore = after, before

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return MEASURE, len(self.lines) * self.face.leading

    def split(self, _width: float, height: float) -> list[Flowable]:
        fit = int(height // self.face.leading)
        fit = min(fit, len(self.lines) - LEAST)
        if fit < LEAST:
            return []
        first, rest = self.lines[:fit], self.lines[fit:]
        return [Lines(first, self.face), Lines(rest, self.face, self.spaceAfter)]

    def draw(self) -> None:
        draw(self.canv, self.lines, self.face, 0, len(self.lines) * self.face.leading)


class Head(Lines):
    """A heading, which stands in the file's outline."""

    def __init__(self, heading: Heading, lines: list[str], key: str) -> None:
        super().__init__(lines, HEADINGS[heading.level - 1], *_AROUND[heading.level])
        self.heading, self.key = heading, key

    def split(self, _width: float, _height: float) -> list[Flowable]:
        return []

    def draw(self) -> None:
        super().draw()
        if self.heading.level <= 2:
            top = len(self.lines) * self.face.leading
            self.canv.bookmarkHorizontal(self.key, 0, top)
            title = "".join(self.lines)
            self.canv.addOutlineEntry(title, self.key, level=self.heading.level - 1)


_AROUND = {1: (6.0, 20.0), 2: (4.0, 14.0), 3: (2.0, 8.0)}  # after, before


class FigureRow(Flowable):
    """Up to ``across`` key figures beside each other."""

    def __init__(self, setter: Setter, figures: list[Figure], across: int) -> None:
        super().__init__()
        self.spaceAfter = GAP
        self.each = (MEASURE - (across - 1) * GAP) / across
        room = self.each - 2 * GAP
        self.cells = [
            (
                setter.lines(one.label, LABEL, room),
                setter.lines(one.value, VALUE, room),
                setter.lines(one.note, SMALL, room) if one.note else [],
            )
            for one in figures
        ]
        self.labels = max(len(label) for label, _value, _note in self.cells) * LABEL.leading
        self.high = 2 * GAP + self.labels + max(map(_beneath, self.cells))

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return MEASURE, self.high

    def draw(self) -> None:
        for place, (label, value, note) in enumerate(self.cells):
            x, y = place * (self.each + GAP), self.high
            self.canv.setFillColor(PAPER)
            self.canv.setStrokeColor(RULE)
            self.canv.roundRect(x, 0, self.each, self.high, 4, stroke=1, fill=1)
            draw(self.canv, label, LABEL, x + GAP, y - GAP)
            draw(self.canv, value, VALUE, x + GAP, y - GAP - self.labels)
            under = y - GAP - self.labels - len(value) * VALUE.leading
            draw(self.canv, note, SMALL, x + GAP, under)


def _beneath(cell: tuple[list[str], list[str], list[str]]) -> float:
    return len(cell[1]) * VALUE.leading + len(cell[2]) * SMALL.leading


class BarRow(Flowable):
    """A name, a bar, and its amount."""

    NAME, AMOUNT = MEASURE * 0.28, MEASURE * 0.24

    def __init__(self, setter: Setter, bar: Bar) -> None:
        super().__init__()
        self.spaceAfter = 3.0
        self.name = setter.lines(bar.label, CELL, self.NAME - GAP)
        self.amount = setter.line(bar.value, CELL_TOTAL, self.AMOUNT - GAP)
        self.share = min(1.0, max(0.0, bar.share))
        self.high = max(1, len(self.name)) * CELL.leading + 4

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return MEASURE, self.high

    def draw(self) -> None:
        draw(self.canv, self.name, CELL, 0, self.high - 2)
        draw(self.canv, [self.amount], CELL_TOTAL, 0, self.high - 2, right=MEASURE)
        longest = MEASURE - self.NAME - self.AMOUNT
        self.canv.setFillColor(TINT)
        self.canv.rect(self.NAME, self.high / 2 - 5, longest, 10, stroke=0, fill=1)
        self.canv.setFillColor(JADE)
        self.canv.rect(self.NAME, self.high / 2 - 5, longest * self.share, 10, stroke=0, fill=1)


class Pair(Flowable):
    """A name on the left and what is said of it on the right."""

    NAME = MEASURE * 0.3

    def __init__(self, name: list[str], said: list[str]) -> None:
        super().__init__()
        self.name, self.said = name, said
        self.spaceAfter = 3.0

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return MEASURE, max(len(self.name), len(self.said)) * BODY.leading

    def split(self, _width: float, height: float) -> list[Flowable]:
        fit = min(int(height // BODY.leading), len(self.said) - LEAST)
        if fit < max(LEAST, len(self.name)):
            return []
        return [Pair(self.name, self.said[:fit]), Pair([], self.said[fit:])]

    def draw(self) -> None:
        top = max(len(self.name), len(self.said)) * BODY.leading
        draw(self.canv, self.name, _NAME, 0, top)
        draw(self.canv, self.said, BODY, self.NAME, top)


_NAME = Face(BODY.size, BODY.leading, colour=LABEL.colour)


def text_flow(setter: Setter, text: Text) -> list[Flowable]:
    """A paragraph."""
    face = TONES[text.tone]
    return [Lines(setter.lines(text.text, face, MEASURE), face)]


def heading_flow(
    setter: Setter, heading: Heading, key: str, beneath: float
) -> tuple[list[Flowable], float]:
    """A heading that stays with what it heads, which begins in ``beneath`` points under it, and
    how high both are; ``key`` is its name within the file."""
    face = HEADINGS[heading.level - 1]
    head = Head(heading, setter.lines(heading.text, face, MEASURE), key)
    high = head.spaceBefore + head.wrap(0, 0)[1] + head.spaceAfter + beneath
    return [CondPageBreak(high), head], high


def figures_flow(setter: Setter, block: Figures) -> list[Flowable]:
    """Key figures, in as many rows as they need."""
    figures, across = list(block.figures), block.across
    return [
        FigureRow(setter, figures[place : place + across], across)
        for place in range(0, len(figures), across)
    ]


def bars_flow(setter: Setter, block: Bars) -> list[Flowable]:
    """Bars beneath each other."""
    return [BarRow(setter, bar) for bar in block.bars]


def pairs_flow(setter: Setter, block: Pairs) -> list[Flowable]:
    """Names and what is said of them."""
    said = MEASURE - Pair.NAME
    return [
        Pair(setter.lines(name, _NAME, Pair.NAME - GAP), setter.lines(text, BODY, said))
        for name, text in block.pairs
    ]
