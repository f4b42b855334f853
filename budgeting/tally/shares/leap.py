"""Proof that a whole span of endowments buys the same projects in the same order.

With the same purchases, more money at first leaves everybody at least as much after each of them,
and makes no price higher. So whoever is short of a price at the upper end of the span is short of
it within, and whoever is not at the lower end is not within. If nobody changed sides, prices would
be straight lines over the span. By how much they bend at most is reckoned from those who do change
sides. A project that is dearer than the one bought at both ends, by more than both may bend, is
dearer all along.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from budgeting.tally.shares.prices import EPSILON, NEVER
from budgeting.tally.shares.run import Run
from budgeting.tally.shares.table import Column

_HALF = 0.5
_NEARLY = 1 - EPSILON
_AMPLE = 1 + 2.0**-20  # beyond any error of the sums


class Leap:
    """An attempt to repeat the purchases of `lower` with the endowment `upper`, for all between.

    `run` is the run at the upper end.
    """

    def __init__(self, lower: Run, upper: Fraction) -> None:
        self._plan = lower
        self._below = lower.again(lower.endowment)
        self.run = lower.again(upper)
        self._bends = np.zeros(lower.table.groups)  # of the balances

    def succeed(self) -> float:
        """Repeat all purchases, and say how far they seem to stay the same, in spans of this one.

        From 1 on it is proved for the whole span. What is below, and beyond, is a guess.
        """
        reach = NEVER
        done = len(self.run.bought)  # by the opening
        for place, price in zip(self._plan.bought[done:], self._plan.prices[done:], strict=True):
            self._below.expect(place, price)
            self.run.look(place)
            if self.run.sure(place) is None:
                return _HALF
            reach = min(reach, self._ahead_of_all(place))
            if reach < 1:
                return reach
            self._buy(place)
        further = self.run.choose()
        return reach if further is None else self._entry(further)

    def _ahead_of_all(self, place: int) -> float:
        """How far a project stays cheaper than all others; see `succeed`."""
        ours = self._below.bound(place)
        reach, bend = NEVER, -1.0
        for other in np.flatnonzero(self.run.low <= ours).tolist():
            if other == place or self.run.look(other) > ours:
                continue
            if bend < 0:
                bend = self._bend(place) / self._plan.table.columns[place].base
            reach = min(reach, self._ahead(place, other, bend))
            if reach < 1:
                break
        return reach

    def _ahead(self, place: int, other: int, bend: float) -> float:
        """How far `place` stays cheaper than `other`, or before it by the order."""
        below, above, columns = self._below, self.run, self._plan.table.columns
        if below.look(other) == NEVER or below.sure(other) is None:
            return self._entry(other)
        if above.sure(other) is None:
            return _HALF
        if below.unhindered(place) and below.unhindered(other):
            ours, theirs = columns[place], columns[other]
            mine = ours.cost * theirs.total * theirs.base
            its = theirs.cost * ours.total * ours.base
            return NEVER if mine < its or (mine == its and place < other) else _HALF
        if place < other and _twins(columns[place], columns[other]):
            return NEVER
        first = float(below.low[other]) - below.bound(place)
        last = float(above.low[other]) - above.bound(place)
        bend += self._bend(other) / columns[other].base
        if min(first, last) > bend:
            return first / (first - last) if last < first else NEVER
        return min(first / (max(first - last, 0.0) + bend), _NEARLY) if first > 0 else 0.0

    def _entry(self, other: int) -> float:
        """About where a project becomes affordable that is not at the lower end."""
        column = self._plan.table.columns[other]
        held, more = (
            float(run.balance.take(column.members) @ column.weights)
            for run in (self._below, self.run)
        )
        return min(max((column.cost - held) / (more - held), 0.0), _NEARLY) if more > held else 0.0

    def _bend(self, place: int) -> float:
        """By how much the price of a project may differ at most from the straight line."""
        column = self._plan.table.columns[place]
        has, more = (run.balance.take(column.members) for run in (self._below, self.run))
        due, less = (run.due(place) for run in (self._below, self.run))
        poor, rich = more < less, has >= due
        rich_shares = float(np.add.reduce(column.shares * rich))
        if rich_shares <= 0:
            return NEVER
        own = np.where(poor, self._bends.take(column.members), 0.0)
        moving = np.minimum(due, more) - np.minimum(has, less)
        off = own + np.where(poor | rich, 0.0, np.abs(moving))
        blur = (self._below.error + self.run.error) * 2 * float(column.total)
        short = float(np.add.reduce(off * column.weights)) * _AMPLE
        return float((short + blur) / rich_shares)

    def _buy(self, place: int) -> None:
        column = self._plan.table.columns[place]
        bend = self._bend(place)
        has, due = self._below.balance.take(column.members), self._below.due(place)
        rich = has >= due
        self._below.buy(place)
        self.run.buy(place)
        more = self.run.balance.take(column.members)
        grown = self._bends.take(column.members) + bend * (
            1.0 if column.points is None else column.points
        )
        # Who changed sides has something between nothing and what is left at the upper end.
        self._bends[column.members] = np.where(rich, grown, more)


def _twins(one: Column, two: Column) -> bool:
    """Whether two projects cost the same and have the same support, so that they stay equal."""
    same = one.cost == two.cost and one.base == two.base and one.total == two.total
    if not same or one.whole or two.whole or not np.array_equal(one.members, two.members):
        return False
    if one.points is None or two.points is None:
        return one.points is two.points
    return bool(np.array_equal(one.points, two.points))
