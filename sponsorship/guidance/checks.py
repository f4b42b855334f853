"""What a call may say: its texts and terms, and what must fit together in them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.i18n import LOCALES, Message, lazy_gettext
from core.types import MAX_MINOR, Texts
from sponsorship.models import Sector
from sponsorship.terms import Terms

TITLE, TEXT, TERM = 120, 5000, 1500  # characters in each language
PERCENT, PUBLIC, DAYS = (0, 300), (0, 95), (1, 90)
LONGEST, AHEAD = timedelta(days=3 * 366), timedelta(days=366)
# The texts among the terms.
TERM_TEXTS = ("priorities", "naming", "gets", "gets_not")
_AMOUNTS = ("match_pool", "least", "small_most", "anonymous_most", "kind_most")
_CAPS = ("match_project_most", "match_sponsor_most")
FILL_IN: Message = lazy_gettext("Please fill this in.")
_BOUNDS: Message = lazy_gettext("This is outside of what is allowed here.")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes for a call, or for its next version; then ``reason`` says why."""

    title: Texts
    text: Texts
    terms: Terms
    matching_fund_id: int | None = None
    reason: str = ""


def problems(said: Said, today: date, *, version: int = 1) -> dict[str, Message]:
    """What does not fit, by the name of the field; nothing when it may be published ``today`` as
    the ``version`` with this number."""
    terms = said.terms
    found = (
        _bounds(terms)
        | _texts(said)
        | _dates(terms, today)
        | _amounts(terms)
        | _matching(terms, said.matching_fund_id)
    )
    if version > 1 and not said.reason.strip():
        found["reason"] = lazy_gettext("Please say why the call changes; everybody reads it.")
    if not set(terms.excluded_sectors) <= set(Sector):
        found["excluded_sectors"] = lazy_gettext("Please choose from the list.")
    return found


def _texts(said: Said) -> dict[str, Message]:
    found: dict[str, Message] = {}
    texts = {"title": said.title, "text": said.text}
    texts |= {name: getattr(said.terms, name) for name in TERM_TEXTS}
    for name, value in texts.items():
        most = {"title": TITLE, "text": TEXT}.get(name, TERM)
        first = f"{name}_{LOCALES[0]}"
        if name in {"title", "text", "gets", "gets_not"} and not any(value.values()):
            found[first] = lazy_gettext("Please fill this in, in one language at least.")
        if any(len(one) > most for one in value.values()):
            found[first] = lazy_gettext("At most %(most)s characters, please.", most=most)
        if not set(value) <= set(LOCALES):
            found[first] = _BOUNDS
    return found


def _bounds(terms: Terms) -> dict[str, Message]:
    limits = {
        "match_percent": PERCENT,
        "public_least": PUBLIC,
        "sign_days": DAYS,
        "least": (1, MAX_MINOR),
    }
    limits = dict.fromkeys(_AMOUNTS, (0, MAX_MINOR)) | limits
    found = {
        name: _BOUNDS
        for name, (least, most) in limits.items()
        if not least <= getattr(terms, name) <= most
    }
    for name in _CAPS:
        cap = getattr(terms, name)
        if cap is not None and not 0 < cap <= MAX_MINOR:
            found[name] = _BOUNDS
    return found


def _dates(terms: Terms, today: date) -> dict[str, Message]:
    if terms.closes_on < terms.opens_on:
        return {"closes_on": lazy_gettext("The last day comes after the first.")}
    if terms.closes_on < today:
        return {"closes_on": lazy_gettext("This day is over. Please choose one to come.")}
    if terms.opens_on > today + AHEAD:
        return {"opens_on": lazy_gettext("Please begin within a year.")}
    if terms.closes_on - terms.opens_on > LONGEST:
        return {"closes_on": lazy_gettext("A call runs for three years at most.")}
    return {}


def _amounts(terms: Terms) -> dict[str, Message]:
    found: dict[str, Message] = {}
    small = lazy_gettext(
        "Small gifts are not below the least pledge. Write 0 if people give none here."
    )
    if 0 < terms.small_most < terms.least:
        found["small_most"] = small
    if 0 < terms.anonymous_most < terms.least:
        found["anonymous_most"] = small
    if terms.anonymous_most > terms.small_most:
        found["anonymous_most"] = lazy_gettext("Unnamed gifts cannot be larger than small ones.")
    return found


def _matching(terms: Terms, fund_id: int | None) -> dict[str, Message]:
    asked = (terms.match_pool, terms.match_until, *(getattr(terms, name) for name in _CAPS))
    if not terms.match_percent:
        problem = lazy_gettext(
            "Say by how many per cent money is doubled, or leave all about it empty."
        )
        return {"match_percent": problem} if any(asked) else {}
    found: dict[str, Message] = {}
    if fund_id is None:
        found["matching_fund"] = lazy_gettext("Choose the fund that the doubling money comes from.")
    if not terms.match_pool:
        found["match_pool"] = lazy_gettext("Say how much there is for doubling in all.")
    for name in _CAPS:
        if (getattr(terms, name) or 0) > terms.match_pool > 0:
            found[name] = lazy_gettext("This is more than there is for doubling in all.")
    if terms.match_until is None:
        found["match_until"] = FILL_IN
    elif not terms.opens_on <= terms.match_until <= terms.closes_on:
        found["match_until"] = lazy_gettext("Doubling ends while the call runs.")
    return found
