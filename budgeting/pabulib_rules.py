"""By which rule an imported election is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from budgeting.counting import spec_of
from budgeting.models import BallotType
from budgeting.rule_settings import settle
from budgeting.tally.pabulib import PabulibFile
from core.types import Json

_RAISED = {"rule": "equal-shares", "completion": "add1", "until": "over-budget"}
# Rules of cities by their names in Pabulib files, as far as the name says it all.
OWN: Mapping[str, Mapping[str, str]] = {
    "greedy": {},
    "greedy-threshold": {},
    "greedy-no-skip": {"misfit": "stop"},
    "equalshares": {"rule": "equal-shares", "completion": "none"},
    "equalshares/add1": _RAISED,
    "equalshares/add1-comparison": _RAISED | {"compare": "greedy"},
}
_THRESHOLD = "min_project_score_threshold"


def rule_of(file: PabulibFile, ballot: BallotType, chosen: Mapping[str, Any]) -> Json:
    """The settings ``chosen`` and else the city's own, as far as we know it, else greedy's.

    If a rule is chosen, nothing is the city's. Ties go by id. Raises ``ValueError`` for settings
    that make no sense.
    """
    own = {} if "rule" in chosen else _own(file)
    rule = settle({"ties": "id", **own, **chosen}, ballot)
    spec_of(rule, "", 1)
    return rule


def _own(file: PabulibFile) -> dict[str, Any]:
    name = file.meta.get("rule", "")
    if name not in OWN:
        return {}
    least = file.meta.get(_THRESHOLD, "")
    return {**OWN[name], "min_votes": int(least) if least.isdecimal() else 0}
