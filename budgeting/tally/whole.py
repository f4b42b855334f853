"""A result as a whole, side by side with what another rule makes of the same ballots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from budgeting.tally.election import Election
from budgeting.tally.numbers import Number, number_text, rounded, short_text
from budgeting.tally.outcome import Outcome
from budgeting.tally.rules import RuleSpec, run
from budgeting.tally.summary import Comparison, Summary, compare, summarise

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "The result as a whole, of {choosing} ballots with a choice:",
        "0": "have no winner among their projects",
        "1": "have some, up to a quarter",
        "2": "have more, up to half",
        "3": "have more, up to three quarters",
        "4": "have more, but not all",
        "5": "have all of their projects",
        "money": "of the money goes to a ballot’s projects, on average",
        "prefer": "get more money for their projects this way; {equal} get the same",
        "share": "Each voter had a share of {start}.",
        "raised": "Each voter had a share of {start}, raised to {endowment}.",
        "preference": "Asked for: {rule} voters like the winners by {name} better, {greedy} those "
        "by greedy. So the winners by {standing} stand.",
    },
    "zh": {
        "title": "总体结果（{choosing} 张有选择的选票）：",
        "0": "所选项目都没有入选",
        "1": "入选不超过四分之一",
        "2": "入选四分之一以上，不超过一半",
        "3": "入选一半以上，不超过四分之三",
        "4": "入选四分之三以上，但不是全部",
        "5": "所选项目全部入选",
        "money": "的钱平均用在一张选票所选的项目上",
        "prefer": "这样分到更多的钱；{equal} 两种一样多",
        "share": "每位投票人分到 {start}。",
        "raised": "每位投票人分到 {start}，后来加到 {endowment}。",
        "preference": "按约定比较：{rule} 人更喜欢 {name} 的结果，{greedy} 人更喜欢 greedy 的结果，"
        "因此以 {standing} 的结果为准。",
    },
}


@dataclass(frozen=True, slots=True)
class Whole:
    """What the winners by `names[0]` give the voters, and beside them those by another rule."""

    names: tuple[str, ...]
    summaries: tuple[Summary, ...]
    other: Outcome | None = None
    prefer: Comparison | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON, shares in thousandths."""
        keys = ("rule", "other")
        shown = [summary.to_json() for summary in self.summaries]
        found: dict[str, Any] = {"summary": dict(zip(keys, shown, strict=False))}
        if self.other and self.prefer:
            cost = self.other.to_json()["cost"]
            named = {"rule": self.names[1], "cost": cost, "selected": sorted(self.other.selected)}
            found |= {"other": named, "prefer": self.prefer.to_json()}
        return found


def look_at(election: Election, spec: RuleSpec, outcome: Outcome) -> Whole:
    """Summarise an outcome, beside greedy's or, where greedy's winners stand, the rule's own."""
    first = outcome.standing or outcome.rule
    mine = summarise(election, outcome.selected)
    if outcome.rule == "greedy":
        return Whole((first,), (mine,))
    rival = spec if first == "greedy" else replace(spec, rule="greedy")
    other = run(election, replace(rival, compare="none"))
    prefer = compare(election, outcome.selected, other.selected)
    return Whole((first, other.rule), (mine, summarise(election, other.selected)), other, prefer)


def whole_text(whole: Whole, outcome: Outcome, locale: str) -> Iterator[str]:
    """The same in words, line by line. Raises KeyError for another locale than "en" or "zh"."""
    words, summaries = _WORDS[locale], whole.summaries
    choosing = summaries[0].choosing
    yield words["title"].format(choosing=choosing)
    yield "  ".join(f"{name:>12}" for name in whole.names)
    for place in range(len(summaries[0].shares)):
        yield _line([_percent(s.shares[place], choosing) for s in summaries], words[str(place)])
    yield _line([_percent(summary.money, 1) for summary in summaries], words["money"])
    if whole.prefer:
        first, second, equal = whole.prefer.first, whole.prefer.second, whole.prefer.equal
        said = words["prefer"].format(equal=_percent(equal, choosing))
        yield _line([_percent(first, choosing), _percent(second, choosing)], said)
    yield from _money(outcome, words)


def _money(outcome: Outcome, words: dict[str, str]) -> Iterator[str]:
    """Each voter's money, and whose winners stand."""
    if outcome.start is not None and outcome.endowment is not None:
        start, endowment = short_text(outcome.start), short_text(outcome.endowment)
        key = "raised" if outcome.endowment > outcome.start else "share"
        yield words[key].format(start=start, endowment=endowment)
    if liked := outcome.preference:
        standing = outcome.standing or outcome.rule
        yield words["preference"].format(
            rule=liked.rule, greedy=liked.greedy, name=outcome.rule, standing=standing
        )


def _line(cells: list[str], label: str) -> str:
    return "  ".join(f"{cell:>12}" for cell in cells) + f"  {label}"


def _percent(part: Number, of: int) -> str:
    """Per cent to one decimal."""
    return f"{number_text(rounded(Fraction(part) * 100 / of, 1))} %" if of else "-"
