"""What happened to a round, read back from the record in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from budgeting.limit_words import titles
from budgeting.words import EVENTS, PHASES
from core.i18n import Message, datetime_long, gettext, lazy_gettext, localize
from core.types import Json
from transparency.log import Entry, timeline

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
    named = titles(session, _projects(entries))
    return [
        Event(
            at=entry.at,
            title=EVENTS[entry.type],
            tone="decision" if entry.type in DECISIONS else "step",
            proof=str(lazy_gettext("Record no. %(number)s", number=entry.number)),
            url=entry.url,
            reason=entry.body.get("reason"),
            detail=_change_in_words(entry.body, named) if entry.type == "round.changed" else None,
        )
        for entry in entries
    ]


def _projects(entries: Iterable[Entry]) -> Iterator[int]:
    """Which projects the recorded changes speak of."""
    for entry in entries:
        for side in entry.body.get("limits", {}).values():
            yield from map(int, side["payers"])
            yield from (project for group in side["exclusive"] for project in group)


def _change_in_words(body: Json, named: Mapping[int, str]) -> str:
    """What a recorded change did, before and after: "Voting: 1 March, 09:00 – … → …"."""
    return " · ".join(_changes(body, named))


def _changes(body: Json, named: Mapping[int, str]) -> Iterator[str]:
    for name, label in NAMES.items():
        if name in body:
            yield _line(label, *(localize(body[name][side]).text for side in ("from", "to")))
    for change in body.get("phases", ()):
        yield _line(PHASES[change["kind"]], _span(change["from"]), _span(change["to"]))
    if limits := body.get("limits"):
        yield from _limits(limits, named)


def _limits(limits: Json, named: Mapping[int, str]) -> Iterator[str]:
    kinds = {gettext("At most one of these"): _groups, gettext("Paid for already"): _paid}
    for label, said in kinds.items():
        before, after = said(limits["from"], named), said(limits["to"], named)
        if before != after:
            yield _line(label, before, after)


def _groups(side: Json, named: Mapping[int, str]) -> str:
    return "; ".join(" / ".join(_title(p, named) for p in group) for group in side["exclusive"])


def _paid(side: Json, named: Mapping[int, str]) -> str:
    return "; ".join(f"{_title(int(p), named)} ({payer})" for p, payer in side["payers"].items())


def _title(project: int, named: Mapping[int, str]) -> str:
    """A project's title; only its number once it is no longer in the vote."""
    return named.get(project) or gettext("Project %(number)s", number=project)


def _line(name: Message, before: str, after: str) -> str:
    none = gettext("none")
    return gettext(
        "%(name)s: %(before)s → %(after)s", name=name, before=before or none, after=after or none
    )


def _span(instants: Sequence[str]) -> str:
    return " – ".join(datetime_long(datetime.fromisoformat(at)) for at in instants)
