"""What a rule answers: who is selected, and for every project the reason, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from budgeting.tally.election import Number, number_json

Value = Number | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a project is selected or not: a stable code and the figures that its sentence needs."""

    code: str
    params: dict[str, Value] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON; amounts that are not whole become text."""
        return {"code": self.code, "params": {k: _plain(v) for k, v in self.params.items()}}


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """One project's result. `rank` is its place, from 1, by score and then by the tie order."""

    id: str
    selected: bool
    rank: int
    score: Number
    votes: int
    cost: Number
    reason: Reason

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "id": self.id,
            "selected": self.selected,
            "rank": self.rank,
            "score": number_json(self.score),
            "votes": self.votes,
            "cost": number_json(self.cost),
            "reason": self.reason.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a rule. `projects` are in the order of their ranks.

    `settings` say how the rule was run. `ties` are the groups of projects with equal scores, in
    the order that was applied, where another order would have selected other projects.
    """

    rule: str
    settings: dict[str, str | int]
    budget: Number
    unit: str
    voters: int
    projects: tuple[ProjectOutcome, ...]
    ties: tuple[tuple[str, ...], ...] = ()

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected projects, in the order in which they were taken."""
        return tuple(project.id for project in self.projects if project.selected)

    @property
    def cost(self) -> Number:
        """What the selected projects cost together."""
        return sum(project.cost for project in self.projects if project.selected)

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON, with the selected ids sorted as text."""
        return {
            "rule": self.rule,
            "settings": self.settings,
            "budget": number_json(self.budget),
            "cost": number_json(self.cost),
            "unit": self.unit,
            "voters": self.voters,
            "selected": sorted(self.selected),
            "ties": [list(tie) for tie in self.ties],
            "projects": [project.to_json() for project in self.projects],
        }


def _plain(value: Value) -> int | str | list[str]:
    if isinstance(value, str):
        return value
    return list(value) if isinstance(value, tuple) else number_json(value)
