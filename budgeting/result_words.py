"""Results in words: the headline, and one reason for each project."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from unicodedata import east_asian_width

from budgeting.tally.explain import explain
from budgeting.tally.numbers import Number, whole
from budgeting.tally.outcome import Reason, Value
from core.i18n import Message, current_locale, format_money, gettext, lazy_gettext, ngettext
from core.types import Json

NEARLY_ALL = 950
MOST_OF_A_TITLE = 36
RULES: dict[str, Message] = {
    "greedy": lazy_gettext("Most votes first"),
    "equal-shares": lazy_gettext("Equal shares"),
    "phragmen": lazy_gettext("Balanced burden (Phragmén)"),
}
# What in a reason is a name; all other texts in it are amounts that JSON's numbers cannot hold.
NAMES = frozenset({"rival", "stopped_at", "winner", "ceiling", "unit"})


def headline(statistics: Json) -> str:
    """How many projects were chosen, and how many of those who voted got one of theirs."""
    number, served = statistics.get("selected", 0), statistics.get("served")
    if not number:
        return gettext("No project was chosen")
    chosen = ngettext("%(num)s project was chosen", "%(num)s projects were chosen", number)
    if served is None or served < 50:
        return chosen
    if served == 1000:
        return gettext(
            "%(chosen)s, and everybody who voted has at least one of theirs", chosen=chosen
        )
    if served >= NEARLY_ALL:
        return gettext(
            "%(chosen)s, and more than nine in ten voters have at least one of theirs",
            chosen=chosen,
        )
    return gettext(
        "%(chosen)s, and about %(tenths)s in ten voters have at least one of theirs",
        chosen=chosen,
        tenths=(served + 50) // 100,
    )


def sentence(reason: Json, currency: str, titles: Mapping[str, str]) -> str:
    """Why a project was chosen or not, from what the tally left; ``titles`` are by code."""
    params = {key: _value(key, value) for key, value in reason["params"].items()}
    return explain(
        Reason(reason["code"], params),
        "zh" if current_locale() == "zh_Hans" else "en",
        money=lambda found: money_text(found, currency),
        title=lambda code: clipped(titles.get(code, code)),
    )


def clipped(title: str) -> str:
    """A title short enough to stand in a sentence about another project; a Chinese character
    takes the room of two letters."""
    room = MOST_OF_A_TITLE
    for place, character in enumerate(title):
        room -= 1 + (east_asian_width(character) in "WF")
        if room < 0:
            return title[:place].rstrip() + "…"
    return title


def codes_in(reason: Json) -> list[str]:
    """The codes of the other projects that a reason mentions."""
    params = reason["params"]
    named = [params[key] for key in ("rival", "stopped_at", "winner") if key in params]
    return named + list(params.get("tied", [])) + list(params.get("spent_on", []))


def supported(reason: Json, cost: int) -> int | None:
    """How many percent of its cost a project's supporters could pay, rounded down; ``None`` where
    the rule gave them no money or another condition decided."""
    held = 0 if reason["code"] == "no_support" else reason["params"].get("held")
    return None if held is None or not cost else int(amount(held) * 100 / cost)


def amount(value: int | str) -> Number:
    """A number as the tally writes it: whole, or a decimal as text."""
    return whole(Fraction(value))


def money_text(found: Number, currency: str) -> str:
    """An amount that need not be whole minor units, to the nearest of these."""
    if 0 < found < 1:
        return gettext("less than %(amount)s", amount=format_money(1, currency))
    return format_money(int(found + Fraction(1, 2)), currency)


def percent(thousandths: int) -> str:
    """Thousandths as whole percents, which are never 0 % for somebody."""
    if 0 < thousandths < 10:
        return gettext("less than %(percent)s", percent="1%")
    return f"{(thousandths + 5) // 10}%"


def _value(key: str, value: int | str | list[str]) -> Value:
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, int) or key in NAMES else amount(value)
