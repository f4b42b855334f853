"""What a rule answers: who is selected, and for every project the reason, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from budgeting.tally.numbers import Number, number_json, rounded, whole

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
class Step:
    """One purchase with the voters' own money.

    `full` supporters paid `price` (for each point, where points count), and `part` of them gave
    the rest of their money, less than that and together `rest`. `held` is what all of them had
    before. By Phragmen's rule `price` is the load that they carry afterwards. All are exact.
    """

    project: str
    price: Number
    full: int
    part: int = 0
    rest: Number = 0
    held: Number = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON; amounts to the nearest millionth."""
        amounts = {"price": self.price, "rest": self.rest, "held": self.held}
        shown = {key: number_json(rounded(value)) for key, value in amounts.items()}
        return {"project": self.project, "full": self.full, "part": self.part} | shown


@dataclass(frozen=True, slots=True)
class Preference:
    """How many voters like the rule's winners better, and how many those of greedy, by the
    utility that the rule reckons with; the others like both alike."""

    rule: int
    greedy: int


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """One project's result. `rank` is its place, from 1, by score and then by the tie order.

    `support` is the share of its cost that its supporters had left for it, at its purchase or at
    the end: 1 and more wins, unless a limit is in the way. Only rules with voters' own money
    know it.
    """

    id: str
    selected: bool
    rank: int
    score: Number
    votes: int
    cost: Number
    reason: Reason
    support: Number | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON. Support is to the nearest millionth."""
        support = self.support
        return {
            "id": self.id,
            "selected": self.selected,
            "rank": self.rank,
            "score": number_json(self.score),
            "votes": self.votes,
            "cost": number_json(self.cost),
            "reason": self.reason.to_json(),
            "support": None if support is None else number_json(rounded(support)),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a rule. `projects` are in the order of their ranks.

    `settings` say how the rule was run. `ties` are the groups of projects with equal scores, in
    the order that was applied, where another order could have selected other projects. `steps`
    are the purchases in their order, each voter having had `endowment` in the end and `start`
    at first. `standing` names the rule whose winners stand, greedy's where more voters liked
    those better and that was asked for; `preference` says by how many.
    """

    rule: str
    settings: dict[str, str | int]
    budget: Number
    unit: str
    voters: int
    projects: tuple[ProjectOutcome, ...]
    ties: tuple[tuple[str, ...], ...] = ()
    steps: tuple[Step, ...] = ()
    start: Number | None = None
    endowment: Number | None = None
    preference: Preference | None = None
    standing: str = ""
    funded: frozenset[str] = frozenset()

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected projects, by rank."""
        return tuple(project.id for project in self.projects if project.selected)

    @property
    def cost(self) -> Number:
        """What the selected projects cost the budget; those funded by others cost it nothing."""
        return whole(sum(p.cost for p in self.projects if p.selected and p.id not in self.funded))

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON, with the selected ids sorted as text."""
        return {
            "rule": self.rule,
            "standing": self.standing or self.rule,
            "settings": self.settings,
            "budget": number_json(self.budget),
            "cost": number_json(self.cost),
            "unit": self.unit,
            "voters": self.voters,
            "selected": sorted(self.selected),
            "funded": sorted(self.funded),
            "start": _shown(self.start),
            "endowment": _shown(self.endowment),
            "preference": _preference(self.preference),
            "ties": [list(tie) for tie in self.ties],
            "steps": [step.to_json() for step in self.steps],
            "projects": [project.to_json() for project in self.projects],
        }


def _shown(value: Number | None) -> int | str | None:
    return None if value is None else number_json(rounded(value))


def _preference(found: Preference | None) -> dict[str, int] | None:
    return None if found is None else {"rule": found.rule, "greedy": found.greedy}


def _plain(value: Value) -> int | str | list[str]:
    if isinstance(value, str):
        return value
    return list(value) if isinstance(value, tuple) else number_json(value)
