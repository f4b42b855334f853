"""Guidance calls in words: what the record says of them, and what their terms lay down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.i18n import Message, date_long, format_money, gettext, lazy_gettext, localize, ngettext
from core.types import Texts
from sponsorship.businesses.words import SECTORS
from sponsorship.states import CallState
from sponsorship.terms import Terms

CALL_TITLES: dict[str, Message] = {
    "call.published": lazy_gettext("A call for partners published"),
    "call.changed": lazy_gettext("A call for partners changed"),
    "call.text": lazy_gettext("The whole text of a call for partners"),
    "call.closed": lazy_gettext("A call for partners closed"),
    "opening.opened": lazy_gettext("Partners are sought"),
    "opening.closed": lazy_gettext("Partners are no longer sought"),
}
CALL_STATES: dict[str, tuple[Message, str]] = {
    CallState.DRAFT: (lazy_gettext("Draft"), "quiet"),
    CallState.OPEN: (lazy_gettext("Open"), "jade"),
    CallState.CLOSED: (lazy_gettext("Closed"), "seal"),
}
# The texts of a call, by the name of the term; the first two stand beside the terms.
TEXTS: dict[str, Message] = {
    "title": lazy_gettext("Title"),
    "text": lazy_gettext("What it is about"),
    "priorities": lazy_gettext("What matters most"),
    "gets": lazy_gettext("What sponsors get"),
    "gets_not": lazy_gettext("What sponsors do not get"),
    "naming": lazy_gettext("Names and advertising"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One of the terms in words."""

    name: str
    label: str
    value: str


def lines(terms: Terms, currency: str, areas: Mapping[int, Texts]) -> list[Line]:
    """What the terms lay down besides their texts, in the order in which one asks; ``areas`` are
    the names of those that they name."""
    return [*_when(terms), *_matching(terms, currency), *_giving(terms, currency, areas)]


def _when(terms: Terms) -> list[Line]:
    runs = gettext(
        "%(first)s to %(last)s", first=date_long(terms.opens_on), last=date_long(terms.closes_on)
    )
    days = ngettext("%(num)s day", "%(num)s days", terms.sign_days)
    return [
        Line("runs", gettext("Offers are taken"), runs),
        Line("sign_days", gettext("An accepted offer is signed within"), days),
    ]


def _matching(terms: Terms, currency: str) -> list[Line]:
    label = gettext("Public money adds")
    if not terms.match_percent:
        return [Line("match_percent", label, gettext("nothing"))]
    until = date_long(terms.match_until or terms.closes_on)
    return [
        Line(
            "match_percent",
            label,
            gettext("%(percent)s %% of what is given in money", percent=terms.match_percent),
        ),
        Line("match_until", gettext("To offers accepted until"), until),
        Line("match_pool", gettext("In all at most"), format_money(terms.match_pool, currency)),
        Line(
            "match_project_most",
            gettext("For one project at most"),
            _most(terms.match_project_most, currency),
        ),
        Line(
            "match_sponsor_most",
            gettext("For one sponsor at most"),
            _most(terms.match_sponsor_most, currency),
        ),
    ]


def _giving(terms: Terms, currency: str, areas: Mapping[int, Texts]) -> list[Line]:
    small = _or_none(terms.small_most, currency, gettext("People give through businesses only"))
    unnamed = _or_none(terms.anonymous_most, currency, gettext("Every gift is named"))
    kind = _or_none(terms.kind_most, currency, gettext("Money only"))
    sectors = [str(SECTORS.get(one, one)) for one in terms.excluded_sectors]
    places = [str(localize(areas.get(ident))) for ident in terms.area_ids]
    join = gettext(", ").join
    return [
        Line(
            "public_least",
            gettext("Public money pays at least"),
            gettext("%(percent)s %% of each project's cost", percent=terms.public_least)
            if terms.public_least
            else gettext("No least share"),
        ),
        Line("least", gettext("An offer is at least"), format_money(terms.least, currency)),
        Line("small_most", gettext("People give without an agreement up to"), small),
        Line("anonymous_most", gettext("Unnamed gifts up to"), unnamed),
        Line("kind_most", gettext("Goods, services, rooms and hours are worth at most"), kind),
        Line(
            "excluded_sectors",
            gettext("Who cannot give"),
            join(sectors) or gettext("No sector is excluded"),
        ),
        Line("area_ids", gettext("Where"), join(places) or gettext("In the whole area")),
    ]


def _most(amount: int | None, currency: str) -> str:
    return gettext("No limit") if amount is None else format_money(amount, currency)


def _or_none(amount: int, currency: str, none: str) -> str:
    return format_money(amount, currency) if amount else none
