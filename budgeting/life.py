"""What happened to a round, read back from the record in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from budgeting.words import EVENTS, PHASES
from core.i18n import Message, datetime_long, gettext, lazy_gettext, localize
from core.types import Json
from transparency.log import timeline

NAMES: dict[str, Message] = {
    "title": lazy_gettext("Title"),
    "summary": lazy_gettext("What it is about"),
}
DECISIONS = frozenset({"round.frozen", "round.tallied", "round.cancelled", "round.imported"})


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the round's life."""

    at: datetime
    title: Message
    tone: str
    proof: str
    reason: str | None = None
    detail: Message | None = None
    actor: Message | None = None
    url: str | None = None


def life(session: Session, round_id: int) -> list[Event]:
    """What happened to the round, newest first."""
    entries = timeline(session, ("round", round_id), types=tuple(EVENTS))
    return [
        Event(
            at=entry.at,
            title=EVENTS[entry.type],
            tone="decision" if entry.type in DECISIONS else "step",
            proof=str(lazy_gettext("Record no. %(number)s", number=entry.number)),
            reason=entry.body.get("reason"),
            detail=_change_in_words(entry.body) if entry.type == "round.changed" else None,
        )
        for entry in entries
    ]


def _change_in_words(body: Json) -> str:
    """What a recorded change did, before and after: "Voting: 1 March, 09:00 – … → …"."""
    return " · ".join(_changes(body))


def _changes(body: Json) -> Iterator[str]:
    for name, label in NAMES.items():
        if name in body:
            yield _line(label, *(localize(body[name][side]).text for side in ("from", "to")))
    for change in body.get("phases", ()):
        yield _line(PHASES[change["kind"]], _span(change["from"]), _span(change["to"]))


def _line(name: Message, before: str, after: str) -> str:
    none = gettext("none")
    return gettext(
        "%(name)s: %(before)s → %(after)s", name=name, before=before or none, after=after or none
    )


def _span(instants: Sequence[str]) -> str:
    return " – ".join(datetime_long(datetime.fromisoformat(at)) for at in instants)
