"""Delivery in words: states, kinds of changes, and what the public record says about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.i18n import (
    Message,
    date_long,
    format_money,
    gettext,
    lazy_gettext,
    localize,
    ngettext,
)
from core.types import Texts
from projects.models import AsPromised, ChangeKind
from projects.states import ChangeState, MilestoneState

# What a project's life line shows.
WORKS_TITLES: dict[str, Message] = {
    "delivery.begun": lazy_gettext("Plan published: the work begins"),
    "delivery.reported": lazy_gettext("Reported as done"),
    "delivery.disputed": lazy_gettext("A resident disputes a report"),
    "delivery.dispute_answered": lazy_gettext("A dispute answered"),
    "delivery.accepted_once": lazy_gettext("Accepted by the first of two people"),
    "delivery.accepted": lazy_gettext("Accepted by both"),
    "delivery.sent_back": lazy_gettext("Not accepted, sent back"),
    "delivery.change_asked": lazy_gettext("A change asked for"),
    "delivery.change_approved": lazy_gettext("A change approved"),
    "delivery.change_refused": lazy_gettext("A change refused"),
    "delivery.change_withdrawn": lazy_gettext("A change taken back"),
    "delivery.completed": lazy_gettext("Everything is done"),
    "delivery.cancelled": lazy_gettext("Given up"),
    "contract.amended": lazy_gettext("Contract amended"),
    "contract.terminated": lazy_gettext("Contract ended before its time"),
    "contract.retention": lazy_gettext("Retention decided after the warranty"),
    "contract.closed": lazy_gettext("Contract closed: all accepted and paid"),
    "account.drawn": lazy_gettext("Final account drawn up"),
    "account.approved": lazy_gettext("Final account approved"),
    "evaluation.hidden": lazy_gettext("A comment hidden"),
}
WORKS_DECISIONS = frozenset(
    {
        "delivery.begun",
        "delivery.accepted",
        "delivery.sent_back",
        "delivery.change_approved",
        "delivery.change_refused",
        "delivery.completed",
        "delivery.cancelled",
        "contract.retention",
        "account.approved",
    }
)
# What many residents say is counted on the page and stands in the record only.
OTHER_TITLES: dict[str, Message] = {
    "delivery.confirmed": lazy_gettext("A resident confirms a report"),
    "evaluation.given": lazy_gettext("A resident rates the project"),
    "evaluation.changed": lazy_gettext("A resident changes a rating"),
}
CHANGE_KINDS: dict[str, Message] = {
    ChangeKind.DELAY: lazy_gettext("Later than promised"),
    ChangeKind.SCOPE: lazy_gettext("Something else is done"),
    ChangeKind.COST: lazy_gettext("Another cost"),
    ChangeKind.CANCEL: lazy_gettext("Not done at all"),
    ChangeKind.RETENTION: lazy_gettext("Retention after the warranty"),
}
CHANGE_STATES: dict[str, tuple[Message, str]] = {
    ChangeState.ASKED: (lazy_gettext("Asked for"), "gold"),
    ChangeState.APPROVED: (lazy_gettext("Approved"), "jade"),
    ChangeState.REFUSED: (lazy_gettext("Refused"), "seal"),
    ChangeState.WITHDRAWN: (lazy_gettext("Taken back"), "quiet"),
}
MILESTONE_STATES: dict[str, tuple[Message, str]] = {
    MilestoneState.PLANNED: (lazy_gettext("To be done"), "quiet"),
    MilestoneState.REPORTED: (lazy_gettext("Reported, to be accepted"), "gold"),
    MilestoneState.ACCEPTED: (lazy_gettext("Done and accepted"), "jade"),
    MilestoneState.CANCELLED: (lazy_gettext("Cancelled"), "seal"),
}
AS_PROMISED: dict[str, Message] = {
    AsPromised.YES: lazy_gettext("Yes"),
    AsPromised.PARTLY: lazy_gettext("Partly"),
    AsPromised.NO: lazy_gettext("No"),
}
_MONEY = frozenset({"budget", "price", "release"})
_DAYS = frozenset({"due_on", "ends_on"})


def works_detail(body: Mapping[str, Any], organisations: Mapping[int, Texts]) -> str | None:
    """What a recorded step of delivery says besides its title and reason. ``organisations`` are
    the names of those whom ``works_organisations`` gives."""
    currency = body.get("currency") or "CNY"
    owner = body.get("organisation")
    parts = [
        str(localize(organisations.get(owner))) if isinstance(owner, int) else "",
        gettext("“%(title)s”", title=body["title"]) if body.get("title") else "",
        *_change(body, currency),
        *_amounts(body, currency),
        *_circumstances(body),
    ]
    return gettext(", ").join(filter(None, parts)) or None


def _change(body: Mapping[str, Any], currency: str) -> list[str]:
    kind = body.get("kind")
    if kind is None:
        return []
    return [str(CHANGE_KINDS.get(kind, kind)), changed(body["before"], body["after"], currency)]


def _amounts(body: Mapping[str, Any], currency: str) -> list[str]:
    return [
        str(words) % {"money": format_money(body[name], currency)}
        for name, words in _AMOUNTS.items()
        if body.get(name) is not None
    ]


def _circumstances(body: Mapping[str, Any]) -> list[str]:
    said = []
    if until := body.get("ends_on"):
        said.append(gettext("until %(day)s", day=date_long(date.fromisoformat(until))))
    if photos := body.get("photos"):
        said.append(ngettext("%(num)s photo", "%(num)s photos", len(photos)))
    if (late := body.get("days_late")) is not None:
        said.append(lateness(late))
    if body.get("nearby") is False:
        said.append(gettext("lives elsewhere"))
    if answer := body.get("answer"):
        said.append(gettext("Answer: %(answer)s", answer=answer))
    return said


_AMOUNTS: dict[str, Message] = {
    "budget": lazy_gettext("%(money)s planned"),
    "amount": lazy_gettext("%(money)s"),
    "stays": lazy_gettext("%(money)s of it was accepted and stays"),
    "released": lazy_gettext("%(money)s released"),
    "kept": lazy_gettext("%(money)s kept"),
    "paid": lazy_gettext("%(money)s paid"),
    "returned": lazy_gettext("%(money)s given back"),
}


def works_organisations(body: Mapping[str, Any]) -> set[int]:
    """The organisations whose names ``works_detail`` needs."""
    owner = body.get("organisation")
    return {owner} if isinstance(owner, int) else set()


def lateness(days: int) -> str:
    """How late, in words."""
    if days <= 0:
        return gettext("on time")
    return ngettext("%(num)s day late", "%(num)s days late", days)


def changed(before: Mapping[str, Any], after: Mapping[str, Any], currency: str) -> str:
    """From what to what, in words; nothing for a change that needs none."""
    said = [
        gettext("%(before)s → %(after)s", before=was, after=becomes)
        for name, value in after.items()
        if (becomes := _value(name, value, currency))
        and (was := _value(name, before.get(name, before.get("retention")), currency)) != becomes
    ]
    return gettext(", ").join(said)


def _value(name: str, value: Any, currency: str) -> str:
    if value is None or name == "state":
        return ""
    if name in _MONEY:
        return format_money(int(value), currency)
    return date_long(date.fromisoformat(value)) if name in _DAYS else str(value)
