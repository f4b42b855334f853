"""What pages show of a project's delivery; money in minor units of the project's currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.i18n import Localized, Message
from core.types import Texts
from projects.states import MilestoneState


@dataclass(frozen=True, slots=True)
class WorkPhoto:
    """A photo of a report: its file's name, its size, what it shows, and what is odd about it."""

    name: str
    width: int
    height: int
    alt: str
    taken_on: date | None
    metres: int | None
    flags: list[str]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report: who says what has been done, and what others say of it."""

    id: int
    number: int
    at: datetime
    text: str
    by: Localized
    photos: list[WorkPhoto]
    confirmed: int = 0
    disputed: int = 0
    unanswered: int = 0
    elsewhere: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A part of the work: what was promised, what holds now, and how far it is."""

    id: int
    position: int
    title: str
    about: str
    state: MilestoneState
    label: Message
    tone: str
    due_on: date
    promised_on: date | None
    promised: int
    expected: int
    paid: int
    accepted_at: datetime | None
    contractor: Localized | None
    days_late: int
    overdue: bool
    report: ReportView | None

    @property
    def url(self) -> str:
        """Its own page."""
        return f"/milestones/{self.id}"

    @property
    def moved(self) -> bool:
        """Whether it is due on another day than was promised."""
        return self.promised_on is not None and self.promised_on != self.due_on


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract: with whom, over how much, then and now."""

    id: int
    number: str
    organisation_id: int
    organisation: Localized
    label: Message
    tone: str
    amount: int
    amount_now: int
    signed_at: datetime | None
    ends_on: date
    ends_on_now: date
    retention: int
    released_at: datetime | None
    warranty_until: date
    reason: str
    releasable: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of what was promised, asked for or decided."""

    id: int
    kind: Message
    label: Message
    tone: str
    about: str | None
    words: str
    reason: str
    answer: str
    asked_at: datetime
    decided_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """The final account: its figures by name, and whether it is approved."""

    text: str
    figures: dict[str, Any]
    asked_at: datetime
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorksPage:
    """A project's delivery as its page shows it."""

    published: bool
    organisation_id: int
    organisation: Localized
    responsible: str
    summary: str
    starts_on: date
    ends_on: date
    promised_ends_on: date | None
    promised: int
    expected: int
    currency: str
    days_late: int
    milestones: list[MilestoneView]
    contracts: list[ContractView]
    changes: list[ChangeView]
    account: AccountView | None
    given_up: str | None
    marks: dict[str, datetime | None] = field(default_factory=dict)
    names: dict[int, Texts] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many milestones are accepted."""
        return sum(one.state == MilestoneState.ACCEPTED for one in self.milestones)

    @property
    def planned(self) -> int:
        """How many there are to be done."""
        return sum(one.state != MilestoneState.CANCELLED for one in self.milestones)

    @property
    def moved(self) -> bool:
        """Whether the whole ends on another day than was promised."""
        return self.promised_ends_on not in {None, self.ends_on}


@dataclass(frozen=True, slots=True)
class Comment:
    """What a resident wrote with a rating; only the reason once it is hidden."""

    id: int
    rating: int
    as_promised: Message
    text: str
    name: str
    at: datetime
    hidden: str | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """What residents think of a finished project."""

    count: int
    average: str
    ratings: list[tuple[int, int]]
    as_promised: list[tuple[Message, int]]
    comments: list[Comment]
