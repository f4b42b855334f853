"""Setting text: broken into lines, and drawn."""

from __future__ import annotations

from collections import Counter
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from core.print.style import Face
from core.print.typeface import printable, width
from core.print.wrap import wrap


class Setter:
    """Sets the texts of one document; ``missing`` counts the characters that it could not."""

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()

    def lines(self, text: str, face: Face, room: float) -> list[str]:
        """``text`` in lines that fit into ``room``."""
        measure = partial(width, font=face.font, size=face.size)
        return wrap(printable(text, self.missing), room, measure)

    def line(self, text: str, face: Face, room: float) -> str:
        """``text`` on one line, cut with an ellipsis where it is too long."""
        found = self.lines(" ".join(text.split()), face, room)
        if len(found) == 1:
            return found[0]
        return self.lines(found[0], face, room - face.size)[0] + "…"


def draw(
    canvas: Canvas,
    lines: list[str],
    face: Face,
    x: float,
    y: float,
    *,
    right: float | None = None,
) -> None:
    """Write ``lines`` with the upper edge of the first at ``y``: from ``x``, or up to ``right``."""
    canvas.setFillColor(face.colour)
    canvas.setFont(face.font, face.size)
    baseline = y - (face.leading + face.size * 0.72) / 2
    for place, line in enumerate(lines):
        at = baseline - place * face.leading
        if right is None:
            canvas.drawString(x, at, line)
        else:
            canvas.drawRightString(right, at, line)
