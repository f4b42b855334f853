"""What the demo's partners know of the community, and of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy.orm import Session

Act: TypeAlias = Callable[[Session, datetime], object]
Event: TypeAlias = tuple[datetime, Act]


class Story(Protocol):
    """As much of the demo's community as this chapter needs; its own room tells it."""

    now: datetime
    world: Any
    treasury: Any
    album: Any
    rounds: Mapping[str, Any]
    pauses: list[datetime]

    def day(self, days: float) -> date:
        """The local day so many days from the present."""
        ...

    def hour(self, days: float, hour: int) -> datetime:
        """An hour of that day."""
        ...

    def project(self, name: str) -> int:
        """The project that is called ``round/place``."""
        ...


@dataclass(slots=True)
class Stage:
    """The chapter's content, and the identities of what it has made, by name."""

    xinghe: Story
    content: dict[str, Any]
    people: dict[str, int] = field(default_factory=dict)
    businesses: dict[str, int] = field(default_factory=dict)
    funds: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    openings: dict[str, int] = field(default_factory=dict)
    pledges: dict[str, int] = field(default_factory=dict)

    def person(self, name: str) -> int:
        """Somebody of this chapter, or who was there before."""
        world = self.xinghe.world
        known: int = self.people.get(name) or world.staff.get(name) or world.people[name]
        return known

    def manager(self, business: str) -> int:
        """Who manages a business."""
        return self.person(self.content["businesses"][business]["manager"])

    @property
    def officers(self) -> tuple[int, int]:
        """Who writes and accepts, and who publishes and signs."""
        staff = self.xinghe.world.staff
        return staff["works_officer"], staff["officer"]

    @property
    def money_people(self) -> tuple[int, int]:
        """Who asks for money to be moved, and who approves it."""
        staff = self.xinghe.world.staff
        return staff["finance"], staff["approver"]


def texts(pair: list[str]) -> dict[str, str]:
    """A text in both languages, from a pair of the content file."""
    return dict(zip(("zh_Hans", "en"), pair, strict=True))
