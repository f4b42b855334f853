"""How mixed Chinese and Latin text is broken into lines."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.print.wrap import wrap

FORBIDDEN_FIRST = "、，。：；！？）》”’…—%,."
FORBIDDEN_LAST = "（《“¥("
PIECES = st.sampled_from(
    ["共", "治", "，", "。", "（", "）", "“", "”", "—", "ab", "x", " ", "¥", "12", "%"]
)


def measure(text: str) -> float:
    """Han characters are twice as wide as Latin ones."""
    return sum(2.0 if char >= "\u2e80" else 1.0 for char in text)


def test_han_text_breaks_anywhere_but_before_a_full_stop() -> None:
    assert wrap("社区花园已经开工。", 16, measure) == ["社区花园已经开", "工。"]


def test_figures_and_words_are_never_broken_when_they_fit() -> None:
    lines = wrap("共收到 ¥1,234,567.89（其中 Xinghe 社区 ¥12,000）", 16, measure)
    assert "¥1,234,567.89" in [part for line in lines for part in line.replace("（", " ").split()]
    assert any("Xinghe" in line for line in lines)
    assert any("¥12,000" in line for line in lines)


def test_a_word_wider_than_the_line_is_cut_and_nothing_of_it_is_lost() -> None:
    lines = wrap("see https://example.org/a-long-address", 10, measure)
    assert lines[0] == "see"
    assert "".join(lines[1:]) == "https://example.org/a-long-address"
    assert max(map(measure, lines)) <= 10


def test_line_breaks_of_the_text_stay() -> None:
    assert wrap("一\n\n二", 10, measure) == ["一", "", "二"]


@given(st.lists(PIECES, max_size=40).map("".join), st.integers(8, 30))
def test_no_character_vanishes_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrap(text, width, measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(line) <= width for line in lines)


@given(st.lists(PIECES, min_size=1, max_size=40).map("".join))
def test_lines_begin_and_end_as_chinese_typesetting_asks(text: str) -> None:
    lines = wrap(f"开{text}完", 1000, measure)
    assert lines == [f"开{text}完".rstrip()]
    narrow = wrap(f"开头{text}结束", 24, measure)
    unforced = [
        (left, right)
        for left, right in pairwise(narrow)
        if left and right and measure(left) + measure(right.split(" ")[0][:1]) <= 23
    ]
    assert all(right[0] not in FORBIDDEN_FIRST or _had_to(left) for left, right in unforced)
    assert all(left[-1] not in FORBIDDEN_LAST or _had_to(left) for left, _right in unforced)


def _had_to(line: str) -> bool:
    """Whether a line has no place at which it may break: a run of marks as wide as the line."""
    return measure(line) >= 22
