"""The projects by score: the order of greedy and of every result."""

from __future__ import annotations

from dataclasses import dataclass

from budgeting.tally.election import Count, Election, Project
from budgeting.tally.limits import Limits
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import ProjectOutcome, Reason
from budgeting.tally.ties import TieOrder


@dataclass(frozen=True, slots=True)
class Entry:
    """A project with its count and its place on the list, from 1."""

    project: Project
    count: Count
    rank: int

    def settled(self, limits: Limits, min_votes: int) -> Reason | None:
        """``funded`` or ``below_threshold`` where that decides before any rule begins."""
        if self.project.id in limits.funded:
            return Reason("funded")
        if (missing := min_votes - self.count.votes) > 0:
            return Reason("below_threshold", {"needed": min_votes, "missing": missing})
        return None

    def too_dear(self, budget: Number) -> Reason | None:
        """``too_dear`` for a project that costs more than the whole budget."""
        short = self.project.cost - budget
        return Reason("too_dear", {"budget": budget, "short": short}) if short > 0 else None

    def result(
        self, reason: Reason, *, selected: bool = False, support: Number | None = None
    ) -> ProjectOutcome:
        """The project's line in an outcome."""
        return ProjectOutcome(
            id=self.project.id,
            selected=selected,
            rank=self.rank,
            score=self.count.score,
            votes=self.count.votes,
            cost=self.project.cost,
            reason=reason,
            support=support,
        )


def ranking(election: Election, ties: TieOrder) -> list[Entry]:
    """All projects by descending score, equals by the tie order.

    Raises KeyError if a ballot names a project that is not in the election.
    """
    counts = election.counts()
    ordered = sorted(
        election.projects,
        key=lambda p: (-counts[p.id].score, ties.key(p, counts[p.id].votes)),
    )
    return [Entry(project, counts[project.id], i) for i, project in enumerate(ordered, 1)]
