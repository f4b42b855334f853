"""What becomes of pledges, in words: for the public record and for the life lines of projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.i18n import Message, format_money, gettext, lazy_gettext, localize
from core.types import Texts
from projects.life import Telling
from sponsorship.pledges.words import METHODS

AFTERWARDS_TITLES: dict[str, Message] = {
    "pledge.release_asked": lazy_gettext("Money of a pledge is to be released"),
    "pledge.released": lazy_gettext("A partner's money is at work"),
    "pledge.release_refused": lazy_gettext("A release was not approved"),
    "pledge.received": lazy_gettext("A gift in kind arrived"),
    "pledge.received_part": lazy_gettext("A part of a gift in kind confirmed"),
    "pledge.delivered": lazy_gettext("A gift in kind is complete"),
    "pledge.receipt_rejected": lazy_gettext("A receipt was taken back"),
    "pledge.lapsed": lazy_gettext("A pledge lapsed"),
    "pledge.cancelled": lazy_gettext("A pledge was called off"),
    "opening.met": lazy_gettext("Partners met the target"),
    "opening.missed": lazy_gettext("The target for partners was missed"),
}
# What a project's life line tells of its partners.
_TOLD: dict[str, Message] = {
    "pledge.accepted": lazy_gettext("A partner's pledge accepted"),
    "pledge.signed": lazy_gettext("A partner's agreement signed"),
    "payment.settled": lazy_gettext("A partner has paid"),
    "refund.done": lazy_gettext("A partner got money back"),
} | {
    name: AFTERWARDS_TITLES[name]
    for name in (
        "pledge.released",
        "pledge.received_part",
        "pledge.delivered",
        "pledge.lapsed",
        "pledge.cancelled",
        "opening.met",
        "opening.missed",
    )
}
_DECISIONS = frozenset({"pledge.accepted", "pledge.released", "opening.met", "opening.missed"})
# What an entry adds up to: the first of these that it has.
_SUMS = ("released", "settled", "back", "value", "paid", "amount")
_MATCHES = ("released_match", "match")


def _detail(body: Mapping[str, Any], organisations: Mapping[int, Texts]) -> str | None:
    currency = body.get("currency", "CNY")
    organisation = body.get("organisation")
    parts = [str(localize(organisations.get(organisation)))] if organisation else []
    amount = next((body[name] for name in _SUMS if body.get(name) is not None), None)
    if amount is not None:
        parts.append(format_money(amount, currency))
    if "settled" not in body and "back" not in body:
        parts += _match(body, currency)
    if body.get("in_kind"):
        money = format_money(body["in_kind"], currency)
        parts.append(gettext("gifts in kind worth %(money)s", money=money))
    if body.get("target"):
        money = format_money(body["target"], currency)
        parts.append(gettext("target %(money)s", money=money))
    if body.get("method") in METHODS:
        parts.append(str(METHODS[body["method"]]))
    return gettext(", ").join(filter(None, parts)) or None


def _match(body: Mapping[str, Any], currency: str) -> list[str]:
    match = next((body[name] for name in _MATCHES if name in body), 0)
    if not match:
        return []
    return [gettext("%(money)s of public money added", money=format_money(match, currency))]


def _organisations(body: Mapping[str, Any]) -> set[int]:
    own = body.get("organisation")
    return {own} if isinstance(own, int) else set()


TELLING = Telling(_TOLD, _DECISIONS, _detail, _organisations, sways=True)
