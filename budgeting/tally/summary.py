"""How well a result serves the voters as a whole, and which of two results serves more of them.

A ballot counts here if it gives points to at least one project, and only such projects are
"on" it. Projects that somebody else pays for are winners like others but get none of the money.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from budgeting.tally.election import Election
from budgeting.tally.numbers import Number

FEWEST_VOTERS = 10
"""Shares of fewer ballots than this are not published: they would tell of single people."""

_Json = dict[str, int | list[int]]


@dataclass(frozen=True, slots=True)
class Summary:
    """Ballots by how much of what is on them won.

    Of all `voters`, `choosing` have a ballot that counts. `shares` are numbers of ballots: none of
    their projects won, up to a quarter, up to half, up to three quarters, less than all, all.
    `money` is the share of the money spent that went to a ballot's projects, on average.
    """

    voters: int
    choosing: int
    shares: tuple[int, ...]
    money: Number

    @property
    def without(self) -> int:
        """How many ballots have no winner on them."""
        return self.shares[0]

    def to_json(self) -> _Json | None:
        """In thousandths; None for fewer ballots than may be told of."""
        if self.choosing < FEWEST_VOTERS:
            return None
        shares = [permille(number, self.choosing) for number in self.shares]
        return {"without": shares[0], "shares": shares, "money": permille(self.money, 1)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many ballots' projects got more money by the first result, by the second, the same."""

    first: int
    second: int
    equal: int

    def to_json(self) -> dict[str, int] | None:
        """In thousandths; None for fewer ballots than may be told of."""
        ballots = self.first + self.second + self.equal
        if ballots < FEWEST_VOTERS:
            return None
        counts = {"rule": self.first, "other": self.second, "equal": self.equal}
        return {name: permille(number, ballots) for name, number in counts.items()}


def summarise(election: Election, selected: Collection[str]) -> Summary:
    """Look at every distinct ballot once; `selected` are the ids of the winners."""
    costs = _costs(election, selected)
    shares, money, choosing = [0] * 6, 0, 0
    for choices, weight in _choices(election):
        won = [costs[choice] for choice in choices if choice in costs]
        shares[_class(len(won), len(choices))] += weight
        money += weight * sum(won)
        choosing += weight
    spent = sum(costs.values()) * choosing
    share = Fraction(money, spent) if spent else 0
    return Summary(election.voters, choosing, tuple(shares), share)


def compare(election: Election, first: Collection[str], second: Collection[str]) -> Comparison:
    """Compare two sets of winners by the money that goes to the projects on each ballot."""
    costs = _costs(election, {*first, *second})
    gains = {key: cost * ((key in first) - (key in second)) for key, cost in costs.items()}
    better = worse = equal = 0
    for choices, weight in _choices(election):
        gain = sum(gains.get(choice, 0) for choice in choices)
        if gain > 0:
            better += weight
        elif gain < 0:
            worse += weight
        else:
            equal += weight
    return Comparison(better, worse, equal)


def permille(part: Number, total: int) -> int:
    """Thousandths of a total, to the nearest, halves upwards."""
    return int((part * 2000 + total) // (2 * total))


def _costs(election: Election, selected: Collection[str]) -> dict[str, int]:
    """What each winner costs the budget, all in one unit small enough for whole numbers."""
    projects = [project for project in election.projects if project.id in selected]
    parts = lcm(*(project.cost.denominator for project in projects))
    funded = election.limits.funded
    return {p.id: 0 if p.id in funded else int(p.cost * parts) for p in projects}


def _choices(election: Election) -> Iterator[tuple[Sequence[str], int]]:
    """What is on each distinct ballot that counts, and how often that was cast."""
    for ballot, weight in election.ballots.items():
        choices: Sequence[str] = ballot.choices
        if min(ballot.points, default=0) <= 0:
            choices = [c for c, points in zip(*ballot, strict=True) if points > 0]
        if choices:
            yield choices, weight


def _class(won: int, chosen: int) -> int:
    """Which of the six shares of `Summary` so many winners of so many choices fall into."""
    return 5 if won == chosen else (4 * won + chosen - 1) // chosen
