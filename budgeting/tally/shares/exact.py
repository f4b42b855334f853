"""Exact prices of a run, from who paid what: asked for only where doubles leave a doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.choices import Indices
from budgeting.tally.shares.table import LARGEST_EXACT, Column, Floats, Table


@dataclass(frozen=True, slots=True)
class Split:
    """How a project's cost is shared exactly: `price` for each point, from all but the `poor`
    members, who give what they have. `rests` is what is left to members near the line."""

    price: Fraction
    poor: NDArray[np.bool_]
    rests: dict[int, Fraction]


@dataclass(slots=True)
class _Account:
    """What a set of voters has, as `weight` endowments less so many points of each purchase."""

    weight: int
    paid: list[int]

    def money(self, endowment: Fraction, prices: list[Fraction]) -> Fraction:
        spent = sum(
            (n * price for n, price in zip(self.paid, prices, strict=True) if n), Fraction()
        )
        return self.weight * endowment - spent


@dataclass(slots=True)
class Exact:
    """Remembers at which purchase, from 1, each group ran out of money (0: not yet).

    Whoever has money left paid all earlier purchases in full. `full` counts for each purchase the
    points paid in full by those who had exactly the price left: they count as having paid it.
    """

    table: Table
    endowment: Fraction
    ended: NDArray[np.int16] = field(init=False)
    bought: list[Column] = field(default_factory=list)
    just: list[tuple[int, int]] = field(default_factory=list)
    _prices: list[Fraction] = field(default_factory=list)
    _held: dict[int, Fraction] = field(default_factory=dict)  # by group, since the last purchase

    def __post_init__(self) -> None:
        self.ended = np.zeros(self.table.groups, np.int16)

    def pay(self, column: Column, ending: Indices) -> None:
        """Note a purchase that takes all they have from the groups in `ending`."""
        self.pay_in_full(column)
        self.ended[ending] = len(self.bought)

    def pay_in_full(self, column: Column) -> None:
        """Note a purchase that leaves something to all who paid."""
        self.bought.append(column)
        self.just.append((0, 0))
        self._held.clear()

    def pay_exactly(self, column: Column, split: Split, has: Floats) -> None:
        """Note a purchase that was split exactly."""
        self.prices()
        just = np.zeros(len(has), bool)
        just[[member for member, rest in split.rests.items() if rest == 0]] = True
        self.pay(column, column.members[(split.poor | just) & (has > 0)])
        self.just[-1] = int(column.weights @ just), column.sum_shares(just)
        self._prices.append(split.price)

    def prices(self) -> list[Fraction]:
        """The exact price of a point of every purchase so far."""
        known, number = len(self._prices), len(self.bought)
        if known == number:
            return self._prices
        endings = [self._by_end(column, number) for column in self.bought]
        for step in range(known, number):
            column = self.bought[step]
            ends = self.ended[column.members] == step + 1
            account = _Account(
                int(column.weights @ ends), [endings[j][step + 1] for j in range(step)]
            )
            rich = column.total - sum(endings[step][1 : step + 2])
            paid = account.money(self.endowment, self._prices[:step])
            self._prices.append((column.cost - paid) / rich)
        return self._prices

    def _by_end(self, column: Column, number: int) -> list[int]:
        """The points that voters gave a purchase, by when their money ended."""
        ends = self.ended[column.members]
        if column.total < LARGEST_EXACT:
            return [int(n) for n in np.bincount(ends, column.shares, number + 1)]
        return [column.sum_shares(ends == end) for end in range(number + 1)]

    def account(self, column: Column, chosen: NDArray[np.bool_]) -> Fraction:
        """What the chosen members of a column, whose money has not ended, have together."""
        if not chosen.any():
            return Fraction()
        prices = self.prices()
        mark = np.zeros(self.table.groups, bool)
        mark[column.members[chosen]] = True
        paid = [bought.sum_shares(mark[bought.members]) for bought in self.bought]
        weight = int(column.weights @ chosen)
        return _Account(weight, paid).money(self.endowment, prices)

    def each(self, column: Column, chosen: NDArray[np.intp]) -> list[Fraction]:
        """What each voter of some members, whose money has not ended, has."""
        groups = column.members[chosen].tolist()
        unknown = [group for group in groups if group not in self._held]
        if unknown:
            self._held.update(zip(unknown, self._look_up(unknown), strict=True))
        return [self._held[group] for group in groups]

    def _look_up(self, groups: list[int]) -> list[Fraction]:
        """What each voter of some groups, whose money has not ended, has: all they began with but
        what they paid for each purchase."""
        prices = self.prices()
        place = np.full(self.table.groups, -1, np.intp)
        place[groups] = np.arange(len(groups))
        paid: list[list[tuple[int, int]]] = [[] for _ in groups]
        for number, bought in enumerate(self.bought):
            hits = np.flatnonzero(place[bought.members] >= 0)
            for where, points in zip(
                place[bought.members[hits]].tolist(), bought.points_at(hits), strict=True
            ):
                paid[where].append((number, points))
        known: dict[tuple[tuple[int, int], ...], Fraction] = {}
        for row in map(tuple, paid):
            if row not in known:
                known[row] = self.endowment - sum(
                    (points * prices[number] for number, points in row), Fraction()
                )
        return [known[tuple(row)] for row in paid]

    def price(self, column: Column, balance: Floats, error: float) -> Split | None:
        """How a project's cost is shared exactly; none if its supporters have too little.

        `balance` says within `error` who has what. Whoever might be either poor or not is looked
        at exactly. If the price found that way leaves others in doubt, so are these.
        """
        has = balance.take(column.members)
        worth = has if column.points is None else has / column.points
        alive = has > 0
        price, reach = _guess(column, has, worth), 8 * error
        while True:
            near = alive & (np.abs(worth - price) <= reach)
            poor = alive & ~near & (worth < price)
            split = self._split(column, alive, poor, near)
            if split is None:
                return None
            price = float(split.price)
            doubt = 4 * error + price * 2.0**-48
            sure = np.where(poor, worth < price - doubt, worth > price + doubt)
            if (sure | near | ~alive).all():
                return split
            reach = max(16 * reach, 2.0**-40 * float(worth.max()))

    def _split(
        self,
        column: Column,
        alive: NDArray[np.bool_],
        poor: NDArray[np.bool_],
        near: NDArray[np.bool_],
    ) -> Split | None:
        """Share a cost when it is known who is poor, but for some near the line."""
        missing = column.cost - self.account(column, poor)
        shares = column.sum_shares(alive & ~poor)
        places = np.flatnonzero(near)
        points = column.points_at(places)
        wealth = self.each(column, places)
        found = poor.copy()
        order = sorted(range(len(places)), key=lambda i: wealth[i] / points[i])
        for i in order:
            if shares and wealth[i] * shares >= missing * points[i]:
                break
            weight = int(column.weights[places[i]])
            missing -= weight * wealth[i]
            shares -= weight * points[i]
            found[places[i]] = True
        if shares <= 0:
            return None
        price = missing / shares
        rests = {
            int(place): wealth[i] - price * points[i]
            for i, place in enumerate(places)
            if not found[place]
        }
        return Split(price, found | ~alive, rests)


def _guess(column: Column, has: Floats, worth: Floats) -> float:
    """About the price: who has least for each point is poor first."""
    order = np.argsort(worth, kind="stable")
    money, shares = (has * column.weights)[order], column.shares[order]
    before = np.cumsum(money) - money
    rich = shares[::-1].cumsum()[::-1]
    prices = (column.cost - before) / rich
    fits = np.flatnonzero(worth[order] >= prices)
    return float(prices[fits[0]] if len(fits) else worth.max())
