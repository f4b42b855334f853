"""How many of whom voted where, without showing any group of people that is too small.

Pure: counts in, counts out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Fewer people than this are never shown apart, be they voters or those who did not vote.
LEAST_SHOWN = 10


class Group(NamedTuple):
    """Electors of an area and how many of them cast a ballot; ``area_id`` is ``None`` for
    several areas together."""

    area_id: int | None
    electors: int
    ballots: int

    @property
    def small(self) -> bool:
        """Whether voters or non-voters are few: who reads one of these also learns the other."""
        return min(self.ballots, self.electors - self.ballots) < LEAST_SHOWN


def merge_small(counts: Mapping[int, tuple[int, int]]) -> list[Group]:
    """Turnout by area, from electors and ballots by area, with small areas as one last group.

    While that group is small itself, the next smallest area joins it: its figures are the total
    less the others. What comes out may be one group of everybody.
    """
    groups = [Group(area, *pair) for area, pair in sorted(counts.items())]
    groups.sort(key=lambda group: (not group.small, group.ballots), reverse=True)
    rest: list[Group] = []
    while groups and (groups[-1].small or (rest and _joined(rest).small)):
        rest.append(groups.pop())
    return [*groups, _joined(rest)] if rest else groups


def _joined(groups: Sequence[Group]) -> Group:
    return Group(None, sum(g.electors for g in groups), sum(g.ballots for g in groups))
