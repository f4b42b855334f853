"""Sizes and colours of print, those of the site's pages as far as paper has them. In points."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4

from core.print.typeface import BOLD, REGULAR

INK, MUTED, RULE = HexColor("#1c2530"), HexColor("#56606b"), HexColor("#dcd7cb")
JADE, TINT, PAPER = HexColor("#0e6b5c"), HexColor("#e3f0ec"), HexColor("#faf8f3")

PAGE = A4
SIDE, TOP, BOTTOM = 57.0, 54.0, 68.0
MEASURE = PAGE[0] - 2 * SIDE  # how wide the text is


@dataclass(frozen=True, slots=True)
class Face:
    """How a text is set."""

    size: float
    leading: float
    font: str = REGULAR
    colour: HexColor = INK


BODY = Face(10, 16.5)
LEAD = Face(11.5, 19)
SMALL = Face(8.5, 13, colour=MUTED)
STRONG = Face(10, 16.5, BOLD)
TITLE = Face(23, 31, BOLD)
ABOVE = Face(10, 15, colour=JADE)
FOOT = Face(7.5, 10.5, colour=MUTED)
HEADINGS = (Face(16, 23, BOLD), Face(12.5, 18, BOLD), Face(10.5, 16, BOLD))
CELL = Face(8.8, 13)
CELL_HEAD = Face(8.3, 12, colour=MUTED)
CELL_TOTAL = Face(8.8, 13, BOLD)
LABEL = Face(8.5, 12.5, colour=MUTED)
VALUE = Face(16.5, 23, BOLD)
TONES = {"body": BODY, "lead": LEAD, "small": SMALL, "strong": STRONG}
