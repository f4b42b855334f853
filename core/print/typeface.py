"""The typeface of everything printed: Noto Sans SC, which has Latin and 30,000 Han characters.

Its files are fetched at set-up (``tools/assets.py``); only the characters that a document uses
are embedded in it.
"""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from config import ROOT

FOLDER = ROOT / "static" / "vendor" / "print"
REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"
FILES = {REGULAR: "NotoSansSC_400Regular.ttf", BOLD: "NotoSansSC_700Bold.ttf"}
REPLACEMENT = "□"
_registering = threading.Lock()


@cache
def load() -> frozenset[int]:
    """Make the typeface known to the printer, once in a process; gives the code points it has.

    Raises ``FileNotFoundError`` when set-up has not fetched it.
    """
    with _registering:
        fonts = [TTFont(name, str(_path(file))) for name, file in FILES.items()]
        for font in fonts:
            pdfmetrics.registerFont(font)
        regular, bold = (frozenset(font.face.charToGlyph) for font in fonts)
        return regular & bold


def _path(file: str) -> object:
    path = FOLDER / file
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run “make setup”, which fetches the typeface.")
    return path


def printable(text: str, missing: Counter[str]) -> str:
    """``text`` as it can be printed: what the typeface lacks is shown as ``REPLACEMENT`` and
    counted in ``missing``. What has no shape of its own (direction marks, joiners) is left out."""
    has = load()
    return "".join(
        _shown(char, has, missing)
        for char in unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r", ""))
    )


def _shown(char: str, has: frozenset[int], missing: Counter[str]) -> str:
    if ord(char) in has or char == "\n":
        return char
    kind = unicodedata.category(char)
    if kind == "Zs":
        return " "
    if kind in {"Cc", "Cf"} or "\ufe00" <= char <= "\ufe0f":
        return ""
    missing[char] += 1
    return REPLACEMENT


def width(text: str, font: str, size: float) -> float:
    """How wide ``text`` is, in points."""
    return pdfmetrics.stringWidth(text, font, size)
