"""The sentence behind a reason, in English and Chinese.

This package stands alone, without the translation catalogue of the website, because its command
has to explain a result by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from budgeting.tally.numbers import Number, number_text
from budgeting.tally.outcome import Reason

LOCALES = ("en", "zh")

_SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "selected": "Selected: {left} was left at its turn, {remaining} after it.",
        "selected_tie": "Selected: {left} was left at its turn, {remaining} after it. It had "
        "exactly as many {unit} as {tied}; the tie order announced beforehand put it first.",
        "below_threshold": "Not selected: it needed at least {needed} and was {missing} short.",
        "too_dear": "Not selected: it costs {short} more than the whole budget of {budget}.",
        "misfit": "Not selected: only {left} was left at its turn, {short} too little.",
        "after_stop": "Not selected: the list ended before it, at {stopped_at}, which no longer "
        "fitted the budget.",
        "behind": " With {behind_by} fewer than {rival}, it came too late to fit.",
        "tie_lost": " It had exactly as many {unit} as {rival}; the tie order announced "
        "beforehand put {rival} first.",
    },
    "zh": {
        "selected": "入选：轮到它时还剩 {left}，选它之后还剩 {remaining}。",
        "selected_tie": "入选：轮到它时还剩 {left}，选它之后还剩 {remaining}。"
        "它和{tied}的{unit}一样多，按事先公布的并列排序规则，它排在前面。",
        "below_threshold": "未入选：至少要有 {needed}支持，还差 {missing}。",
        "too_dear": "未入选：它的花费比全部预算 {budget} 还多 {short}。",
        "misfit": "未入选：轮到它时只剩 {left}，还差 {short}。",
        "after_stop": "未入选：排到{stopped_at}时钱不够了，按规则到此为止，没有轮到它。",
        "behind": "它比{rival}少 {behind_by}，排在后面，所以没赶上。",
        "tie_lost": "它和{rival}的{unit}一样多，按事先公布的并列排序规则，{rival}排在前面。",
    },
}
_UNITS = {
    "en": {"votes": "votes", "points": "points"},
    "zh": {"votes": "票数", "points": "得分"},
}
_AMOUNTS = {
    "en": {"votes": ("{} vote", "{} votes"), "points": ("{} point", "{} points")},
    "zh": {"votes": ("{} 票", "{} 票"), "points": ("{} 分", "{} 分")},
}
_IN_VOTES = ("needed", "missing")
_AND = {"en": ", ", "zh": "、"}


def explain(
    reason: Reason,
    locale: str = "en",
    *,
    money: Callable[[Number], str] = number_text,
    title: Callable[[str], str] = str,
) -> str:
    """Say a reason in `locale`, "en" or "zh". Raises KeyError for another.

    `money` writes an amount of the budget's unit; `title` turns a project's id into what is shown.
    """
    say = _Voice(reason, locale, money, title)
    sentences = _SENTENCES[locale]
    parts = [sentences[reason.code]]
    if "rival" in reason.params:
        parts.append(sentences["behind" if reason.params["behind_by"] else "tie_lost"])
    return "".join(parts).format_map({key: say.param(key) for key in reason.params})


@dataclass(frozen=True, slots=True)
class _Voice:
    """Turns the figures of one reason into words."""

    reason: Reason
    locale: str
    money: Callable[[Number], str]
    title: Callable[[str], str]

    def param(self, key: str) -> str:
        value = self.reason.params[key]
        if key == "unit":
            return _UNITS[self.locale][str(value)]
        if isinstance(value, tuple):
            return _AND[self.locale].join(f"“{self.title(name)}”" for name in value)
        if isinstance(value, str):
            return f"“{self.title(value)}”"
        if key == "behind_by":
            return self._amount(value, str(self.reason.params["unit"]))
        return self._amount(value, "votes") if key in _IN_VOTES else self.money(value)

    def _amount(self, value: Number, unit: str) -> str:
        one, many = _AMOUNTS[self.locale][unit]
        return (one if value == 1 else many).format(number_text(value))
