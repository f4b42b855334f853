"""A project's recorded life in words: what happened, when, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from core.i18n import (
    LANGUAGE_NAMES,
    Message,
    date_long,
    date_short,
    format_money,
    gettext,
    lazy_gettext,
    localize,
)
from core.types import Texts
from projects.states import WINNING, State
from transparency.log import Entry

TITLES: dict[str, Message] = {
    "project.submitted": lazy_gettext("Handed in"),
    "project.resubmitted": lazy_gettext("Revised and handed in again"),
    "project.withdrawn": lazy_gettext("Withdrawn"),
    "project.translated": lazy_gettext("Translated"),
    "review.asked": lazy_gettext("Departments asked"),
    "review.published": lazy_gettext("The departments' answers published"),
    "project.eligible": lazy_gettext("Passed the review"),
    "project.ineligible": lazy_gettext("Did not pass the review"),
    "project.on_ballot": lazy_gettext("Entered on the ballot"),
    "project.left_off": lazy_gettext(
        "Not put on the ballot: it has no cost, or costs more than its budget"
    ),
    "project.selected": lazy_gettext("Chosen by the vote"),
    "project.not_selected": lazy_gettext("Not chosen by the vote"),
}
DECISIONS = frozenset(
    {
        "project.eligible",
        "project.ineligible",
        "project.left_off",
        "project.selected",
        "project.not_selected",
    }
)


@dataclass(frozen=True, slots=True)
class LifeEntry:
    """One entry of the life line, as its macro shows it."""

    at: datetime
    tone: str
    title: str
    detail: str | None
    actor: str | None
    reason: str | None
    proof: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a project's way, for the phase strip."""

    label: Message
    when: str | None
    state: str


def life_of(
    entries: Sequence[Entry], proposer: str, organisations: Mapping[int, Texts]
) -> list[LifeEntry]:
    """The entries in words. ``proposer`` is the name as the public may see it,
    ``organisations`` the names of those that the entries mention."""
    return [_told(entry, proposer, organisations) for entry in entries if entry.type in TITLES]


def _told(entry: Entry, proposer: str, organisations: Mapping[int, Texts]) -> LifeEntry:
    body = entry.body
    return LifeEntry(
        at=entry.at,
        tone="decision" if entry.type in DECISIONS else "step",
        title=str(TITLES[entry.type]),
        detail=_detail(body, organisations),
        actor=_actor(body, proposer, organisations),
        reason=body.get("reason"),
        proof=gettext("Number %(number)s in the public record", number=entry.number),
        url=entry.url,
    )


def _actor(
    body: Mapping[str, Any], proposer: str, organisations: Mapping[int, Texts]
) -> str | None:
    by = body.get("by")
    if by == "proposer":
        name = organisations.get(body.get("organisation") or 0)
        return str(localize(name)) if name else proposer
    return gettext("The office that runs the round") if by in {"officer", "round"} else None


def _detail(body: Mapping[str, Any], organisations: Mapping[int, Texts]) -> str | None:
    parts = [str(localize(organisations.get(ident))) for ident in body.get("organisations", ())]
    if due := body.get("due_on"):
        day = date_long(date.fromisoformat(due))
        parts.append(gettext("answers due by %(day)s", day=day))
    if body.get("cost"):
        money = format_money(body["cost"], body.get("currency", "CNY"))
        parts.append(gettext("cost %(money)s", money=money))
    if code := body.get("code"):
        parts.append(gettext("number %(code)s", code=code))
    if language := body.get("language"):
        parts.append(LANGUAGE_NAMES.get(language, language))
    return gettext(", ").join(filter(None, parts)) or None


_WAY: tuple[tuple[Message, frozenset[str]], ...] = (
    (lazy_gettext("Handed in"), frozenset({"project.submitted"})),
    (lazy_gettext("Reviewed"), frozenset({"project.eligible", "project.ineligible"})),
    (lazy_gettext("Vote"), frozenset({"project.on_ballot"})),
    (lazy_gettext("Decision"), frozenset({"project.selected", "project.not_selected"})),
)
_AT: dict[State, int] = {
    State.DRAFT: 0,
    State.WITHDRAWN: 0,
    State.SUBMITTED: 1,
    State.IN_REVIEW: 1,
    State.INELIGIBLE: 1,
    State.ELIGIBLE: 1,
    State.ON_BALLOT: 2,
    State.SELECTED: 3,
    State.NOT_SELECTED: 3,
    State.DELIVERING: 3,
    State.COMPLETED: 3,
    State.CLOSED: 3,
    State.CANCELLED: 3,
}


def way(state: State, entries: Sequence[Entry]) -> list[Step]:
    """How far a project has come, each part with its latest date."""
    here = _AT[state]
    steps = []
    for at, (label, types) in enumerate(_WAY):
        when = next((date_short(entry.at) for entry in entries if entry.type in types), None)
        steps.append(Step(label, when, "done" if at < here else "now" if at == here else "next"))
    if state in WINNING | {State.NOT_SELECTED}:
        steps[-1] = replace(steps[-1], state="done")
    return steps
