"""Breaking text into lines, Chinese and Latin mixed.

A line may break between Han characters, between Han and Latin, and at spaces; never inside a word
or a figure that fits on a line, nor where Chinese typesetting forbids it (GB/T 15834-2011, 5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

Measure: TypeAlias = Callable[[str], float]
_NOT_FIRST = frozenset("、，。．：；！？）》〉」』】〕］｝”’…—～·％‰,.:;!?)]}%°")
_NOT_LAST = frozenset("（《〈「『【〔［｛“‘([{¥￥$€")
_WIDE = frozenset("“”…—")


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """``text`` in lines no wider than ``width``; at least one line, which may be empty.

    ``measure`` says how wide a piece of text is. A piece that fits on no line is cut.
    """
    return [line for part in text.split("\n") for line in _filled(part, width, measure)]


def _filled(text: str, width: float, measure: Measure) -> Iterator[str]:
    line, used = "", 0.0
    for chunk in _chunks(text):
        if line and used + measure(chunk.rstrip(" ")) > width:
            yield line.rstrip(" ")
            line, used = "", 0.0
        *whole, rest = _cut(chunk, width, measure)
        yield from whole
        line += rest
        used += measure(rest)
    yield line.rstrip(" ")


def _cut(chunk: str, width: float, measure: Measure) -> list[str]:
    """``chunk`` in as many pieces as are needed for each to fit; mostly the chunk itself."""
    pieces = []
    while len(chunk) > 1 and measure(chunk.rstrip(" ")) > width:
        cut = _fitting(chunk, width, measure)
        pieces.append(chunk[:cut])
        chunk = chunk[cut:]
    return [*pieces, chunk]


def _fitting(chunk: str, width: float, measure: Measure) -> int:
    """How many characters of ``chunk`` fit, at least one."""
    used = 0.0
    for place, char in enumerate(chunk):
        used += measure(char)
        if used > width:
            return max(1, place)
    return len(chunk)


def _chunks(text: str) -> Iterator[str]:
    """The pieces between which a line may break, each with the spaces behind it."""
    start = 0
    for place in range(1, len(text)):
        if _may_break(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _may_break(left: str, right: str) -> bool:
    if right == " " or right in _NOT_FIRST or left in _NOT_LAST:
        return False
    return left == " " or is_wide(left) or is_wide(right)


def is_wide(char: str) -> bool:
    """Whether a character is set like a Han character: as wide as high, free on both sides."""
    return char >= "\u2e80" or char in _WIDE
