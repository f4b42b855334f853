"""Every reason has a sentence in both languages."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from budgeting import tally
from budgeting.tally.explain import explain
from budgeting.tally.greedy import greedy
from budgeting.tally.numbers import Number, number_json, number_text
from budgeting.tally.outcome import ProjectOutcome, Reason, Value
from budgeting.tally.sentences import LOCALES, SENTENCES
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
        "a": "Chosen: ¥100 was left at its turn, ¥40 after it. It had exactly as many votes as "
        "“b”; the tie order announced beforehand put it first.",
        "b": "Not chosen: only ¥40 was left at its turn, ¥20 too little. It had exactly as many "
        "votes as “a”; the tie order announced beforehand put “a” first.",
        "c": "Not chosen: only ¥40 was left at its turn, ¥10 too little. With 1 vote fewer than "
        "“a”, it came too late to fit.",
        "d": "Chosen: ¥40 was left at its turn, ¥0 after it.",
        "e": "Not chosen: it needed at least 2 votes and was 1 vote short.",
        "f": "Not chosen: it costs ¥800 more than the whole budget of ¥100.",
    }


def test_chinese_says_the_same() -> None:
    said = {result.id: explain(result.reason, "zh", money=money) for result in results()[:6]}
    assert said["c"] == (
        "未入选：轮到它时只剩 ¥40，还差 ¥10。它比“a”少 1 票，排在后面，所以没赶上。"
    )
    assert said["e"] == "未入选：至少要有 2 票支持，还差 1 票。"


PRICE: dict[str, Value] = {
    "round": 3,
    "price": Fraction("58.82"),
    "full": 31,
    "part": 4,
    "rest": 120,
    "held": 9000,
}
SHORT: dict[str, Value] = {"held": 4200, "missing": 1800, "more": 31, "endowment": 60}
REASONS: list[tuple[str, dict[str, Value], str, str]] = [
    (
        "funded",
        {},
        "Chosen: somebody else pays for it in full, so this budget pays nothing.",
        "入选：它的费用全部由别人承担，不动用这份预算。",
    ),
    (
        "ceiling",
        {"ceiling": "Parks", "amount": 500, "left": 40, "short": 10},
        (
            "Not chosen: “Parks” may get no more than ¥500 in all. Only ¥40 of that was left, "
            "¥10 too little."
        ),
        "未入选：“Parks”总共最多只能用 ¥500，轮到它时只剩 ¥40，还差 ¥10。",
    ),
    (
        "exclusive",
        {"winner": "a"},
        "Not chosen: “A” is chosen, and by the rules the two may not both be.",
        "未入选：“A”已经入选，按规则这两个项目只能选一个。",
    ),
    (
        "bought",
        PRICE,
        (
            "Chosen in round 3 for ¥58.82 from each supporter: 31 paid that, 4 gave all they had "
            "left, ¥120 together. Before that its supporters had ¥9000 together."
        ),
        (
            "第 3 轮入选：每位支持者出 ¥58.82，31 人付足了，4 人把剩下的钱都给了它，一共 ¥120。"
            "在这之前，支持它的人手里一共有 ¥9000。"
        ),
    ),
    (
        "bought",
        PRICE | {"part": 0, "rest": 0, "per_point": 1},
        (
            "Chosen in round 3 for ¥58.82 from each supporter for every point they gave it: "
            "31 paid that. Before that its supporters had ¥9000 together."
        ),
        (
            "第 3 轮入选：支持者每给它 1 分就出 ¥58.82，31 人付足了。"
            "在这之前，支持它的人手里一共有 ¥9000。"
        ),
    ),
    (
        "bought_tie",
        PRICE | {"full": 0, "tied": ("a", "b", "c")},
        (
            "Chosen in round 3 for ¥58.82 from each supporter: 4 gave all they had left, ¥120 "
            "together. Before that its supporters had ¥9000 together. In that round it did "
            "exactly as well as “A”, “B” and “C”; the tie order announced beforehand put it first."
        ),
        (
            "第 3 轮入选：每位支持者出 ¥58.82，4 人把剩下的钱都给了它，一共 ¥120。"
            "在这之前，支持它的人手里一共有 ¥9000。"
            "这一轮它和“A”、“B”和“C”完全打平，按事先公布的并列排序规则，它排在前面。"
        ),
    ),
    (
        "bought",
        PRICE | {"price": 0},
        "Chosen: it costs nothing, and somebody supports it.",
        "入选：它不用花钱，而且有人支持。",
    ),
    (
        "filled",
        {"left": 9, "remaining": 2},
        (
            "Chosen at the end, out of the money that was left over: ¥9 was left at its turn, "
            "¥2 after it."
        ),
        "最后用剩下的钱补选入选：轮到它时还剩 ¥9，选它之后还剩 ¥2。",
    ),
    (
        "filled_tie",
        {"left": 9, "remaining": 2, "tied": ("b",), "unit": "points"},
        (
            "Chosen at the end, out of the money that was left over: ¥9 was left at its turn, "
            "¥2 after it. Only the tie order announced beforehand put it before “B”."
        ),
        (
            "最后用剩下的钱补选入选：轮到它时还剩 ¥9，选它之后还剩 ¥2。"
            "它和“B”打平，按事先公布的并列排序规则，它排在前面。"
        ),
    ),
    ("no_support", {}, "Not chosen: nobody supports it.", "未入选：没有人支持它。"),
    (
        "unaffordable",
        SHORT | {"spent_on": ("a", "b"), "spent": 2000},
        (
            "Not chosen: its supporters still had ¥4200 together, ¥1800 too little; they had "
            "already spent ¥2000, above all on “A” and “B”. 31 more supporters with their full ¥60 "
            "would have been enough."
        ),
        (
            "未入选：支持它的人最后一共还剩 ¥4200，还差 ¥1800；"
            "他们已经花掉 ¥2000，主要用在“A”和“B”上。"
            "再有 31 位拿着全部 ¥60 的支持者就够了。"
        ),
    ),
    (
        "unaffordable",
        SHORT | {"more": 1, "left": 10, "short": 5},
        (
            "Not chosen: its supporters still had ¥4200 together, ¥1800 too little. 1 more "
            "supporter with their full ¥60 would have been enough. Of the money that was "
            "left over in the end, only ¥10 was there at its turn, ¥5 too little."
        ),
        (
            "未入选：支持它的人最后一共还剩 ¥4200，还差 ¥1800。"
            "再有 1 位拿着全部 ¥60 的支持者就够了。"
            "最后用剩下的钱补选时，轮到它只剩 ¥10，还差 ¥5。"
        ),
    ),
    (
        "carried",
        {"round": 2, "load": 40, "supporters": 7},
        (
            "Chosen in round 2: with its cost shared out among its supporters (7), each of them "
            "carries ¥40 in all, the least of any project then."
        ),
        "第 2 轮入选：费用由 7 位支持者分担后，每人累计承担 ¥40，是当时所有项目里最少的。",
    ),
    (
        "carried_tie",
        {"round": 2, "load": 40, "supporters": 7, "tied": ("c",)},
        (
            "Chosen in round 2: with its cost shared out among its supporters (7), each of them "
            "carries ¥40 in all, the least of any project then. In that round it did "
            "exactly as well as “C”; the tie order announced beforehand put it first."
        ),
        (
            "第 2 轮入选：费用由 7 位支持者分担后，每人累计承担 ¥40，是当时所有项目里最少的。"
            "这一轮它和“C”完全打平，按事先公布的并列排序规则，它排在前面。"
        ),
    ),
    (
        "load_stop",
        {"left": 4, "short": 5},
        (
            "Not chosen: it was the next in line, but only ¥4 was left, ¥5 too little. There the "
            "count ended."
        ),
        "未入选：按规则下一个就是它，但只剩 ¥4，还差 ¥5，计票到此为止。",
    ),
    (
        "load_after",
        {"stopped_at": "c"},
        (
            "Not chosen: the count ended before it, at “C”, which was next in line and no longer "
            "fitted the budget."
        ),
        "未入选：排到“C”时钱不够了，计票到此为止，没有轮到它。",
    ),
]


@pytest.mark.parametrize(("code", "params", "english", "chinese"), REASONS)
def test_both_languages_say_the_reason(
    code: str, params: dict[str, Value], english: str, chinese: str
) -> None:
    reason = Reason(code, params)
    assert explain(reason, money=decimal, title=str.upper) == english
    assert explain(reason, "zh", money=decimal, title=str.upper) == chinese


def decimal(value: Number) -> str:
    return f"¥{number_text(value)}"


def test_every_code_of_every_rule_is_said_above() -> None:
    of_greedy = {result.reason.code for result in results()}
    assert of_greedy == {
        "selected",
        "selected_tie",
        "misfit",
        "too_dear",
        "below_threshold",
        "after_stop",
    }
    said = of_greedy | {code for code, *_ in REASONS}
    written = _codes_in_the_source()
    assert {"funded", "ceiling", "no_support", "too_dear"} <= written <= said


def _codes_in_the_source() -> set[str]:
    """Every code that is written out where a reason is made."""
    found: set[str] = set()
    for path in Path(tally.__file__).parent.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        found.update(re.findall(r"\bReason\(\s*\"(\w+)\"", source))
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_is_a_whole_sentence(locale: str) -> None:
    for result in results():
        sentence = explain(result.reason, locale, title=lambda key: f"Project {key}")
        assert re.search(r"[.。]$", sentence)
        assert not re.search(r"[{}]", sentence)


def test_both_languages_have_the_same_parts() -> None:
    english, chinese = SENTENCES["en"], SENTENCES["zh"]
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{(\w+)}", text)) == sorted(re.findall(r"{(\w+)}", chinese[key]))


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
