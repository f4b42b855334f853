"""Results in words: the headline, and one reason for each project."""

from __future__ import annotations

from collections.abc import Mapping

from budgeting.tally.explain import explain
from budgeting.tally.outcome import Reason
from core.i18n import current_locale, format_money, gettext, ngettext
from core.types import Json

NEARLY_ALL = 950


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
    params = {k: tuple(v) if isinstance(v, list) else v for k, v in reason["params"].items()}
    return explain(
        Reason(reason["code"], params),
        "zh" if current_locale() == "zh_Hans" else "en",
        money=lambda amount: format_money(int(amount), currency),
        title=lambda code: titles.get(code, code),
    )


def codes_in(reason: Json) -> list[str]:
    """The codes of the other projects that a reason mentions."""
    params = reason["params"]
    named = [params[key] for key in ("rival", "stopped_at") if key in params]
    return named + list(params.get("tied", []))
