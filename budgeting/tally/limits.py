"""Conditions on what may win together, alike for every rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Reason


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

    def check(self, known: Collection[str]) -> None:
        """Raise ValueError if a limit names a project not in ``known``, or is below zero."""
        named = self.funded.union(*self.exclusive, *(c.projects for c in self.ceilings))
        if unknown := sorted(named.difference(known)):
            raise ValueError(f"limits name projects that are not there: {', '.join(unknown)}")
        if below := [ceiling.name for ceiling in self.ceilings if ceiling.amount < 0]:
            raise ValueError(f"ceilings may not be below zero: {', '.join(below)}")


NO_LIMITS = Limits()


class Allowance:
    """What the limits still allow while a rule selects one project after the other.

    ``costs`` are those of all projects, by id. A project once barred stays barred. The funded
    projects are winners from the start and are not to be taken. Raises ValueError for limits
    that do not suit the projects.
    """

    def __init__(self, limits: Limits, costs: Mapping[str, Number]) -> None:
        limits.check(costs)
        self._limits = limits
        self._costs = costs
        self._left = [ceiling.amount for ceiling in limits.ceilings]
        self._winners = [min(group & limits.funded, default=None) for group in limits.exclusive]

    def copy(self) -> Allowance:
        """The same state, to go another way from here."""
        twin = Allowance.__new__(Allowance)
        twin._limits, twin._costs = self._limits, self._costs
        twin._left, twin._winners = list(self._left), list(self._winners)
        return twin

    def bars(self, project_id: str) -> Reason | None:
        """Why the project may no longer win: ``exclusive`` or ``ceiling``; None if it may."""
        for group, winner in zip(self._limits.exclusive, self._winners, strict=True):
            if winner is not None and project_id in group:
                return Reason("exclusive", {"winner": winner})
        for ceiling, left in zip(self._limits.ceilings, self._left, strict=True):
            short = self._costs[project_id] - left
            if short > 0 and project_id in ceiling.projects:
                figures = {"amount": ceiling.amount, "left": left, "short": short}
                return Reason("ceiling", {"ceiling": ceiling.name, **figures})
        return None

    def contested(self, ids: Collection[str]) -> frozenset[str]:
        """Those of some projects, none of them barred, that the limits let not all win together."""
        found: frozenset[str] = frozenset()
        for ceiling, left in zip(self._limits.ceilings, self._left, strict=True):
            within = ceiling.projects.intersection(ids)
            if sum(self._costs[key] for key in within) > left:
                found |= within
        for group in self._limits.exclusive:
            within = group.intersection(ids)
            if len(within) > 1:
                found |= within
        return found

    def take(self, project_id: str) -> None:
        """Count the project as a winner. It must not be barred, nor funded by somebody else."""
        for index, ceiling in enumerate(self._limits.ceilings):
            if project_id in ceiling.projects:
                self._left[index] -= self._costs[project_id]
        for index, group in enumerate(self._limits.exclusive):
            if project_id in group and self._winners[index] is None:
                self._winners[index] = project_id
