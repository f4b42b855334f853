"""The sentence behind a reason, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from budgeting.tally.numbers import Number, number_text
from budgeting.tally.outcome import Reason, Value
from budgeting.tally.sentences import AMOUNTS, LISTS, SENTENCES, UNITS

_TIES = {"selected": "tie_won", "filled": "level", "bought": "as_good", "carried": "as_good"}
_COUNTS = frozenset({"round", "full", "part", "supporters"})


def explain(
    reason: Reason,
    locale: str = "en",
    *,
    money: Callable[[Number], str] = number_text,
    title: Callable[[str], str] = str,
) -> str:
    """Say a reason in `locale`, "en" or "zh". Raises KeyError for another, or an unknown code.

    `money` writes an amount of the budget's unit; `title` turns a project's id into what is shown.
    """
    say = _Voice(reason, locale, money, title)
    sentence = "".join(SENTENCES[locale][key] for key in _keys(reason))
    return sentence.format_map({key: say.param(key) for key in reason.params})


def _keys(reason: Reason) -> Iterator[str]:
    """What is said, part by part."""
    base, params = reason.code.removesuffix("_tie"), reason.params
    if base == "bought":
        yield from _purchase(params)
    elif base == "unaffordable":
        yield from _shortage(params)
    else:
        yield base
    if base != reason.code:
        yield _TIES[base]
    if "rival" in params:
        yield "behind" if params["behind_by"] else "tie_lost"


def _purchase(params: Mapping[str, Value]) -> Iterator[str]:
    if params["price"] == 0:
        yield "bought_free"
        return
    yield "bought"
    yield "per_point" if "per_point" in params else "per_head"
    yield "paid"
    if params["full"]:
        yield "full"
    if params["full"] and params["part"]:
        yield "and"
    if params["part"]:
        yield "part"
    yield "held"


def _shortage(params: Mapping[str, Value]) -> Iterator[str]:
    yield "unaffordable"
    if params.get("spent_on"):
        yield "spent"
    yield "more"
    if "left" in params:
        yield "over"


@dataclass(frozen=True, slots=True)
class _Voice:
    """Turns the figures of one reason into words."""

    reason: Reason
    locale: str
    money: Callable[[Number], str]
    title: Callable[[str], str]

    def param(self, key: str) -> str:
        value = self.reason.params[key]
        if isinstance(value, tuple):
            return self._all([self._quoted(self.title(name)) for name in value])
        if isinstance(value, str):
            return self._text(key, value)
        if key in _COUNTS:
            return number_text(value)
        unit = self._unit(key)
        return self._amount(value, unit) if unit else self.money(value)

    def _text(self, key: str, value: str) -> str:
        if key == "unit":
            return UNITS[self.locale][value]
        return self._quoted(value if key == "ceiling" else self.title(value))

    def _unit(self, key: str) -> str:
        """What a number counts if it is no amount of money."""
        if key == "behind_by":
            return str(self.reason.params["unit"])
        if key == "more":
            return "more"
        return "votes" if self.reason.code == "below_threshold" else ""

    def _amount(self, value: Number, unit: str) -> str:
        one, many = AMOUNTS[self.locale][unit]
        return (one if value == 1 else many).format(number_text(value))

    def _all(self, names: list[str]) -> str:
        comma, last = LISTS[self.locale]
        return last.join(filter(None, (comma.join(names[:-1]), *names[-1:])))

    @staticmethod
    def _quoted(text: str) -> str:
        return f"“{text}”"
