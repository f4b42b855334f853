"""Counting one budget: what the round's rule decides, and what another rule would have done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from budgeting.tally.election import Election
from budgeting.tally.outcome import Outcome
from budgeting.tally.rules import RuleSpec, run
from budgeting.tally.summary import compare, summarise
from core.types import Json

_SAID = (
    "rule",
    "standing",
    "settings",
    "start",
    "endowment",
    "preference",
    "cost",
    "selected",
    "steps",
    "ties",
)
_SAID_OF_OTHER = ("rule", "cost", "selected")


@dataclass(frozen=True, slots=True)
class Counted:
    """One budget, counted: the outcome as the tally writes it, and the report beside it.

    The report has the ``rule`` and its winners, those of ``other``, and in thousandths of the
    voters (``None`` for too few to tell) a ``summary`` of both and which of them they ``prefer``.
    """

    outcome: Json
    report: Json


def count_part(election: Election, spec: RuleSpec, progress: Callable[[int], None]) -> Counted:
    """Apply the round's rule and the one it is compared with; ``progress`` is told percents."""
    outcome = run(election, spec, lambda percent: progress(percent // 2))
    other = run(election, rival(spec, outcome), lambda percent: progress(50 + percent // 2))
    return Counted(outcome.to_json(), _report(election, outcome, other))


def rival(spec: RuleSpec, outcome: Outcome) -> RuleSpec:
    """The rule to compare an outcome with: greedy, or equal shares where greedy's winners stand."""
    if (outcome.standing or outcome.rule) != "greedy":
        return replace(spec, rule="greedy", compare="none")
    if outcome.rule != "greedy":
        return replace(spec, compare="none")
    return RuleSpec("equal-shares", spec.misfit, spec.min_votes, spec.ties, step=spec.step)


def _report(election: Election, outcome: Outcome, other: Outcome) -> Json:
    said, beside = outcome.to_json(), other.to_json()
    mine = summarise(election, outcome.selected).to_json()
    theirs = summarise(election, other.selected).to_json()
    prefer = compare(election, outcome.selected, other.selected)
    return {
        "rule": {key: said[key] for key in _SAID},
        "other": {key: beside[key] for key in _SAID_OF_OTHER},
        "summary": mine and {"rule": mine, "other": theirs},
        "prefer": prefer.to_json(),
    }
