"""What is said of results in words."""

from __future__ import annotations

import pytest

from budgeting.result_words import clipped


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A bench", "A bench"),
        ("x" * 36, "x" * 36),
        ("x" * 37, "x" * 36 + "…"),
        ("一" * 18, "一" * 18),
        ("一" * 19, "一" * 18 + "…"),
        ("A crossing of coloured stripes for the school", "A crossing of coloured stripes for t…"),
    ],
)
def test_a_title_within_a_sentence_is_short(title: str, shown: str) -> None:
    assert clipped(title) == shown
