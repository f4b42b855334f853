"""The voters' side of an election as columns of numbers, one for each project they can buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.election import RANKED, WITH_POINTS, Election
from budgeting.tally.numbers import Number

Floats: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.intp]
LARGEST_EXACT = 2**53  # doubles hold every whole number up to here


@dataclass(frozen=True, slots=True)
class Column:
    """A project that can be bought: its cost, and who gives it how many points.

    `members` are the groups of equal ballots that support it, ascending, with `weights` voters
    each, `points` per voter (`None`: one), and `shares` the product. `total` is the exact sum of
    the shares, `base` the utility of one point. Where doubles cannot hold the points, `whole` has
    them exactly.
    """

    id: str
    cost: int
    base: int
    members: Indices
    weights: Floats
    points: Floats | None
    shares: Floats
    total: int
    whole: tuple[int, ...] | None = None

    @property
    def voters(self) -> int:
        """How many voters support it."""
        return int(self.weights.sum())

    def points_at(self, places: NDArray[Any]) -> list[int]:
        """The exact points of the members at `places`."""
        if self.whole is not None:
            return [self.whole[place] for place in places]
        if self.points is None:
            return [1] * len(places)
        return [int(value) for value in self.points[places]]

    def sum_shares(self, mask: NDArray[np.bool_]) -> int:
        """The exact sum of the shares of some members."""
        if self.whole is None:
            return int(self.shares @ mask)
        places = np.flatnonzero(mask)
        points = self.points_at(places)
        weights = self.weights[places].tolist()
        return sum(int(weight) * point for weight, point in zip(weights, points, strict=True))


@dataclass(frozen=True)
class Table:
    """Columns in the order in which ties are broken. Money is counted in units of 1/`money`, and
    points in units of 1/`unit`, so that both are whole numbers."""

    columns: tuple[Column, ...]
    groups: int
    voters: int
    budget: int
    money: int = 1
    unit: int = 1

    @cached_property
    def least(self) -> Floats:
        """What a unit of utility costs each voter at least, by column: if nobody is short."""
        return np.array([c.cost / c.total / c.base for c in self.columns])

    @cached_property
    def heads(self) -> Floats:
        """How many voters support each column's project."""
        return np.array([float(column.weights.sum()) for column in self.columns])

    @cached_property
    def costs(self) -> Floats:
        """What each column's project costs, to the nearest double."""
        return np.array([float(column.cost) for column in self.columns])

    def price(self, value: Fraction) -> Fraction:
        """A price per point in the election's own money and points."""
        return value * self.unit / self.money

    def amount(self, value: Number) -> Fraction:
        """An amount in the election's own money."""
        return Fraction(value) / self.money


def utility_of(election: Election, asked: str) -> str:
    """The utility that `ballot` stands for: points count as such, else cost."""
    if asked != "ballot":
        return asked
    pointed = election.vote_type == RANKED or election.vote_type in WITH_POINTS
    return "score" if pointed else "cost"


def build(election: Election, ids: Sequence[str], utility: str, *more: Number) -> Table:
    """The table of the projects `ids`, which cost something, in that order, without those that
    nobody gives a point. Money is scaled so that the amounts in `more` are whole, too.

    Raises KeyError if a ballot names a project that is not in the election.
    """
    costs = {project.id: project.cost for project in election.projects}
    amounts = [election.budget, *costs.values(), *more]
    money = lcm(*(amount.denominator for amount in amounts))
    weights = np.fromiter(election.ballots.values(), np.float64, len(election.ballots))
    given = _Given(election, by_points=utility == "score")
    columns = []
    for ident in ids:
        cost = int(costs[ident] * money)
        if found := given.column(ident, cost, cost if utility == "cost" else 1, weights):
            columns.append(found)
    return Table(
        columns=tuple(columns),
        groups=len(weights),
        voters=election.voters,
        budget=int(election.budget * money),
        money=money,
        unit=given.unit,
    )


class _Given:
    """The choices of all ballots, put in order of the projects; points in units of one over
    `unit`, where they count."""

    def __init__(self, election: Election, *, by_points: bool) -> None:
        index = {project.id: place for place, project in enumerate(election.projects)}
        ballots = election.ballots
        chosen = [index[choice] for ballot in ballots for choice in ballot.choices]
        points = list(chain.from_iterable(ballot.points for ballot in ballots))
        groups = np.repeat(np.arange(len(ballots)), [len(ballot.choices) for ballot in ballots])
        self.unit, self._points = 1, None
        if len(points) != len(chosen):
            raise ValueError("each choice on a ballot needs its points")
        if by_points:
            self.unit = lcm(*{point.denominator for point in points})
            self._points = [int(point * self.unit) for point in points]
        given = np.array([point > 0 for point in points] if points.count(1) < len(points) else True)
        order = np.argsort(np.array(chosen, np.intp), kind="stable")
        self._order = order[np.broadcast_to(given, len(points))[order]]
        self._groups = groups[self._order]
        starts = np.array(chosen, np.intp)[self._order]
        self._ends = np.searchsorted(starts, np.arange(len(index) + 1)).tolist()
        self._index = index

    def column(self, ident: str, cost: int, base: int, weights: Floats) -> Column | None:
        """The column of a project; none if nobody gives it a point."""
        start, end = self._ends[self._index[ident] : self._index[ident] + 2]
        members = self._groups[start:end]
        if start == end:
            return None
        if self._points is None:
            return column(ident, cost, base, members, weights[members])
        whole = [self._points[place] for place in self._order[start:end].tolist()]
        mine, points = weights[members], np.array([float(point) for point in whole])
        total = sum(int(weight) * point for weight, point in zip(mine, whole, strict=True))
        kept = tuple(whole) if total >= LARGEST_EXACT else None
        return Column(ident, cost, base, members, mine, points, mine * points, total, kept)


def column(ident: str, cost: int, base: int, members: Indices, weights: Floats) -> Column:
    """A column of supporters who give one point each."""
    return Column(ident, cost, base, members, weights, None, weights, int(weights.sum()))
