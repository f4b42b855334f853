"""The voters' side of an election as columns of numbers, one for each project they can buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.choices import Choices, Indices
from budgeting.tally.election import RANKED, WITH_POINTS, Election
from budgeting.tally.numbers import Number

Floats: TypeAlias = NDArray[np.float64]
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
    by_points = utility == "score"
    unit = lcm(*election.choices.denominators()) if by_points else 1
    columns = []
    for ident in ids:
        cost = int(costs[ident] * money)
        members, whole = _supporters(election.choices, ident, unit)
        if len(members):
            base, weights = cost if utility == "cost" else 1, election.choices.weights[members]
            points = whole if by_points else None
            columns.append(column(ident, cost, base, members, weights, whole=points))
    return Table(
        columns=tuple(columns),
        groups=len(election.ballots),
        voters=election.voters,
        budget=int(election.budget * money),
        money=money,
        unit=unit,
    )


def _supporters(choices: Choices, ident: str, unit: int) -> tuple[Indices, list[int] | None]:
    """Who gives a project points, and how many units of them; `None` stands for one point."""
    members, points = choices.of(ident)
    if points is None:
        return members, None
    kept = [place for place, point in enumerate(points) if point > 0]
    return members[kept], [int(points[place] * unit) for place in kept]


def column(
    ident: str,
    cost: int,
    base: int,
    members: Indices,
    weights: Floats,
    *,
    whole: Sequence[int] | None = None,
) -> Column:
    """A column of supporters who give so many points each, or one (`None`)."""
    if whole is None:
        return Column(ident, cost, base, members, weights, None, weights, int(weights.sum()))
    points = np.array([float(point) for point in whole])
    total = sum(int(weight) * point for weight, point in zip(weights, whole, strict=True))
    kept = tuple(whole) if total >= LARGEST_EXACT else None
    return Column(ident, cost, base, members, weights, points, weights * points, total, kept)
