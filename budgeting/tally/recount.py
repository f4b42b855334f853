"""A result counted over again step by step, so that a pencil can follow it.

Nothing is taken from the rule but the order of its purchases and their prices: votes, payments,
what is left and what is missing are reckoned anew, and have to agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from budgeting.tally.election import Election
from budgeting.tally.numbers import Number, number_json, whole
from budgeting.tally.outcome import Outcome, ProjectOutcome, Reason
from budgeting.tally.replay import Purchase, Shortage, counts_points, replay

_TAKEN = ("selected", "selected_tie", "filled", "filled_tie")


@dataclass(frozen=True, slots=True)
class Turn:
    """A project whose turn came on the way down the ranking: `left` was there before it."""

    project: str
    score: Number
    cost: Number
    left: Number
    selected: bool


@dataclass(frozen=True, slots=True)
class Other:
    """A project decided by something else than money at its turn."""

    project: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Recount:
    """The way to a result. Every project is in `purchases`, `turns`, `shortages` or `others`.

    Where `standing` is another rule than `rule`, the purchases are those of `rule`, whose winners
    did not stand, and the rest is that of the standing one. `per_point` says whether prices are
    for each point.
    """

    rule: str
    standing: str
    unit: str
    per_point: bool
    budget: Number
    voters: int
    start: Number | None
    endowment: Number | None
    purchases: tuple[Purchase, ...]
    turns: tuple[Turn, ...]
    shortages: tuple[Shortage, ...]
    others: tuple[Other, ...]
    cost: Number
    selected: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON; what is not whole becomes exact text."""
        plain: dict[str, Any] = _plain(self)
        return plain


def recount(election: Election, outcome: Outcome) -> Recount:
    """Count an outcome of `election` over again. Raises ValueError where something disagrees."""
    _check_counts(election, outcome)
    _check_limits(election, outcome)
    standing = outcome.standing or outcome.rule
    purchases, shortages = replay(election, outcome)
    bought = {purchase.project for purchase in purchases} if standing == outcome.rule else set()
    spent = sum(p.cost for p in outcome.projects if p.id in bought)
    turns = tuple(_turns(outcome, election.budget - spent))
    won = bought.union(outcome.funded, (turn.project for turn in turns if turn.selected))
    if won != set(outcome.selected):
        raise ValueError(f"the winners are {', '.join(sorted(won))}")
    told = bought.union(t.project for t in turns).union(s.project for s in shortages)
    return Recount(
        rule=outcome.rule,
        standing=standing,
        unit=outcome.unit,
        per_point=bool(purchases) and counts_points(election, outcome),
        budget=outcome.budget,
        voters=outcome.voters,
        start=outcome.start,
        endowment=outcome.endowment,
        purchases=tuple(purchases),
        turns=turns,
        shortages=tuple(shortages),
        others=tuple(Other(p.id, p.reason) for p in outcome.projects if p.id not in told),
        cost=outcome.cost,
        selected=outcome.selected,
    )


def _turns(outcome: Outcome, left: Number) -> Iterator[Turn]:
    """Those whose turn came, with what was left; where it is the same, the winner was last."""
    turns = [
        (_stated_left(result), result.reason.code in _TAKEN, result)
        for result in outcome.projects
        if "left" in result.reason.params and result.reason.code != "ceiling"
    ]
    for _, taken, result in sorted(turns, key=lambda turn: (-turn[0], turn[1])):
        yield Turn(result.id, result.score, result.cost, whole(left), taken)
        _check_turn(result, left, fits=taken)
        left -= result.cost if taken else 0


def _stated_left(result: ProjectOutcome) -> Number:
    left = result.reason.params["left"]
    if not isinstance(left, int | Fraction):
        raise ValueError(f"project {result.id}: what was left at its turn is no number")
    return left


def _check_turn(result: ProjectOutcome, left: Number, *, fits: bool) -> None:
    stated = _stated_left(result)
    if stated != left:
        raise ValueError(f"project {result.id}: {left} was left at its turn, not {stated}")
    if fits != (result.cost <= left):
        raise ValueError(f"project {result.id}: {left} was left for its cost of {result.cost}")


def _check_counts(election: Election, outcome: Outcome) -> None:
    """Votes, scores, costs and ranking."""
    if (outcome.budget, outcome.voters) != (election.budget, election.voters):
        raise ValueError("the outcome is of another election")
    counts, costs = election.counts(), {project.id: project.cost for project in election.projects}
    for result in outcome.projects:
        if counts.pop(result.id, None) != (result.votes, result.score):
            raise ValueError(f"project {result.id}: its votes are counted differently")
        if costs[result.id] != result.cost:
            raise ValueError(f"project {result.id}: it costs {costs[result.id]}")
    if counts:
        raise ValueError(f"the outcome says nothing of {', '.join(sorted(counts))}")
    scores = [result.score for result in outcome.projects]
    if scores != sorted(scores, reverse=True):
        raise ValueError("the projects are not in the order of their scores")


def _check_limits(election: Election, outcome: Outcome) -> None:
    """That the winners keep to the budget, the ceilings and the exclusive groups."""
    funded = election.limits.funded
    costs = {p.id: p.cost for p in outcome.projects if p.selected and p.id not in funded}
    if outcome.funded != funded:
        raise ValueError("other projects are paid for by somebody else")
    if sum(costs.values()) > election.budget:
        raise ValueError("the winners cost more than the budget")
    for ceiling in election.limits.ceilings:
        if sum(cost for key, cost in costs.items() if key in ceiling.projects) > ceiling.amount:
            raise ValueError(f"the winners cost more than the ceiling of {ceiling.name}")
    for group in election.limits.exclusive:
        if len(group & costs.keys()) > (0 if group & funded else 1):
            raise ValueError(f"only one of {', '.join(sorted(group))} may win")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Reason):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "denominator"):
        return number_json(value)
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
