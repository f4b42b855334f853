"""Points and ranks, in whole numbers only. Knows neither web nor database.

Price: the lowest price has 100 points, every other 100 * lowest / price, cut off after hundredths.
Quality: the mean of what the reviewers give, 0 to 100 each, kept exact. The total is the mean of
all criteria by their weights; it is compared exactly and shown in hundredths, cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

FULL = 100_00  # hundredths of a point

# Points by bid, criterion and reviewer.
Given: TypeAlias = Mapping[tuple[int, int, int], int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A valid bid; ``price`` in minor units."""

    id: int
    price: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Weight:
    """A criterion; ``weight`` in per cent."""

    id: int
    is_price: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Place:
    """A bid's place: ``total`` and ``parts`` (by criterion) in hundredths of a point, cut off;
    ``exact`` is what the order follows."""

    bid_id: int
    rank: int
    total: int
    parts: dict[int, int]
    exact: int


def price_points(price: int, lowest: int) -> int:
    """Hundredths of a point for a price, where the lowest one has 100 points."""
    return FULL * lowest // price


def rank(
    bids: Sequence[Judged], weights: Sequence[Weight], reviewers: Sequence[int], given: Given
) -> list[Place]:
    """The bids in their order: most points first, then the lower price, then the earlier one.

    Every reviewer has given every bid points by every criterion but price. Raises ``KeyError``
    where some are missing.
    """
    if not bids:
        return []
    lowest = min(bid.price for bid in bids)
    people = max(1, len(reviewers))
    parts = {bid.id: _parts(bid, lowest, weights, reviewers, given) for bid in bids}
    exact = {
        bid.id: sum(weight.weight * parts[bid.id][weight.id] for weight in weights) for bid in bids
    }
    order = sorted(bids, key=lambda bid: (-exact[bid.id], bid.price, bid.received_at, bid.id))
    return [
        Place(
            bid_id=bid.id,
            rank=number,
            total=exact[bid.id] // (100 * people),
            parts={ident: sums // people for ident, sums in parts[bid.id].items()},
            exact=exact[bid.id],
        )
        for number, bid in enumerate(order, 1)
    ]


def _parts(
    bid: Judged, lowest: int, weights: Sequence[Weight], reviewers: Sequence[int], given: Given
) -> dict[int, int]:
    """Hundredths of a point by criterion, summed over the reviewers, so that nothing is cut off."""
    people = max(1, len(reviewers))
    return {
        weight.id: people * price_points(bid.price, lowest)
        if weight.is_price
        else sum(100 * given[bid.id, weight.id, reviewer] for reviewer in reviewers)
        for weight in weights
    }
