"""Every reason has a sentence in both languages."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from budgeting.tally.explain import LOCALES, explain
from budgeting.tally.greedy import greedy
from budgeting.tally.numbers import number_json, number_text
from budgeting.tally.outcome import ProjectOutcome, Reason
from tests.tally.elections import election

COSTS = {"a": 60, "b": 60, "c": 50, "d": 40, "e": 1, "f": 900}
BALLOTS = ["a,b,c,d,f", "a,b,c,d,f", "a,b,c,d", "a,b", "e"]


def results() -> list[ProjectOutcome]:
    round_ = election(COSTS, BALLOTS, 100)  # type: ignore[arg-type]
    skipping = greedy(round_, min_votes=2).projects
    return [*skipping, *greedy(round_, on_misfit="stop").projects]


def money(value: object) -> str:
    return f"¥{value}"


def test_english_says_what_was_left_and_who_was_ahead() -> None:
    said = {result.id: explain(result.reason, money=money) for result in results()[:6]}
    assert said == {
        "a": "Selected: ¥100 was left at its turn, ¥40 after it. It had exactly as many votes as "
        "“b”; the tie order announced beforehand put it first.",
        "b": "Not selected: only ¥40 was left at its turn, ¥20 too little. It had exactly as many "
        "votes as “a”; the tie order announced beforehand put “a” first.",
        "c": "Not selected: only ¥40 was left at its turn, ¥10 too little. With 1 vote fewer than "
        "“a”, it came too late to fit.",
        "d": "Selected: ¥40 was left at its turn, ¥0 after it.",
        "e": "Not selected: it needed at least 2 votes and was 1 vote short.",
        "f": "Not selected: it costs ¥800 more than the whole budget of ¥100.",
    }


def test_chinese_says_the_same() -> None:
    said = {result.id: explain(result.reason, "zh", money=money) for result in results()[:6]}
    assert said["c"] == (
        "未入选：轮到它时只剩 ¥40，还差 ¥10。它比“a”少 1 票，排在后面，所以没赶上。"
    )
    assert said["e"] == "未入选：至少要有 2 票支持，还差 1 票。"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_is_a_whole_sentence(locale: str) -> None:
    seen = set()
    for result in results():
        sentence = explain(result.reason, locale, title=lambda key: f"Project {key}")
        assert re.search(r"[.。]$", sentence)
        assert not re.search(r"[{}]", sentence)
        seen.add(result.reason.code)
    assert seen == {
        "selected",
        "selected_tie",
        "misfit",
        "too_dear",
        "below_threshold",
        "after_stop",
    }


def test_braces_in_a_title_do_no_harm() -> None:
    reason = Reason(
        "after_stop", {"stopped_at": "x", "rival": "x", "behind_by": 2, "unit": "points"}
    )
    sentence = explain(reason, title=lambda _: "{0.__class__} {left}")
    assert "“{0.__class__} {left}”" in sentence
    assert "2 points fewer" in sentence


def test_amounts_are_written_exactly() -> None:
    assert number_text(10**15) == "1000000000000000"
    assert number_text(Fraction("1437562.51")) == "1437562.51"
    assert number_text(Fraction("-0.05")) == "-0.05"
    assert number_text(Fraction(1, 3)) == "1/3"
    assert number_json(Fraction(4, 2)) == 2
    assert number_json(Fraction(1, 2)) == "0.5"
