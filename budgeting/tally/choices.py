"""All choices of all ballots as columns of numbers, project by project."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.numbers import Number

Indices: TypeAlias = NDArray[np.intp]


class Choices:
    """The choices of distinct ballots, in the order of `projects` and then of the ballots.

    `ballots` are pairs of choices and points, `weights` how many voters cast each. Raises KeyError
    if a ballot names a project that is not among `projects`, and ValueError if its points are not
    as many as its choices.
    """

    def __init__(
        self,
        projects: Iterable[str],
        ballots: Collection[tuple[tuple[str, ...], tuple[Number, ...]]],
        weights: Iterable[int],
    ) -> None:
        self._index = {ident: place for place, ident in enumerate(projects)}
        chosen = np.array([self._index[c] for choices, _ in ballots for c in choices], np.intp)
        sizes = [len(choices) for choices, _ in ballots]
        given = list(chain.from_iterable(points for _, points in ballots))
        if len(given) != len(chosen) or any(len(p) != len(c) for c, p in ballots):
            raise ValueError("each choice on a ballot needs its points")
        order = np.argsort(chosen, kind="stable")
        self._ballots = np.repeat(np.arange(len(ballots)), sizes)[order]
        self._points = None if given.count(1) == len(given) else [given[i] for i in order.tolist()]
        self._ends = np.searchsorted(chosen[order], np.arange(len(self._index) + 1)).tolist()
        self.weights = np.fromiter(weights, np.float64, len(ballots))

    def of(self, ident: str) -> tuple[Indices, list[Number] | None]:
        """Which ballots name a project, ascending, and the points that each gives it; `None`
        stands for one each."""
        start, end = self._ends[self._index[ident] : self._index[ident] + 2]
        return self._ballots[start:end], self._points and self._points[start:end]

    def count(self, ident: str) -> tuple[int, Number]:
        """How many voters name a project, and the points that they give it together."""
        ballots, points = self.of(ident)
        weights = self.weights[ballots]
        votes = int(weights.sum())
        if points is None:
            return votes, votes
        return votes, sum(int(w) * p for w, p in zip(weights.tolist(), points, strict=True))

    def denominators(self) -> Collection[int]:
        """All denominators of points."""
        return {1} if self._points is None else {point.denominator for point in self._points}
