"""What may win together in a round, as it is stored with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from budgeting.models import Round
from core.types import Json


@dataclass(frozen=True, slots=True)
class RoundLimits:
    """The most that projects may cost together, in minor units, and what the officers know of
    single projects.

    ``categories`` are ceilings by the category's position, for each budget by itself; ``areas``
    ceilings within the budget for all, by area. Of each group in ``exclusive`` at most one project
    wins; ``payers`` names who pays a project already, by project.
    """

    categories: Mapping[int, int] = field(default_factory=dict)
    areas: Mapping[int, int] = field(default_factory=dict)
    exclusive: Sequence[Sequence[int]] = ()
    payers: Mapping[int, str] = field(default_factory=dict)

    def without_projects(self) -> RoundLimits:
        """What another round with other projects can take over."""
        return replace(self, exclusive=(), payers={})

    def to_json(self) -> Json | None:
        """As it is stored; nothing when there are no limits."""
        found: Json = {
            "categories": {str(key): amount for key, amount in self.categories.items()},
            "areas": {str(key): amount for key, amount in self.areas.items()},
            "exclusive": [list(group) for group in self.exclusive],
            "payers": {str(key): payer for key, payer in self.payers.items()},
        }
        return {name: value for name, value in found.items() if value} or None


NO_LIMITS = RoundLimits()


def limits_of(round_: Round) -> RoundLimits:
    """The limits of a round."""
    return read_limits(round_.limits)


def read_limits(stored: Json | None) -> RoundLimits:
    """Limits as they were stored."""
    found = stored or {}
    return RoundLimits(
        categories={int(key): amount for key, amount in found.get("categories", {}).items()},
        areas={int(key): amount for key, amount in found.get("areas", {}).items()},
        exclusive=found.get("exclusive", ()),
        payers={int(key): payer for key, payer in found.get("payers", {}).items()},
    )
