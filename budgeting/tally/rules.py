"""The rules by name, and the settings a round freezes before voting opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from budgeting.tally.election import Election
from budgeting.tally.greedy import MISFITS, greedy
from budgeting.tally.outcome import Outcome
from budgeting.tally.ties import BY_ID, TieOrder


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule and its settings, checked when made. Raises ValueError for what makes no sense."""

    rule: str = "greedy"
    misfit: str = "skip"
    min_votes: int = 0
    ties: TieOrder = BY_ID

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"unknown rule: {self.rule}")
        if self.misfit not in MISFITS:
            raise ValueError(f"misfit must be one of {', '.join(MISFITS)}")
        if self.min_votes < 0:
            raise ValueError("the least number of votes may not be below zero")


def run(election: Election, spec: RuleSpec) -> Outcome:
    """Apply a rule to an election. Raises KeyError if a ballot names a foreign project."""
    return RULES[spec.rule](election, spec)


def _greedy(election: Election, spec: RuleSpec) -> Outcome:
    return greedy(election, on_misfit=spec.misfit, min_votes=spec.min_votes, ties=spec.ties)


RULES: Mapping[str, Callable[[Election, RuleSpec], Outcome]] = {"greedy": _greedy}
