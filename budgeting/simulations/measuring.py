"""What is kept of an outcome: winners, money, and how well the voters are served. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from fractions import Fraction

from budgeting.simulations.sources import Source
from budgeting.tally.election import Election
from budgeting.tally.outcome import Outcome
from budgeting.tally.summary import permille, summarise
from core.types import Json


def measure(source: Source, outcome: Outcome, milliseconds: int) -> Json:
    """An outcome as it is stored: JSON with money in minor units and shares in thousandths.

    ``summary`` is as the tally's own, and its ``average`` is the share of the projects on a
    ballot that won, on average; null where too few people voted.
    """
    summary = summarise(source.election, outcome.selected).to_json()
    if summary is not None:
        summary["average"] = permille(average_share(source.election, outcome.selected), 1)
    return {
        "selected": list(outcome.selected),
        "cost": source.in_minor(outcome.cost),
        "standing": outcome.standing or outcome.rule,
        "summary": summary,
        "milliseconds": milliseconds,
    }


def average_share(election: Election, selected: Collection[str]) -> Fraction:
    """The share of a ballot's projects that won, on average over the ballots that name any.

    Projects that a ballot gives no points are not on it.
    """
    won: Counter[int] = Counter()
    voters, winners = 0, frozenset(selected)
    for ballot, weight in election.ballots.items():
        chosen = [c for c, points in zip(*ballot, strict=True) if points > 0]
        if chosen:
            voters += weight
            won[len(chosen)] += weight * len(winners.intersection(chosen))
    total = sum((Fraction(number, length) for length, number in won.items()), Fraction(0))
    return total / voters if voters else Fraction(0)
