"""The rules by name, and the settings a round freezes before voting opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from budgeting.tally.election import Election
from budgeting.tally.greedy import MISFITS, greedy
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome
from budgeting.tally.ties import BY_ID, TieOrder

UTILITIES = ("ballot", "cost", "cardinality", "score")
COMPLETIONS = ("none", "utilitarian", "add1", "add1-utilitarian")
STOPS = ("exhaustive", "over-budget")
COMPARISONS = ("none", "greedy")


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule and its settings, checked when made. Raises ValueError for what makes no sense.

    `misfit` is for greedy and for filling up by votes; `utility`, `completion`, `until`, `step`
    and `compare` are for equal shares. By utility `ballot`, points and ranks count as such and
    approvals by cost. `step` is by how much add1 raises each voter's money, in the budget's unit.
    """

    rule: str = "greedy"
    misfit: str = "skip"
    min_votes: int = 0
    ties: TieOrder = BY_ID
    utility: str = "ballot"
    completion: str = "add1-utilitarian"
    until: str = "exhaustive"
    step: Number = 1
    compare: str = "none"

    def __post_init__(self) -> None:
        for name, known in _KNOWN.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}")
        if self.min_votes < 0:
            raise ValueError("the least number of votes may not be below zero")
        if self.step <= 0:
            raise ValueError("each step must raise the voters' money")


def run(
    election: Election, spec: RuleSpec, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Apply a rule to an election; `progress` is told percents on the way.

    Raises KeyError if a ballot names a foreign project.
    """
    return RULES[spec.rule](election, spec, progress or _ignore)


def _ignore(_percent: int) -> None:
    pass


def _greedy(election: Election, spec: RuleSpec, _progress: Callable[[int], None]) -> Outcome:
    return greedy(election, on_misfit=spec.misfit, min_votes=spec.min_votes, ties=spec.ties)


# The other rules need numpy, which takes longer to load than greedy to run.
def _equal_shares(election: Election, spec: RuleSpec, progress: Callable[[int], None]) -> Outcome:
    from budgeting.tally.shares import equal_shares  # noqa: PLC0415

    return equal_shares(election, spec, progress)


def _phragmen(election: Election, spec: RuleSpec, _progress: Callable[[int], None]) -> Outcome:
    from budgeting.tally.phragmen import phragmen  # noqa: PLC0415

    return phragmen(election, min_votes=spec.min_votes, ties=spec.ties)


RULES: Mapping[str, Callable[[Election, RuleSpec, Callable[[int], None]], Outcome]] = {
    "greedy": _greedy,
    "equal-shares": _equal_shares,
    "phragmen": _phragmen,
}
_KNOWN = {
    "rule": tuple(RULES),
    "misfit": MISFITS,
    "utility": UTILITIES,
    "completion": COMPLETIONS,
    "until": STOPS,
    "compare": COMPARISONS,
}
