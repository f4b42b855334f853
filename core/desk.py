"""What a person has to do, gathered from every room and sorted by due date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from core.i18n import Message
from core.policy import Actor, may


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do: what, where, until when (``None``: whenever), and how many of it."""

    title: Message
    url: str
    due: datetime | date | None = None
    count: int = 1

    def late(self, now: datetime) -> bool:
        """Whether this should have been done by ``now``."""
        return _urgency(self)[1] < now


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A page that a role opens, as the desk shows it."""

    label: Message
    url: str


Source = Callable[[Session, Actor, datetime], list[Duty]]
_SOURCES: list[Source] = []
_LINKS: list[tuple[int, Message, str, str]] = []


def duty_source(source: Source) -> Source:
    """Register a function that lists the duties of an actor at a time."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def duties(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Everything ``actor`` has to do, the most urgent first, undated things last."""
    found = [duty for source in _SOURCES for duty in source(session, actor, now)]
    return sorted(found, key=_urgency)


def _urgency(duty: Duty) -> tuple[bool, datetime]:
    if duty.due is None:
        return True, datetime.max.replace(tzinfo=UTC)
    if isinstance(duty.due, datetime):
        return False, duty.due
    return False, datetime(duty.due.year, duty.due.month, duty.due.day, 23, 59, tzinfo=UTC)


def add_desk_link(order: int, label: Message, endpoint: str, permission: str) -> None:
    """Put ``endpoint`` on the desk of whoever has ``permission`` (asked without a subject);
    adding it again changes nothing."""
    if all(known[2] != endpoint for known in _LINKS):
        _LINKS.append((order, label, endpoint, permission))
        _LINKS.sort(key=lambda known: known[0])


def links(actor: Actor) -> list[DeskLink]:
    """The pages that the roles of ``actor`` open, in their order."""
    return [
        DeskLink(label, url_for(endpoint))
        for _order, label, endpoint, permission in _LINKS
        if may(actor, permission)
    ]
