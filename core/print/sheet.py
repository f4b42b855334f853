"""The document as a PDF: pages with a masthead, a foot and numbers, and what the file says of
itself (title, language, outline)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate

from core.i18n import ngettext
from core.print.blocks import Bars, Block, Document, Figures, Heading, NewPage, Pairs, Table, Text
from core.print.flow import (
    BEGINNING,
    Lines,
    bars_flow,
    figures_flow,
    heading_flow,
    pairs_flow,
    text_flow,
)
from core.print.setting import Setter, draw
from core.print.style import (
    ABOVE,
    BOTTOM,
    FOOT,
    JADE,
    LEAD,
    MEASURE,
    PAGE,
    RULE,
    SIDE,
    SMALL,
    TITLE,
    TOP,
)
from core.print.tables import table_flow
from core.print.typeface import REGULAR, load

NUMBER = 60.0  # width kept free for "3 / 12"


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished file, and the characters that could not be printed with how often each came."""

    data: bytes
    pages: int
    missing: Mapping[str, int]


def print_pdf(document: Document) -> Printed:
    """``document`` as a PDF on A4; the same document gives the same bytes.

    Characters that the typeface lacks are shown as a square, counted, and told of at the end, in
    the language in force. Raises ``FileNotFoundError`` when set-up has not fetched the typeface.
    """
    load()
    setter = Setter()
    story = [*_masthead(setter, document), *_story(setter, document.blocks)]
    foot = [setter.line(line, FOOT, MEASURE - NUMBER) for line in document.foot[:2]]
    story += _apology(setter)
    counted = _Sheets(BytesIO(), document, foot)
    counted.build([copy(part) for part in story])  # reportlab leaves marks on what it placed
    out = BytesIO()
    _Sheets(out, document, foot, counted.page).build(story)
    return Printed(out.getvalue(), counted.page, dict(setter.missing))


def _masthead(setter: Setter, document: Document) -> list[Flowable]:
    parts = (
        (document.above, ABOVE, 4.0),
        (document.title, TITLE, 6.0),
        (document.beneath, LEAD, 0.0),
    )
    texts = [
        Lines(setter.lines(text, face, MEASURE), face, after) for text, face, after in parts if text
    ]
    return [*texts, _Rule()]


class _Rule(Flowable):
    """The line under the masthead."""

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return MEASURE, 16

    def draw(self) -> None:
        self.canv.setFillColor(JADE)
        self.canv.rect(0, 10, MEASURE, 2, stroke=0, fill=1)


def _story(setter: Setter, blocks: Sequence[Block]) -> list[Flowable]:
    parts: list[list[Flowable]] = []
    beneath = BEGINNING
    for place, block in reversed(list(enumerate(blocks))):
        if isinstance(block, Heading):
            part, beneath = heading_flow(setter, block, f"h{place}", beneath)
        else:
            part, beneath = _FLOWS[type(block)](setter, block), BEGINNING
        parts.append(part)
    return [one for part in reversed(parts) for one in part]


_FLOWS: dict[type, Callable[[Setter, Any], list[Flowable]]] = {
    Text: text_flow,
    Figures: figures_flow,
    Bars: bars_flow,
    Table: table_flow,
    Pairs: pairs_flow,
    NewPage: lambda _setter, _block: [PageBreak()],
}


def _apology(setter: Setter) -> list[Flowable]:
    count = sum(setter.missing.values())
    if not count:
        return []
    said = ngettext(
        "%(num)s character is not in our typeface and is printed as □.",
        "%(num)s characters are not in our typeface and are printed as □.",
        count,
    )
    return [Lines(setter.lines(said, SMALL, MEASURE), SMALL, before=16.0)]


class _Sheets(BaseDocTemplate):
    """The file and its pages, ``total`` of them as far as is known."""

    def __init__(self, out: BytesIO, document: Document, foot: list[str], total: int = 0) -> None:
        super().__init__(
            out,
            pagesize=PAGE,
            title=document.title,
            author=document.author or document.above,
            subject=document.beneath or document.title,
            creator="Gongzhi",
            lang=document.lang,
            displayDocTitle=1,
            invariant=1,
            pageCompression=1,
            initialFontName=REGULAR,
        )
        self._at, self._foot, self._total = document.at.astimezone(UTC), foot, total
        frame = Frame(SIDE, BOTTOM, MEASURE, PAGE[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._begin_page)])

    def _begin_page(self, canvas: Canvas, _template: object) -> None:
        if canvas.getPageNumber() == 1:
            date = f"D:{self._at:%Y%m%d%H%M%S}+00'00'"
            canvas.setDateFormatter(lambda *_invariant: date)
        y = BOTTOM - 18
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.line(SIDE, y, SIDE + MEASURE, y)
        draw(canvas, self._foot, FOOT, SIDE, y - 5)
        number = f"{canvas.getPageNumber()} / {self._total}"
        draw(canvas, [number], FOOT, 0, y - 5, right=SIDE + MEASURE)
