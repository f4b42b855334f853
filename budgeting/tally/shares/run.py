"""One run of equal shares: voters with equal money buy projects, always the cheapest one for them.

Prices are reckoned in doubles with a bound on their error, and decided exactly wherever that bound
leaves a doubt. What is bought is therefore what exact arithmetic buys.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from budgeting.tally.limits import Allowance
from budgeting.tally.shares.exact import Exact
from budgeting.tally.shares.opening import Opening
from budgeting.tally.shares.prices import (
    EPSILON,
    NEVER,
    SUMS,
    Estimate,
    Verdict,
    due,
    estimate,
    is_near,
    most,
    narrow,
)
from budgeting.tally.shares.table import Column, Floats, Table


class Run:
    """The state of one run: what every group of voters still has, and what was bought.

    Each voter begins with `endowment`. `low` bounds from below what a unit of utility costs each
    voter, by project; it is infinite for what is bought, barred, or too dear for its supporters.
    Prices never fall during a run, so that an old bound stays one.
    """

    def __init__(
        self,
        table: Table,
        endowment: Fraction,
        allowance: Allowance | None,
        opening: Opening | None = None,
    ) -> None:
        self.table = table
        self.endowment = endowment
        self.balance = np.full(table.groups, float(endowment))
        self._grain = float(endowment) * 4 * EPSILON  # error of a subtraction
        self._errors = np.full(table.groups, self._grain)  # of each balance but exactly nothing
        self.low = table.least * (1 - 8 * EPSILON)
        self.low[table.heads * float(endowment) < table.costs * (1 - SUMS)] = NEVER
        self.bought: list[int] = []
        self.prices: list[Estimate] = []
        self.ties: dict[int, tuple[int, ...]] = {}  # by how much was bought before
        self.exact = Exact(table, endowment)
        self.allowance = allowance.copy() if allowance else None
        self._allowed = allowance
        self._seen: dict[int, Estimate] = {}
        self._had = -1, self.balance  # a place, and what its supporters have
        self._least: Floats | None = table.least.copy()  # of what is left; none after the opening
        self._bar()
        self._opening = opening
        if opening:
            self._open(opening)
        self.error = float(self._errors.max(initial=0.0))

    def finish(self) -> Run:
        """Buy until nothing can be bought any more."""
        while (place := self.choose()) is not None:
            self.buy(place)
        return self

    def again(self, endowment: Fraction) -> Run:
        """Another run of the same table, from its beginning."""
        opening = self._opening if endowment >= self.endowment else None
        return Run(self.table, endowment, self._allowed, opening)

    def expect(self, place: int, price: Estimate) -> None:
        """Take over the price of a project from a run that came to the same state."""
        self._note(place, price)

    def bound(self, place: int) -> float:
        """What a unit of utility costs each voter at most, by a project that was seen."""
        return self._seen[place].high(self.table.columns[place])

    def due(self, place: int) -> Floats | float:
        """What each supporter of a project that was seen would pay in full."""
        return due(self.table.columns[place], self._seen[place].price)

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
            rival = self._second(place)
            if place not in self._seen:
                self.look(place, rival)
            if place not in self._seen or self.low[place] > rival:
                continue
            if self.sure(place) is None or self.low[place] > rival:
                continue
            if self.bound(place) < rival:
                return place
            rivals = np.flatnonzero(self.low <= self.bound(place)).tolist()
            if not self._look_afresh(rivals):
                return place if len(rivals) == 1 else self._decide(rivals)

    def _look_afresh(self, places: list[int]) -> bool:
        """Look at those that were not seen yet. Says whether there were any."""
        fresh = [place for place in places if place not in self._seen]
        for place in fresh:
            self.look(place)
        return bool(fresh)

    def _second(self, place: int) -> float:
        """The least bound of the other projects."""
        mine, self.low[place] = self.low[place], NEVER
        rival = float(np.minimum.reduce(self.low))
        self.low[place] = mine
        return rival

    def look(self, place: int, rival: float = NEVER) -> float:
        """Bring the bound of a project up to date, at least until it is above `rival`. Returns
        it."""
        column = self.table.columns[place]
        has = self.balance.take(column.members)
        start = float(self.low[place]) * column.base
        verdict, found = estimate(column, has, start, self.error, rival)
        if verdict == Verdict.DEARER:
            self.low[place] = max(self.low[place], found.low(column))
        else:
            self._had = place, has
            self._note(place, self._settled(verdict, column, found))
        return float(self.low[place])

    def _note(self, place: int, found: Estimate | None) -> None:
        if found is None:
            self.low[place] = NEVER
            return
        self._seen[place] = found
        self.low[place] = max(self.low[place], found.low(self.table.columns[place]))

    def sure(self, place: int) -> Estimate | None:
        """The price of a project that was looked at, bounded from above, too; none if it turns
        out that its supporters cannot afford it."""
        found, column = self._seen[place], self.table.columns[place]
        if found.split is None and is_near(column, self._has(place), found, self.error):
            self._note(place, self._settle(column))
        return self._seen[place] if self.low[place] < NEVER else None

    def _has(self, place: int) -> Floats:
        """What the supporters of a project have."""
        if self._had[0] != place:
            self._had = place, self.balance.take(self.table.columns[place].members)
        return self._had[1]

    def _settled(self, verdict: Verdict, column: Column, found: Estimate) -> Estimate | None:
        if verdict == Verdict.DOUBTFUL:
            return self._settle(column)
        return found if verdict == Verdict.FOUND else None

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
        if self._least is not None and not self._opens(place, self._least):
            self._close_opening()
        has = self._has(place)
        after = has - due(column, found.price)
        if found.split:
            after[found.split.poor] = 0.0
            for member, rest in found.split.rests.items():
                after[member] = float(rest)
            self.exact.pay_exactly(column, found.split, has)
        else:
            found = self._pay(column, found, has, after)
        self.balance[column.members] = after
        self._errors[column.members] += due(column, found.error) + self._grain
        self.error += found.error * most(column) + self._grain
        self._seen.clear()
        self._had = -1, has
        self._strike(place, found)

    def _pay(self, column: Column, found: Estimate, has: Floats, after: Floats) -> Estimate:
        """Let those who are short keep nothing. Returns the price with its error narrowed."""
        poor = after < 0
        short = (poor & (has > 0)).nonzero()[0]
        np.maximum(after, 0.0, out=after)
        ending = column.members[short]
        self.exact.pay(column, ending)
        return narrow(column, found, poor, short, self._errors.take(ending))

    def _strike(self, place: int, price: Estimate) -> None:
        """Note what was bought, and what that bars."""
        self.bought.append(place)
        self.prices.append(price)
        self._rule_out(place)
        if self.allowance:
            self.allowance.take(self.table.columns[place].id)
            self._bar()

    def _open(self, opening: Opening) -> None:
        """Begin behind the purchases that any run with so much money begins with."""
        self.balance -= opening.paid
        self._errors += opening.errors
        for place, price in zip(opening.bought, opening.prices, strict=True):
            self.exact.pay_in_full(self.table.columns[place])
            self._strike(place, price)

    def _opens(self, place: int, least: Floats) -> bool:
        """Whether what is about to be bought is as cheap as can be, and cheaper than the rest ever
        can be. It is, for whoever has more money, too."""
        if self._seen[place].split or not self.unhindered(place):
            return False
        return int(np.count_nonzero(least <= least[place] * (1 + SUMS))) == 1

    def _close_opening(self) -> None:
        self._least = None
        if len(self.bought) > len(self._opening.bought if self._opening else ()):
            paid = float(self.endowment) - self.balance
            bought, prices = tuple(self.bought), tuple(self.prices)
            self._opening = Opening(bought, prices, paid, self._errors + self._grain)

    def _bar(self) -> None:
        if self.allowance:
            for place in np.flatnonzero(self.low < NEVER).tolist():
                if self.allowance.bars(self.table.columns[place].id):
                    self._rule_out(place)

    def _rule_out(self, place: int) -> None:
        self.low[place] = NEVER
        if self._least is not None:
            self._least[place] = NEVER
