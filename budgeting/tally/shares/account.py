"""Who paid what and who has what after a run, exactly, for all projects at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.numbers import Number, whole
from budgeting.tally.outcome import Step
from budgeting.tally.shares.run import Run
from budgeting.tally.shares.table import LARGEST_EXACT, Column, Table

MOST_NAMED = 3


class Books:
    """The accounts of a finished run, in the election's own money; empty without a run."""

    def __init__(self, table: Table, run: Run | None) -> None:
        self.table = table
        self._run = run
        self._places = list(run.bought) if run else []
        lost = sorted(set(range(len(table.columns))) - set(self._places))
        self.bought = {table.columns[place].id: n for n, place in enumerate(self._places)}
        self._lost = {table.columns[place].id: n for n, place in enumerate(lost)}
        self._losers = [table.columns[place] for place in lost]

    @property
    def ties(self) -> dict[int, tuple[str, ...]]:
        """The projects that were equally good, by how many were bought before."""
        if self._run is None:
            return {}
        columns = self.table.columns
        return {n: tuple(columns[p].id for p in tie) for n, tie in self._run.ties.items()}

    @property
    def endowment(self) -> Fraction:
        """What each voter had at first. There must have been a run."""
        return self.table.amount(self._ran.endowment)

    @property
    def _ran(self) -> Run:
        if self._run is None:
            raise LookupError("nothing was run")
        return self._run

    @cached_property
    def steps(self) -> list[Step]:
        """The purchases in their order."""
        if self._run is None:
            return []
        exact, steps = self._run.exact, []
        for number, price in enumerate(exact.prices()):
            column = exact.bought[number]
            ends, (voters, points) = exact.ended[column.members], exact.just[number]
            alive = (ends == 0) | (ends > number + 1)
            part = int(column.weights @ (ends == number + 1)) - voters
            rest = column.cost - price * (column.sum_shares(alive) + points)
            steps.append(
                Step(
                    project=column.id,
                    price=whole(self.table.price(price)),
                    full=int(column.weights @ alive) + voters,
                    part=part,
                    rest=whole(self.table.amount(rest)),
                    held=self._held[number],
                )
            )
        return steps

    @cached_property
    def _held(self) -> list[Number]:
        """What supporters held: of what was bought just before, and of the others in the end."""
        exact = self._ran.exact
        chosen = []
        for number, column in enumerate(exact.bought):
            ends = exact.ended[column.members]
            chosen.append((column, (ends == 0) | (ends > number)))
        chosen += [(column, exact.ended[column.members] == 0) for column in self._losers]
        paid = _crossed(self.table, chosen, ((c, None) for c in exact.bought))
        amounts = [self._ran.endowment, *exact.prices()]
        parts = lcm(*(amount.denominator for amount in amounts))
        endowment, *prices = [int(amount * parts) for amount in amounts]
        found = []
        for number, (column, mask) in enumerate(chosen):
            money = int(column.weights @ mask) * endowment
            money -= sum(
                row[number] * price for row, price in zip(paid[:number], prices, strict=False)
            )
            found.append(whole(self.table.amount(Fraction(money, parts))))
        return found

    @cached_property
    def _payers(self) -> list[list[int]]:
        """How many supporters of each project that was not bought paid for each that was."""
        exact = self._ran.exact
        everyone = [(column, np.ones(len(column.members), bool)) for column in self._losers]
        payers = []
        for number, column in enumerate(exact.bought):
            ends = exact.ended[column.members]
            payers.append((column, (ends == 0) | (ends > number)))
        return _crossed(self.table, everyone, payers)

    def held(self, ident: str) -> Number:
        """What the supporters of a project had for it: just before it was bought, or in the end."""
        if ident in self.bought:
            return self._held[self.bought[ident]]
        return self._held[len(self._places) + self._lost[ident]]

    def support(self, ident: str) -> Number | None:
        """Which part of its cost its supporters had; none for a project not in the run."""
        if ident not in self.bought and ident not in self._lost:
            return None
        column = self.column(ident)
        return whole(Fraction(self.held(ident)) / self.table.amount(column.cost))

    def column(self, ident: str) -> Column:
        """The column of a project in the run."""
        if ident in self.bought:
            return self.table.columns[self._places[self.bought[ident]]]
        return self._losers[self._lost[ident]]

    def has(self, ident: str) -> bool:
        """Whether a project could be bought, as somebody supports it."""
        return ident in self.bought or ident in self._lost

    def spent_on(self, ident: str) -> tuple[str, ...]:
        """The winners for which most supporters of a project that lost have paid."""
        place = self._lost[ident]
        counts = [(-row[place], n) for n, row in enumerate(self._payers) if row[place]]
        bought = self._ran.exact.bought
        return tuple(bought[n].id for _count, n in sorted(counts)[:MOST_NAMED])


def _crossed(
    table: Table,
    chosen: Sequence[tuple[Column, NDArray[np.bool_]]],
    sources: Iterable[tuple[Column, NDArray[np.bool_] | None]],
) -> list[list[int]]:
    """For each source, and each choice of members, a sum over the members in both: of their
    voters, or, where the source has no mask, of the points that they give it."""
    small = sum(column.total for column in table.columns) < LARGEST_EXACT
    kind: Any = np.float64 if small else object
    sizes = [int(mask.sum()) for _column, mask in chosen]
    if not chosen:
        return [[] for _ in sources]
    starts = np.concatenate([[0], np.cumsum(sizes[:-1])]).astype(np.intp)
    members = np.concatenate([np.zeros(0, np.intp), *(c.members[mask] for c, mask in chosen)])
    weights = np.concatenate([np.zeros(0), *(c.weights[mask] for c, mask in chosen)])
    weights = weights if kind is np.float64 else np.array([int(w) for w in weights], object)
    rows = []
    for column, mask in sources:
        marks = np.zeros(table.groups, kind)
        if mask is not None:
            marks[column.members[mask]] = 1
        else:
            points = column.points_at(np.arange(len(column.members)))
            marks[column.members] = np.array(points, kind)
        sums = np.add.reduceat(np.append(weights * marks[members], 0), starts)
        rows.append([int(s) if size else 0 for s, size in zip(sums, sizes, strict=True)])
    return rows
