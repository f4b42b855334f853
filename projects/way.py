"""How far a project has come, as the strip above its page tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.i18n import Message, date_short, lazy_gettext
from projects.states import WINNING, State
from transparency.log import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a project's way, for the phase strip."""

    label: Message
    when: str | None
    state: str


# What each part is called, and which events end it.
_VOTED: tuple[tuple[str, Message, frozenset[str]], ...] = (
    ("handed_in", lazy_gettext("Handed in"), frozenset({"project.submitted"})),
    (
        "reviewed",
        lazy_gettext("Reviewed"),
        frozenset({"project.eligible", "project.ineligible"}),
    ),
    ("vote", lazy_gettext("Vote"), frozenset({"project.on_ballot"})),
    (
        "decision",
        lazy_gettext("Decision"),
        frozenset({"project.selected", "project.not_selected", "project.funded"}),
    ),
)
_BUILT: tuple[tuple[str, Message], ...] = (
    ("contract", lazy_gettext("Contract")),
    ("work", lazy_gettext("Work")),
    ("ended", lazy_gettext("All accepted")),
    ("accounted", lazy_gettext("Accounted for")),
)
_GIVEN_UP: Message = lazy_gettext("Given up")
_AT: dict[State, int] = {
    State.DRAFT: 0,
    State.WITHDRAWN: 0,
    State.SUBMITTED: 1,
    State.IN_REVIEW: 1,
    State.INELIGIBLE: 1,
    State.ELIGIBLE: 1,
    State.ON_BALLOT: 2,
    State.SELECTED: 4,
    State.NOT_SELECTED: 4,
    State.DELIVERING: 4,
    State.COMPLETED: 7,
    State.CLOSED: 8,
    State.CANCELLED: 7,
    State.FUNDED: 4,
}
Marks = Mapping[str, datetime | None]


def way(state: State, entries: Sequence[Entry], marks: Marks) -> list[Step]:
    """How far a project has come, each part with its latest date: from ``marks`` where delivery
    knows it, else from ``entries``."""
    parts = [(label, marks.get(name) or _latest(entries, types)) for name, label, types in _VOTED]
    if state in WINNING:
        parts += [
            (_GIVEN_UP if name == "ended" and state == State.CANCELLED else label, marks.get(name))
            for name, label in _BUILT
        ]
    here = _AT[state]
    if state == State.DELIVERING and marks.get("begun"):
        here = 5
    if marks.get("accounted"):
        here = len(parts)
    return [
        Step(
            label,
            date_short(when) if when else None,
            "done" if at < here else "now" if at == here else "next",
        )
        for at, (label, when) in enumerate(parts)
    ]


def _latest(entries: Sequence[Entry], types: frozenset[str]) -> datetime | None:
    return next((entry.at for entry in entries if entry.type in types), None)
