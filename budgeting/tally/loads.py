"""The loads that voters carry by Phragmen's rule, exactly, and cheap bounds on them.

A voter's load is that of the last purchase they support, so that voters fall into as many classes
as there were purchases, and a project's supporters are summed up class by class.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from budgeting.tally.shares.table import Column

_BITS = 96


@dataclass(frozen=True, slots=True)
class Offer:
    """A project as it could be bought now, `place` being that of its column.

    `classes` are pairs of a class and how many supporters are in it. The load it would lead to is
    at least `low`, and less than `low` + 2, in units of 2**-96 of the table's money.
    """

    place: int
    column: Column
    classes: tuple[tuple[int, int], ...]
    low: int


class Loads:
    """What each group of equal ballots carries; loads never decrease, nor does any offer.

    The load of class k is `_exact[k]` / `_scale`, and rounded down `_fixed[k]` / 2**96; class 0
    has bought nothing.
    """

    def __init__(self, groups: int) -> None:
        self._class = np.zeros(groups, np.intp)
        self._exact = [0]
        self._fixed = [0]
        self._scale = 1

    def offer(self, place: int, column: Column) -> Offer:
        """Look at a project's supporters as they are now."""
        counts = np.bincount(self._class[column.members], column.weights)
        classes = tuple((int(k), int(counts[k])) for k in counts.nonzero()[0])
        total = sum(number * self._fixed[k] for k, number in classes)
        return Offer(place, column, classes, (total + (column.cost << _BITS)) // column.total)

    def load(self, offer: Offer) -> Fraction:
        """The exact load that a purchase now would lead to, in the table's money."""
        return Fraction(self._sum(offer), offer.column.total * self._scale)

    def least(self, offers: list[Offer]) -> list[Offer]:
        """Those of some offers that lead to the least load."""
        if len(offers) < 2:
            return offers
        loads = [Fraction(self._sum(offer), offer.column.total) for offer in offers]
        least = min(loads)
        return [offer for offer, load in zip(offers, loads, strict=True) if load == least]

    def carry(self, offer: Offer) -> None:
        """Let the supporters carry the load of their purchase."""
        load = Fraction(self._sum(offer), offer.column.total)
        self._scale *= load.denominator
        self._exact = [value * load.denominator for value in self._exact]
        self._exact.append(load.numerator)
        self._fixed.append((load.numerator << _BITS) // self._scale)
        self._class[offer.column.members] = len(self._exact) - 1

    def _sum(self, offer: Offer) -> int:
        """All that the supporters would carry together, in units of 1 / `_scale`."""
        carried = sum(number * self._exact[k] for k, number in offer.classes)
        return carried + offer.column.cost * self._scale
