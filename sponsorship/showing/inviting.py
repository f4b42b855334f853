"""What somebody needs before they can offer something, and where to get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import Localized, Message, format_money, gettext, lazy_gettext, localize
from core.policy import Actor
from sponsorship.models import Business, Seat, SeatRole
from sponsorship.showing.queries.opening import OpeningPage
from sponsorship.states import BusinessState, OpeningState, SeatState

_OFFERING = (SeatRole.MANAGER, SeatRole.SIGNATORY)
_ENDED: dict[str, Message] = {
    OpeningState.MET: lazy_gettext("The target was met. Thank you! Nothing more is needed here."),
    OpeningState.MISSED: lazy_gettext(
        "The target was not met in time. What depended on it has gone back to whoever gave it."
    ),
    OpeningState.CLOSED: lazy_gettext("The authority has closed this. Nothing more is taken."),
    OpeningState.OPEN: lazy_gettext(
        "Nothing can be offered here just now: the time is over, or has not come yet."
    ),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A link that leads on; ``main`` is the one to press."""

    label: Message
    url: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """What can be done, and in a few sentences what is needed for it."""

    ways: list[Way]
    words: list[str]


def invitation(session: Session, actor: Actor, page: OpeningPage) -> Invitation:
    """What ``actor`` can do for an opening: one query for those who are signed in."""
    if not page.taking:
        return Invitation([], [str(_ENDED[page.state])])
    offer = f"/sponsor/openings/{page.card.id}/offer"
    if actor.id is None:
        sign_in = Way(lazy_gettext("Sign in and offer something"), f"/sign-in?next={offer}", True)
        return Invitation([sign_in], [gettext("You need to sign in first."), *_needs(page)])
    seats = _businesses(session, actor.id)
    excluded = page.card.call.terms.excluded_sectors
    fit = [one for one in seats if _fits(one, excluded)]
    if fit:
        names = gettext(", ").join(str(localize(one.name)) for one in fit)
        words = [gettext("You can offer for %(business)s, or as yourself.", business=names)]
        return Invitation([Way(lazy_gettext("Offer something"), offer, True)], words)
    return _without_business(page, seats, offer)


def _without_business(page: OpeningPage, seats: Sequence[Any], offer: str) -> Invitation:
    words = [_why_not(one, page.card.call.terms.excluded_sectors) for one in seats]
    ways = []
    if page.card.call.terms.small_most:
        ways.append(Way(lazy_gettext("Give a little, as a person"), offer, True))
    if not seats:
        register = "/sponsor/businesses/new"
        ways.append(Way(lazy_gettext("Register a business"), register, not ways))
        words += _needs(page)
    return Invitation(ways, words)


def _needs(page: OpeningPage) -> list[str]:
    call = page.card.call
    words = [
        gettext("A business is registered once, and an officer looks at its papers."),
    ]
    if call.terms.small_most:
        most = format_money(call.terms.small_most, call.currency)
        words.append(gettext("A person may give up to %(most)s without an agreement.", most=most))
    return words


def _businesses(session: Session, person_id: int) -> Sequence[Any]:
    rows = (
        select(Business.id, Business.name, Business.state, Business.sector, Seat.role)
        .join(Seat, Seat.business_id == Business.id)
        .where(Seat.person_id == person_id, Seat.state == SeatState.ACTIVE)
        .order_by(Business.id)
    )
    return session.execute(rows).all()


def _fits(found: Any, excluded: tuple[str, ...]) -> bool:
    return (
        found.state == BusinessState.VERIFIED
        and found.role in _OFFERING
        and found.sector not in excluded
    )


def _why_not(found: Any, excluded: tuple[str, ...]) -> str:
    name: Localized = localize(found.name)
    if found.sector in excluded:
        return gettext(
            "%(business)s is of a sector that this call takes nothing from.", business=name
        )
    if found.state != BusinessState.VERIFIED:
        return gettext("%(business)s is not verified by an officer yet.", business=name)
    return gettext(
        "For %(business)s only those who manage it or sign for it offer something.", business=name
    )
