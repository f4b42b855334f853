"""A project's recorded life in words: what happened, when, by whom and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.i18n import (
    LANGUAGE_NAMES,
    Message,
    date_long,
    format_money,
    gettext,
    lazy_gettext,
    localize,
)
from core.types import Texts
from projects.money_life import MONEY_TYPES, LifeEntry, money_entry
from projects.states import State
from projects.tenders.words import (
    TENDER_DECISIONS,
    TENDER_TITLES,
    tender_detail,
    tender_organisations,
)
from projects.works.words import (
    WORKS_DECISIONS,
    WORKS_TITLES,
    works_detail,
    works_organisations,
)
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
    "project.funded": lazy_gettext("Goes ahead all the same: partners pay for it"),
}
DECISIONS = frozenset(
    {
        "project.eligible",
        "project.ineligible",
        "project.left_off",
        "project.selected",
        "project.not_selected",
        "project.funded",
    }
)


@dataclass(frozen=True, slots=True)
class Telling:
    """How a part of a project's life is told: its titles, which of them decide something, what
    an entry says besides, and which organisations it names; ``sways`` is not told while the
    project is on the ballot."""

    titles: Mapping[str, Message]
    decisions: frozenset[str]
    detail: Callable[[Mapping[str, Any], Mapping[int, Texts]], str | None]
    organisations: Callable[[Mapping[str, Any]], set[int]]
    sways: bool = False


def life_of(
    entries: Sequence[Entry], proposer: str, organisations: Mapping[int, Texts]
) -> list[LifeEntry]:
    """The entries in words. ``proposer`` is the name as the public may see it,
    ``organisations`` the names of those that the entries mention."""
    told = (_told(entry, proposer, organisations) for entry in entries)
    return [one for one in told if one is not None]


def named_in(entries: Sequence[Entry]) -> set[int]:
    """The organisations that entries mention."""
    return {
        ident
        for entry in entries
        if entry.type in _BY_TYPE
        for ident in _BY_TYPE[entry.type].organisations(entry.body)
    }


def _told(entry: Entry, proposer: str, organisations: Mapping[int, Texts]) -> LifeEntry | None:
    telling = _BY_TYPE.get(entry.type)
    if telling is None:
        return money_entry(entry)
    body = entry.body
    return LifeEntry(
        at=entry.at,
        tone="decision" if entry.type in telling.decisions else "step",
        title=str(telling.titles[entry.type]),
        detail=telling.detail(body, organisations),
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


def _organisations(body: Mapping[str, Any]) -> set[int]:
    own = body.get("organisation")
    return {*body.get("organisations", ()), *({own} if own else ())}


_TELLINGS = (
    Telling(TITLES, DECISIONS, _detail, _organisations),
    Telling(WORKS_TITLES, WORKS_DECISIONS, works_detail, works_organisations),
    Telling(TENDER_TITLES, TENDER_DECISIONS, tender_detail, tender_organisations),
)
_BY_TYPE = {type_: telling for telling in _TELLINGS for type_ in telling.titles}


def add_telling(telling: Telling) -> None:
    """Let life lines tell of what happens to projects in a room above."""
    _BY_TYPE.update(dict.fromkeys(telling.titles, telling))


def shown_types(state: State) -> tuple[str, ...]:
    """Everything that the life line of a project in ``state`` shows."""
    told = (
        type_
        for type_, telling in _BY_TYPE.items()
        if not (telling.sways and state == State.ON_BALLOT)
    )
    return (*told, *MONEY_TYPES)
