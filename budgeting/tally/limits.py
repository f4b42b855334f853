"""Conditions on what may win together, alike for every rule."""

from __future__ import annotations

from dataclasses import dataclass

from budgeting.tally.numbers import Number


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that the winners among ``projects`` may cost together, under the name it shows."""

    name: str
    projects: frozenset[str]
    amount: Number


@dataclass(frozen=True, slots=True)
class Limits:
    """``ceilings`` as above; of each group in ``exclusive`` at most one project wins.

    Projects in ``funded`` are paid by somebody else: they win without a vote, cost the budget and
    the ceilings nothing, and count as the winner of their exclusive groups. Where two of one
    group are funded, both win.
    """

    ceilings: tuple[Ceiling, ...] = ()
    exclusive: tuple[frozenset[str], ...] = ()
    funded: frozenset[str] = frozenset()


NO_LIMITS = Limits()
