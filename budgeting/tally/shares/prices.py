"""What a point of a project costs its supporters, in doubles with a bound on the error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from budgeting.tally.choices import Indices
from budgeting.tally.shares.exact import Split
from budgeting.tally.shares.table import Column, Floats

EPSILON = 2.0**-52
SUMS = 2.0**-46  # relative error of a sum, which numpy adds up pairwise
NEVER = float("inf")
_AMPLE = 1 + 2.0**-20  # beyond any error of a sum in another order


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a point costs each supporter, give or take `error`; with `split`, known exactly.

    It may be more than that if somebody has nearly the price left: see `Run.choose`.
    """

    price: float
    error: float
    split: Split | None = None

    def low(self, column: Column) -> float:
        """What a unit of utility costs each supporter at least."""
        return (self.price - self.error) / column.base * (1 - 8 * EPSILON)

    def high(self, column: Column) -> float:
        """What it costs at most, if nobody has nearly the price left."""
        return (self.price + self.error) / column.base * (1 + 8 * EPSILON)


class Verdict(Enum):
    """What came of an estimate."""

    FOUND = auto()
    DEARER = auto()  # than what it was compared with; the price found is too low
    SHORT = auto()  # the supporters have too little
    DOUBTFUL = auto()  # doubles cannot tell


_NOTHING = Estimate(0.0, 0.0)


def estimate(
    column: Column, has: Floats, start: float, error: float, rival: float = NEVER
) -> tuple[Verdict, Estimate]:
    """The price of a project from a lower bound of it, where supporters have `has`, give or take
    `error`. `rival`, what a unit of utility costs elsewhere, is the first guess; it ends early
    once this one is sure to cost more.

    What poor supporters have is taken whole; what is missing, the others share. That makes
    some of them poor, until it makes none. Each price on the way is a lower bound.
    """
    money = has * column.weights
    held = float(np.add.reduce(money))
    slack = SUMS * (held + column.cost) + error * column.total
    if held < column.cost + slack:
        short = held < column.cost - slack
        return (Verdict.SHORT if short else Verdict.DOUBTFUL), _NOTHING
    least = column.cost / column.total
    low, before = max(start, least), 0
    price = max(rival * column.base, low) if rival < NEVER else low  # a guess at first
    found = Estimate(least, least * 4 * EPSILON)
    while (count := int(np.count_nonzero(poor := has < due(column, price)))) != before:
        rich = column.total - column.sum_shares(poor)
        if rich <= column.total * SUMS:
            if price == low:
                return Verdict.DOUBTFUL, _NOTHING
            price = low
            continue
        paid = float(np.add.reduce(money * poor))
        before, low = count, max(low, (column.cost - paid) / rich)
        price = low
        off = error * (column.total - rich) + SUMS * (paid + column.cost)
        found = Estimate(price, 2 * off / rich + error + price * 8 * EPSILON)
        if found.low(column) > rival:
            return Verdict.DEARER, found
    return Verdict.FOUND, found if count else Estimate(least, least * 4 * EPSILON)


def is_near(column: Column, has: Floats, found: Estimate, error: float) -> bool:
    """Whether somebody has so nearly a price left, that the errors decide if it is enough."""
    reach = 2 * (error + (found.error + found.price * 4 * EPSILON) * most(column))
    price = due(column, found.price)
    low = np.maximum(price - reach, 0.0) if column.points is not None else max(price - reach, 0.0)
    return bool(np.count_nonzero(has <= price + reach) != np.count_nonzero(has <= low))


def narrow(
    column: Column, found: Estimate, poor: NDArray[np.bool_], short: Indices, errors: Floats
) -> Estimate:
    """An estimate with the error that comes from those only who are `short` of it but still have
    something; what they have is off by `errors`. `poor` are all who are short."""
    rich = column.total - column.sum_shares(poor)
    if rich == column.total:
        return found
    uncertain = float(column.weights[short] @ errors) * _AMPLE
    off = uncertain + SUMS * 2 * column.cost
    return Estimate(found.price, off / rich * (1 + SUMS) + found.price * 8 * EPSILON)


def due(column: Column, price: float) -> Floats | float:
    """What each supporter would pay in full."""
    return price if column.points is None else price * column.points


def most(column: Column) -> float:
    """The most points that a supporter gives."""
    return 1.0 if column.points is None else float(column.points.max())
