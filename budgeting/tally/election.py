"""What an election is: projects with costs, a budget, and ballots grouped with weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from budgeting.tally.choices import Choices
from budgeting.tally.limits import NO_LIMITS, Limits
from budgeting.tally.numbers import Number

WITH_POINTS = frozenset({"cumulative", "scoring"})
RANKED = "ordinal"
VOTE_TYPES = frozenset({"approval", "choose-1", "knapsack", RANKED}) | WITH_POINTS


class Vote(NamedTuple):
    """One person's ballot as cast: project ids (best first if ranked) and, if asked for, points."""

    voter_id: str
    choices: tuple[str, ...]
    points: tuple[Number, ...] | None = None


class Ballot(NamedTuple):
    """A ballot as counted: project ids and what each of them gets from it."""

    choices: tuple[str, ...]
    points: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ballot, its `cost` in the unit of the budget; `extra` has other columns."""

    id: str
    cost: Number
    name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


class Count(NamedTuple):
    """How many ballots name a project, and the votes or points it gathered."""

    votes: int
    score: Number


@dataclass(frozen=True)
class Election:
    """Everything a rule needs. `ballots` maps each distinct ballot to how often it was cast.

    `default_score` is what a ballot that does not name a project gives it (Pabulib's field of that
    name, zero everywhere but in some scoring elections).
    """

    projects: tuple[Project, ...]
    ballots: Mapping[Ballot, int]
    budget: Number
    vote_type: str = "approval"
    default_score: Number = 0
    meta: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = NO_LIMITS

    @cached_property
    def choices(self) -> Choices:
        """All choices, project by project; made once. Raises like `Choices`."""
        ids = (project.id for project in self.projects)
        return Choices(ids, self.ballots.keys(), self.ballots.values())

    @property
    def voters(self) -> int:
        """How many ballots were cast, blank ones included."""
        return sum(self.ballots.values())

    @property
    def unit(self) -> str:
        """What a score counts: "votes" or "points"."""
        return "points" if self.vote_type == RANKED or self.vote_type in WITH_POINTS else "votes"

    def counts(self) -> dict[str, Count]:
        """Votes and score of every project.

        Raises KeyError if a ballot names a project that is not in the election.
        """
        voters, counts = self.voters, {}
        for project in self.projects:
            votes, points = self.choices.count(project.id)
            counts[project.id] = Count(votes, points + self.default_score * (voters - votes))
        return counts


def group(
    votes: Iterable[Vote], vote_type: str, max_length: int | None = None
) -> dict[Ballot, int]:
    """Group equal ballots, with what each choice is worth.

    An approval is worth one. With points it is worth its points. In a ranking of at most L
    (`max_length`, else the longest ballot) position k, counted from 0, is worth L - k.
    Raises ValueError for an unknown vote type or for missing points.
    """
    if vote_type not in VOTE_TYPES:
        raise ValueError(f"unknown vote type: {vote_type}")
    if vote_type in WITH_POINTS:
        return _group_points(votes)
    cast = Counter(vote.choices for vote in votes)
    if vote_type != RANKED:
        return _group_approvals(cast)
    top = max_length or max(map(len, cast), default=0)
    return {Ballot(ranks, rank_points(len(ranks), top)): n for ranks, n in cast.items()}


def rank_points(length: int, top: int) -> tuple[int, ...]:
    """Points of a ranking of `length` projects where `top` may be ranked; none beyond that."""
    return tuple(max(top - position, 0) for position in range(length))


def _group_points(votes: Iterable[Vote]) -> dict[Ballot, int]:
    cast = Counter((vote.choices, vote.points) for vote in votes)
    grouped = {}
    for (choices, points), weight in cast.items():
        if points is None or len(points) != len(choices):
            raise ValueError("this kind of ballot needs one number of points for each choice")
        grouped[Ballot(choices, points)] = weight
    return grouped


def _group_approvals(cast: Counter[tuple[str, ...]]) -> dict[Ballot, int]:
    """Approvals have no order: the same projects in another order are the same ballot."""
    grouped: Counter[Ballot] = Counter()
    for choices, weight in cast.items():
        grouped[Ballot(tuple(sorted(choices)), (1,) * len(choices))] += weight
    return dict(grouped)
