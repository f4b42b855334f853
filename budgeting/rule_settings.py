"""How a round counts, as it is stored with it: what older rounds leave out, what does not apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from budgeting.models import BallotType
from budgeting.tally.rules import RuleSpec
from core.types import Json

_SPEC = RuleSpec()
DEFAULTS: Mapping[str, Any] = {
    "rule": _SPEC.rule,
    "misfit": _SPEC.misfit,
    "min_votes": _SPEC.min_votes,
    "ties": _SPEC.ties.text,
    "utility": _SPEC.utility,
    "completion": _SPEC.completion,
    "until": _SPEC.until,
    "compare": _SPEC.compare,
}
# Which rules heed a setting; those not named here all do.
HEEDED: Mapping[str, frozenset[str]] = {
    "misfit": frozenset({"greedy", "equal-shares"}),
    "utility": frozenset({"equal-shares"}),
    "completion": frozenset({"equal-shares"}),
    "until": frozenset({"equal-shares"}),
    "compare": frozenset({"equal-shares"}),
}
RAISING = frozenset({"add1", "add1-utilitarian"})
FILLING = frozenset({"utilitarian", "add1-utilitarian"})
WITH_POINTS = frozenset({BallotType.POINTS, BallotType.RANKED})


def complete(rule: Mapping[str, Any]) -> Json:
    """A stored rule with every setting; older rounds have fewer of them."""
    return {**DEFAULTS, **rule}


def settle(rule: Mapping[str, Any], ballot: str) -> Json:
    """A rule as it is to be stored, each setting that it does not heed back at its default."""
    full = complete(rule)
    for name, rules in HEEDED.items():
        if full["rule"] not in rules:
            full[name] = DEFAULTS[name]
    if full["completion"] not in RAISING:
        full["until"] = DEFAULTS["until"]
    full["utility"] = full["utility"] if _knows(full["utility"], ballot) else DEFAULTS["utility"]
    return full


def utility_of(rule: Mapping[str, Any], ballot: str) -> str:
    """What ``ballot`` stands for with this kind of ballot: cost, cardinality or score."""
    found = str(complete(rule)["utility"])
    if found != "ballot":
        return found
    return "score" if ballot in WITH_POINTS else "cost"


def _knows(utility: str, ballot: str) -> bool:
    return utility != "score" or ballot in WITH_POINTS
