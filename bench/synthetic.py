"""Elections made up from a seed, as large as memory allows, as columns of numbers.

Every voter chooses one to ten projects, each number equally often. Projects are chosen by a
popularity that falls with their rank (as 1 / (rank + 5)), whatever they cost; what is drawn twice
counts once. Costs differ by a factor of a hundred, equally spread on a logarithmic scale, and come
to four times the budget. As when ballots are read from the database, equal ones are taken
together, and they are in the order of what they say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.shares.table import Column, Table, column

MOST_CHOICES = 10
EACH = 68  # of the budget for every voter, about as much as in Łódź
SCARCITY = 4
AT_ONCE = 500_000
Rows = NDArray[np.uint16]


def table(voters: int, projects: int, seed: int) -> Table:
    """The voters' side of an election by cost; its budget is ``EACH`` for each voter."""
    rng = np.random.default_rng(seed)
    costs = 100 ** rng.random(projects)
    costs = np.maximum(costs * (SCARCITY * EACH * voters / costs.sum()), 1).astype(np.int64)
    chances = 1 / (np.arange(projects) + 5)
    bounds = np.cumsum(chances / chances.sum())
    ballots, weights = _grouped(_cast(rng, bounds, voters))
    columns = _columns(ballots, weights, costs.tolist())
    return Table(tuple(columns), len(ballots), voters, EACH * voters)


def _cast(rng: np.random.Generator, bounds: NDArray[np.float64], voters: int) -> Rows:
    """The choices of each voter in a row, ascending; the number of projects stands for none."""
    none = len(bounds)
    rows = np.empty((voters, MOST_CHOICES), np.uint16)
    for first in range(0, voters, AT_ONCE):
        some = rows[first : first + AT_ONCE]
        some[:] = np.minimum(np.searchsorted(bounds, rng.random(some.shape)), none - 1)
        some[np.arange(MOST_CHOICES) >= rng.integers(1, MOST_CHOICES + 1, (len(some), 1))] = none
        some.sort(axis=1)
        some[:, 1:][some[:, 1:] == some[:, :-1]] = none
        some.sort(axis=1)
    return rows


def _grouped(rows: Rows) -> tuple[Rows, NDArray[np.float64]]:
    """The different rows in their order, and how many voters each stands for."""
    rows = rows[np.lexsort(rows.T[::-1])]
    first = np.flatnonzero(np.append(True, (rows[1:] != rows[:-1]).any(axis=1)))
    return rows[first], np.diff(np.append(first, len(rows))).astype(np.float64)


def _columns(ballots: Rows, weights: NDArray[np.float64], costs: list[int]) -> list[Column]:
    """The projects that somebody chose."""
    parts: list[list[NDArray[Any]]] = [[] for _ in costs]
    for first in range(0, len(ballots), AT_ONCE):
        chosen = ballots[first : first + AT_ONCE].ravel()
        order = np.argsort(chosen, kind="stable")
        ends = np.searchsorted(chosen[order], np.arange(len(costs) + 1))
        who = (order // MOST_CHOICES + first).astype(np.int32)
        for place, part in enumerate(parts):
            part.append(who[ends[place] : ends[place + 1]])
    columns = []
    for place, cost in enumerate(costs):
        members = np.concatenate(parts[place]).astype(np.intp)
        parts[place].clear()
        if len(members):
            columns.append(column(str(place), cost, cost, members, weights[members]))
    return columns
