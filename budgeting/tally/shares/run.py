"""One run of equal shares: voters with equal money buy projects, always the cheapest one for them.

Prices are reckoned in doubles with a bound on their error, and decided exactly wherever that bound
leaves a doubt. What is bought is therefore what exact arithmetic buys.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.limits import Allowance
from budgeting.tally.shares.exact import Exact, Split
from budgeting.tally.shares.table import Column, Floats, Table

EPSILON = 2.0**-52
SUMS = 2.0**-46  # relative error of a sum, which numpy adds up pairwise
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a point costs each supporter, give or take `error`; with `split`, known exactly.

    It may be more than that if somebody has nearly the price left: see `Run.choose`.
    """

    price: float
    error: float
    split: Split | None = None


class Run:
    """The state of one run: what every group of voters still has, and what was bought.

    Each voter begins with `endowment`. `low` bounds from below what a unit of utility costs each
    voter, by project; it is infinite for what is bought, barred, or too dear for its supporters.
    Prices never fall during a run, so that an old bound stays one.
    """

    def __init__(self, table: Table, endowment: Fraction, allowance: Allowance | None) -> None:
        self.table = table
        self.endowment = endowment
        self.balance = np.full(table.groups, float(endowment))
        self.error = float(endowment) * 4 * EPSILON  # of every balance but exactly nothing
        self.low = table.least * (1 - 8 * EPSILON)
        self.low[table.heads * float(endowment) < table.costs * (1 - SUMS)] = NEVER
        self.bought: list[int] = []
        self.prices: list[Estimate] = []
        self.ties: dict[int, tuple[int, ...]] = {}  # by how much was bought before
        self.exact = Exact(table, endowment)
        self.allowance = allowance.copy() if allowance else None
        self._allowed = allowance
        self._seen: dict[int, Estimate] = {}
        self._ready = -1, self.balance, self.balance  # a place, what its supporters have, and will
        self._bar()

    def finish(self) -> Run:
        """Buy until nothing can be bought any more."""
        while (place := self.choose()) is not None:
            self.buy(place)
        return self

    def again(self, endowment: Fraction) -> Run:
        """Another run of the same table, from its beginning."""
        return Run(self.table, endowment, self._allowed)

    def expect(self, place: int, price: Estimate) -> None:
        """Take over the price of a project from a run that came to the same state."""
        self._note(place, price)

    def bound(self, place: int) -> float:
        """What a unit of utility costs each voter at most, by a project that was seen."""
        found = self._seen[place]
        return (found.price + found.error) / self.table.columns[place].base * (1 + 8 * EPSILON)

    def due(self, place: int) -> Floats | float:
        """What each supporter of a project that was seen would pay in full."""
        return _due(self.table.columns[place], self._seen[place].price)

    def unhindered(self, place: int) -> bool:
        """Whether all supporters of a project that was seen can pay its price in full."""
        column = self.table.columns[place]
        return self._seen[place].price == column.cost / column.total

    def choose(self) -> int | None:
        """The project to buy next; none if its supporters can afford none.

        Its bound from above holds because nobody has so nearly its price left that the error of
        the balances decides whether that is enough; else its price is found exactly.
        """
        while True:
            place = int(self.low.argmin())
            if self.low[place] == NEVER:
                return None
            if place not in self._seen:
                self.look(place)
                continue
            found = self.sure(place)
            if found is None or self._seen[place] is not found:
                continue
            rivals = np.flatnonzero(self.low <= self.bound(place)).tolist()
            fresh = [rival for rival in rivals if rival not in self._seen]
            for rival in fresh:
                self.look(rival)
            if not fresh:
                return place if len(rivals) == 1 else self._decide(rivals)

    def look(self, place: int) -> float:
        """Bring the bound of a project up to date. Returns it."""
        column = self.table.columns[place]
        self._note(place, self._estimate(column, float(self.low[place]) * column.base))
        return float(self.low[place])

    def _note(self, place: int, found: Estimate | None) -> None:
        if found is None:
            self.low[place] = NEVER
            return
        self._seen[place] = found
        bound = (found.price - found.error) / self.table.columns[place].base
        self.low[place] = max(self.low[place], bound * (1 - 8 * EPSILON))

    def sure(self, place: int) -> Estimate | None:
        """The price of a project that was looked at, bounded from above, too; none if it turns
        out that its supporters cannot afford it."""
        found, column = self._seen[place], self.table.columns[place]
        if found.split:
            return found
        has = self.balance.take(column.members)
        after = has - _due(column, found.price)
        most = _most(column)
        reach = 2 * (self.error + (found.error + found.price * 4 * EPSILON) * most)
        self._ready = place, has, after
        if ((np.abs(after) <= reach) & (has > 0)).any():
            self._note(place, self._settle(column))
        return self._seen[place] if self.low[place] < NEVER else None

    def _estimate(self, column: Column, start: float) -> Estimate | None:
        """The price of a project, from a lower bound of it; none if its supporters have too little.

        What poor supporters have is taken whole; what is missing, the others share. That makes
        some of them poor, until it makes none.
        """
        has = self.balance.take(column.members)
        money = has * column.weights
        held = float(np.add.reduce(money))
        slack = SUMS * (held + column.cost) + self.error * column.total
        if held < column.cost - slack:
            return None
        if held < column.cost + slack:
            return self._settle(column)
        price, before = max(start, column.cost / column.total), 0
        paid, rich = 0.0, float(column.total)
        while (count := int(np.count_nonzero(poor := has < _due(column, price)))) != before:
            paid = float(np.add.reduce(money * poor))
            rich = column.total - float(np.add.reduce(column.shares * poor))
            if rich <= column.total * SUMS:
                return self._settle(column)
            before, price = count, max(price, (column.cost - paid) / rich)
        if count == 0:
            price = column.cost / column.total
            return Estimate(price, price * 4 * EPSILON)
        off = self.error * (column.total - rich) + SUMS * (paid + column.cost)
        return Estimate(price, 2 * off / rich + self.error + price * 8 * EPSILON)

    def _settle(self, column: Column) -> Estimate | None:
        """A price that doubles cannot tell."""
        split = self.exact.price(column, self.balance, self.error)
        if split is None:
            return None
        price = float(split.price)
        return Estimate(price, price * EPSILON, split)

    def _decide(self, rivals: list[int]) -> int | None:
        """The best of several that are too close for doubles; of equals the first in order."""
        exact: dict[int, Fraction] = {}
        for rival in rivals:
            if self._seen[rival].split is None:
                self._note(rival, self._settle(self.table.columns[rival]))
            if self.low[rival] < NEVER and (split := self._seen[rival].split):
                exact[rival] = split.price / self.table.columns[rival].base
        if not exact:
            return self.choose()
        best = min(exact.values())
        equals = tuple(rival for rival in exact if exact[rival] == best)
        if len(equals) > 1:
            self.ties[len(self.bought)] = equals
        return equals[0]

    def buy(self, place: int) -> None:
        """Charge the supporters of a project that was seen, and strike what the limits now bar."""
        column, found = self.table.columns[place], self._seen[place]
        ready, has, after = self._ready
        if found.split or ready != place:
            has = self.balance.take(column.members)
            after = has - _due(column, found.price)
        if found.split:
            after[found.split.poor] = 0.0
            for member, rest in found.split.rests.items():
                after[member] = float(rest)
            self.exact.pay_exactly(column, found.split, has)
        else:
            poor = after < 0
            after[poor] = 0.0
            self.exact.pay(column, poor & (has > 0))
            found = self._narrow(column, has, poor, found)
        self.balance[column.members] = after
        self.error += found.error * _most(column) + 4 * EPSILON * float(self.endowment)
        self.bought.append(place)
        self.prices.append(found)
        self.low[place] = NEVER
        self._seen.clear()
        self._ready = -1, has, after
        if self.allowance:
            self.allowance.take(column.id)
            self._bar()

    def _narrow(
        self, column: Column, has: Floats, poor: NDArray[np.bool_], found: Estimate
    ) -> Estimate:
        """The error of a price comes from those only who are short but still have something."""
        if not poor.any():
            return found
        short = float(np.add.reduce(column.weights * (poor & (has > 0))))
        rich = column.total - float(np.add.reduce(column.shares * poor))
        off = self.error * short + SUMS * 2 * column.cost
        return Estimate(found.price, off / rich * (1 + SUMS) + found.price * 8 * EPSILON)

    def _bar(self) -> None:
        if self.allowance:
            for place in np.flatnonzero(self.low < NEVER).tolist():
                if self.allowance.bars(self.table.columns[place].id):
                    self.low[place] = NEVER


def _due(column: Column, price: float) -> Floats | float:
    """What each supporter would pay in full."""
    return price if column.points is None else price * column.points


def _most(column: Column) -> float:
    return 1.0 if column.points is None else float(column.points.max())
