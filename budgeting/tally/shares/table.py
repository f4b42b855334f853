"""The voters' side of an election as columns of numbers, one for each project they can buy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
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
    def bases(self) -> Floats:
        """The utility of one point, by column."""
        return np.array([float(column.base) for column in self.columns])

    @cached_property
    def least(self) -> Floats:
        """What a unit of utility costs each voter at least, by column: if nobody is short."""
        return np.array([c.cost / c.total / c.base for c in self.columns])

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
    given, unit = _supporters(election, costs, utility == "score")
    weights = np.fromiter(election.ballots.values(), np.float64, len(election.ballots))
    columns = []
    for ident in ids:
        if found := given[ident]:
            cost = int(costs[ident] * money)
            base = cost if utility == "cost" else 1
            columns.append(_column(ident, cost, base, weights, found))
    return Table(
        columns=tuple(columns),
        groups=len(weights),
        voters=election.voters,
        budget=int(election.budget * money),
        money=money,
        unit=unit,
    )


def _supporters(
    election: Election, costs: Iterable[str], by_points: bool
) -> tuple[dict[str, list[tuple[int, int]] | list[int]], int]:
    """By project the groups that support it, with their points where these count, in whole units
    of one over the second."""
    if not by_points:
        plain: dict[str, Any] = {ident: [] for ident in costs}
        for group, ballot in enumerate(election.ballots):
            for choice, points in zip(ballot.choices, ballot.points, strict=True):
                if points > 0:
                    plain[choice].append(group)
        return plain, 1
    unit = lcm(*{points.denominator for ballot in election.ballots for points in ballot.points})
    given: dict[str, Any] = {ident: [] for ident in costs}
    for group, ballot in enumerate(election.ballots):
        for choice, points in zip(ballot.choices, ballot.points, strict=True):
            if points > 0:
                given[choice].append((group, int(points * unit)))
    return given, unit


def _column(
    ident: str, cost: int, base: int, weights: Floats, given: list[tuple[int, int]] | list[int]
) -> Column:
    if isinstance(given[0], int):
        members = np.array(given, np.intp)
        return column(ident, cost, base, members, weights[members])
    groups, whole = zip(*given, strict=True)
    members = np.array(groups, np.intp)
    mine = weights[members]
    points = np.array([float(point) for point in whole])
    total = sum(int(weight) * point for weight, point in zip(mine, whole, strict=True))
    kept = whole if total >= LARGEST_EXACT else None
    return Column(ident, cost, base, members, mine, points, mine * points, total, kept)


def column(ident: str, cost: int, base: int, members: Indices, weights: Floats) -> Column:
    """A column of supporters who give one point each."""
    return Column(ident, cost, base, members, weights, None, weights, int(weights.sum()))
