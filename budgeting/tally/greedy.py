"""Greedy: go down the list by score and take every project that still fits the budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from budgeting.tally.election import Count, Election, Project
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome, ProjectOutcome, Reason, Value
from budgeting.tally.ties import BY_ID, TieOrder

MISFITS = ("skip", "stop")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A project with its count and its place on the list."""

    project: Project
    count: Count
    rank: int


@dataclass(slots=True)
class _Walk:
    """The way down the list: what is left, and how much was left at each turn so far."""

    budget: Number
    unit: str
    stops: bool
    left: Number
    turns: list[tuple[_Entry, Number]] = field(default_factory=list)
    stopped_at: _Entry | None = None
    ties: list[tuple[str, ...]] = field(default_factory=list)


def greedy(
    election: Election,
    *,
    on_misfit: str = "skip",
    min_votes: int = 0,
    ties: TieOrder = BY_ID,
) -> Outcome:
    """Take projects by descending score as long as they fit the budget, exactly.

    At a project that does not fit, `skip` passes on to the next and `stop` ends there. A project
    named on fewer than `min_votes` ballots is left out beforehand. Raises ValueError for another
    `on_misfit`, and KeyError if a ballot names a project that is not in the election.
    """
    if on_misfit not in MISFITS:
        raise ValueError(f"on_misfit must be one of {', '.join(MISFITS)}")
    entries = _by_rank(election, ties)
    walk = _Walk(election.budget, election.unit, on_misfit == "stop", election.budget)
    eligible = [entry for entry in entries if entry.count.votes >= min_votes]
    results = {result.id: result for result in _take(walk, eligible)}
    for entry in entries:
        if entry.project.id not in results:
            results[entry.project.id] = _below(entry, min_votes)
    return Outcome(
        rule="greedy",
        settings={"misfit": on_misfit, "min_votes": min_votes, "ties": ties.text},
        budget=election.budget,
        unit=election.unit,
        voters=election.voters,
        projects=tuple(results[entry.project.id] for entry in entries),
        ties=tuple(walk.ties),
    )


def _by_rank(election: Election, ties: TieOrder) -> list[_Entry]:
    counts = election.counts()
    ordered = sorted(
        election.projects,
        key=lambda p: (-counts[p.id].score, ties.key(p, counts[p.id].votes)),
    )
    return [_Entry(project, counts[project.id], i) for i, project in enumerate(ordered, 1)]


def _take(walk: _Walk, eligible: list[_Entry]) -> Iterator[ProjectOutcome]:
    for _, equals in groupby(eligible, key=lambda entry: entry.count.score):
        tied = list(equals)
        rivals = _rivals(walk, [entry.project for entry in tied])
        if rivals:
            walk.ties.append(rivals)
        for entry in tied:
            yield _turn(walk, entry, rivals)


def _rivals(walk: _Walk, tied: list[Project]) -> tuple[str, ...]:
    """Ids of those among equals whose order decides who is selected; empty if none does.

    Whoever cannot fit even as the first of the group plays no part, unless the list stops there.
    """
    if walk.stopped_at:
        return ()
    fitting = [project for project in tied if project.cost <= walk.left]
    rivals = tied if walk.stops and fitting else fitting
    if sum(project.cost for project in rivals) <= walk.left:
        return ()
    return tuple(project.id for project in rivals)


def _turn(walk: _Walk, entry: _Entry, rivals: tuple[str, ...]) -> ProjectOutcome:
    """Take the project or leave it, and say why."""
    cost = entry.project.cost
    if walk.stopped_at:
        return _result(entry, _passed_over(walk, entry, walk.stopped_at))
    walk.turns.append((entry, walk.left))
    if cost <= walk.left:
        reason = _taken(walk, entry, rivals)
        walk.left -= cost
        return _result(entry, reason, selected=True)
    if walk.stops:
        walk.stopped_at = entry
    params: dict[str, Value] = {"left": walk.left, "short": cost - walk.left}
    return _result(entry, _lost(walk, entry, "misfit", params))


def _taken(walk: _Walk, entry: _Entry, rivals: tuple[str, ...]) -> Reason:
    params: dict[str, Value] = {"left": walk.left, "remaining": walk.left - entry.project.cost}
    beaten = rivals[rivals.index(entry.project.id) + 1 :] if entry.project.id in rivals else ()
    if beaten:
        return Reason("selected_tie", params | {"tied": beaten, "unit": walk.unit})
    return Reason("selected", params)


def _passed_over(walk: _Walk, entry: _Entry, stopped_at: _Entry) -> Reason:
    return _lost(walk, entry, "after_stop", {"stopped_at": stopped_at.project.id})


def _lost(walk: _Walk, entry: _Entry, code: str, params: dict[str, Value]) -> Reason:
    """Name the lowest project on the list before which this one would have fitted, and the gap."""
    cost = entry.project.cost
    if cost > walk.budget:
        return Reason("too_dear", {"budget": walk.budget, "short": cost - walk.budget})
    rival = next(rival for rival, left in reversed(walk.turns) if left >= cost)
    gap = rival.count.score - entry.count.score
    return Reason(code, params | {"rival": rival.project.id, "behind_by": gap, "unit": walk.unit})


def _below(entry: _Entry, min_votes: int) -> ProjectOutcome:
    missing = min_votes - entry.count.votes
    return _result(entry, Reason("below_threshold", {"needed": min_votes, "missing": missing}))


def _result(entry: _Entry, reason: Reason, *, selected: bool = False) -> ProjectOutcome:
    return ProjectOutcome(
        id=entry.project.id,
        selected=selected,
        rank=entry.rank,
        score=entry.count.score,
        votes=entry.count.votes,
        cost=entry.project.cost,
        reason=reason,
    )
