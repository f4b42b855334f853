"""When things happen in a round of the demo, counted in days from the present."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from budgeting.models import PhaseKind
from core.clock import local_zone

KINDS = tuple(kind for kind in PhaseKind if kind != PhaseKind.DISCUSSION)
OPENS, CLOSES = time(9), time(20)


@dataclass(slots=True)
class Plan:
    """A round's phases around ``now``, and what its content file calls its categories."""

    content: dict[str, Any]
    now: datetime
    round_id: int = 0
    categories: dict[str, int] = field(default_factory=dict)

    def day(self, days: int, at: time) -> datetime:
        """An hour of the day, so many days from the present."""
        local = self.now.astimezone(local_zone())
        return datetime.combine(local.date() + timedelta(days=days), at, local_zone())

    def phase(self, kind: str) -> tuple[datetime, datetime]:
        """When a phase begins and ends: each from a morning to an evening."""
        place, days = KINDS.index(PhaseKind(kind)), self.content["boundaries"]
        first = days[place] + (1 if place else 0)
        return self.day(first, OPENS), self.day(days[place + 1], CLOSES)

    def begun(self, kind: str) -> bool:
        """Whether a phase has begun."""
        return self.phase(kind)[0] < self.now

    @property
    def year(self) -> int:
        """The year of the vote, by which people call the round."""
        return self.phase(PhaseKind.VOTING)[0].year

    def moment(self, kind: str, part: float, rng: Random) -> datetime:
        """A working hour after ``part`` (0 to 1) of what has passed of a phase."""
        start, end = self.phase(kind)
        end = min(end, self.now - timedelta(hours=4))
        at = start + (end - start) * part
        hour = at.replace(hour=9, minute=0) + timedelta(minutes=rng.randrange(9 * 60))
        return hour if start <= hour < end else at
