"""What an offer says, and what must fit in it by a call's terms. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from core.i18n import Message, format_money, lazy_gettext
from sponsorship.models import OpeningKind, PledgeKind
from sponsorship.terms import Terms

MOST_PARTS = 6
LONGEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody offers for an opening: for a business, or as a person who gives a little.

    ``amount`` is money or what a gift in kind is worth, in minor units. ``parts`` are the
    instalments of money, each with the day by which it is paid; a gift in kind has ``due_on``.
    ``key`` comes with the form, so that one sent twice is one.
    """

    key: str
    opening_id: int
    business_id: int | None
    kind: PledgeKind
    amount: int
    due_on: date
    parts: Sequence[tuple[int, date]] = ()
    what: str = ""
    valuation: str = ""
    message: str = ""
    only_if_met: bool = False
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an opening decides about offers: what it is for, what is missing, what its project
    costs and what sponsors have promised for it already; minor units of ``currency``."""

    kind: str
    currency: str
    target: int | None = None
    cost: int | None = None
    promised: int = 0


def problems(offer: Offer, terms: Terms, wanted: Wanted, today: date) -> dict[str, Message]:
    """What does not fit, by the name of the field; nothing for an offer that may be made."""
    found = _amount(offer, terms, wanted) | _dates(offer, today)
    if offer.kind != PledgeKind.MONEY:
        found |= _in_kind(offer, terms, wanted)
    if offer.business_id is None and offer.kind != PledgeKind.MONEY:
        found["kind"] = lazy_gettext("People give money here. Goods and work come from a business.")
    if offer.anonymous and offer.amount > terms.anonymous_most:
        most = format_money(terms.anonymous_most, wanted.currency)
        found["anonymous"] = lazy_gettext(
            "Above %(most)s the name is public. Give less, or with your name.", most=most
        )
    if offer.only_if_met and wanted.target is None:
        found["only_if_met"] = lazy_gettext("There is no target here that it could depend on.")
    return found


def room_for_sponsors(terms: Terms, wanted: Wanted) -> int | None:
    """How much sponsors may still promise for a project so that the least share of its cost stays
    public money; ``None`` where no cost is known."""
    if wanted.cost is None:
        return None
    # The public share is rounded up: sponsors never get a fen beyond theirs.
    return max(0, wanted.cost * (100 - terms.public_least) // 100 - wanted.promised)


def _amount(offer: Offer, terms: Terms, wanted: Wanted) -> dict[str, Message]:
    def money(amount: int) -> str:
        return format_money(amount, wanted.currency)

    room = room_for_sponsors(terms, wanted)
    if offer.amount < terms.least:
        problem = lazy_gettext(
            "The least that this call takes is %(least)s.", least=money(terms.least)
        )
    elif offer.business_id is None and offer.amount > terms.small_most:
        problem = lazy_gettext(
            "People give up to %(most)s here. More comes from a business, with an agreement.",
            most=money(terms.small_most),
        )
    elif offer.kind != PledgeKind.MONEY and offer.amount > terms.kind_most:
        problem = lazy_gettext(
            "A gift in kind is worth at most %(most)s here.", most=money(terms.kind_most)
        )
    elif room is not None and offer.amount > room:
        problem = lazy_gettext(
            "At least %(percent)s %% of this project stay public money. Sponsors can still give"
            " %(room)s.",
            percent=terms.public_least,
            room=money(room),
        )
    else:
        return {}
    return {"amount": problem}


def _in_kind(offer: Offer, terms: Terms, wanted: Wanted) -> dict[str, Message]:
    found: dict[str, Message] = {}
    if wanted.kind == OpeningKind.POOL:
        found["kind"] = lazy_gettext("What doubles other people's money is money, too.")
    if not offer.what:
        found["what"] = lazy_gettext("Please say what exactly you give, and how much of it.")
    if not offer.valuation:
        found["valuation"] = lazy_gettext("Please say how you found its value.")
    return found


def _dates(offer: Offer, today: date) -> dict[str, Message]:
    days = [day for _, day in offer.parts] or [offer.due_on]
    name = "parts" if len(offer.parts) > 1 else "due_on"
    if days[0] < today:
        return {name: lazy_gettext("This day is over. Please choose one to come.")}
    if days[-1] > today + LONGEST:
        return {name: lazy_gettext("Please choose a day within two years.")}
    problem = _parts(offer) if offer.kind == PledgeKind.MONEY else None
    return {"parts": problem} if problem else {}


def _parts(offer: Offer) -> Message | None:
    if any(later <= day for (_, day), (_, later) in pairwise(offer.parts)):
        return lazy_gettext("Each part is paid on a later day than the one before.")
    if len(offer.parts) > MOST_PARTS or any(amount <= 0 for amount, _ in offer.parts):
        return lazy_gettext("At most %(most)s parts, please.", most=MOST_PARTS)
    if sum(amount for amount, _ in offer.parts) != offer.amount:
        return lazy_gettext("The parts do not come to the amount that you give.")
    return None
