"""What other rooms tell of the demo, without being imported by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from werkzeug.utils import import_string

from budgeting.demo.pictures import Album
from budgeting.demo.rounds import RoundStory
from budgeting.demo.stories import Act
from budgeting.demo.treasury import Treasury
from budgeting.demo.world import World
from core.clock import add_working_days, local_zone
from core.demo import registered

Event = tuple[datetime, Act]


@dataclass(slots=True)
class Xinghe:
    """Everything that a chapter may build on. ``marks`` are identities by name that one chapter
    leaves for another, once they are known. At ``pauses`` what is owed is delivered before the
    story goes on."""

    now: datetime
    world: World
    album: Album
    treasury: Treasury
    rounds: Mapping[str, RoundStory]
    content: dict[str, Any]
    marks: dict[str, list[int]] = field(default_factory=dict)
    pauses: list[datetime] = field(default_factory=list)

    def day(self, days: float) -> date:
        """The local day so many days from the present."""
        return (self.now + timedelta(days=days)).astimezone(local_zone()).date()

    def at(self, days: float, hour: int, minute: int = 0) -> datetime:
        """An hour of the working day on or after a day, never in the future."""
        working = add_working_days(self.day(days) - timedelta(days=1), 1)
        at = datetime.combine(working, time(hour, minute), local_zone())
        return min(at, self.now - timedelta(minutes=80 - minute))

    def hour(self, days: float, hour: int) -> datetime:
        """An hour of the day so many days from the present, be it a Sunday; what lies in the past
        stays there."""
        at = datetime.combine(self.day(days), time(hour), local_zone())
        return at if days > 0 else min(at, self.now - timedelta(minutes=80))

    def project(self, name: str) -> int:
        """The project that is called ``round/place``."""
        key, _, place = name.partition("/")
        return self.rounds[key].projects[int(place)].project_id


def chapters(xinghe: Xinghe) -> list[Event]:
    """What all registered chapters tell."""
    told: list[Callable[[Xinghe], Iterator[Event]]] = [import_string(p) for p in registered()]
    return [event for one in told for event in one(xinghe)]
