"""Drafting and offering a pledge, giving a little, and withdrawing what is not decided yet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import Conflict, Invalid, NotFound, Refused
from core.i18n import date_long, lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.businesses.giving import check_may_give
from sponsorship.firewall import check_not_under_vote
from sponsorship.guidance.queries import current, terms_of
from sponsorship.models import (
    Business,
    GuidanceVersion,
    Instalment,
    Opening,
    Pledge,
    PledgeKind,
    SeatRole,
)
from sponsorship.people import acts_for
from sponsorship.pledges.matching import match_of
from sponsorship.pledges.rules import Offer, problems
from sponsorship.pledges.services.holding import (
    check_opening,
    check_speaks,
    hold_opening,
    wanted_by,
)
from sponsorship.pledges.services.steps import hold_pledge, tell_office, tell_sponsor
from sponsorship.recording import record
from sponsorship.states import PLEDGE_MOVES, CallState, PledgeState
from sponsorship.terms import Terms


def save_draft(session: Session, offer: Offer, by_id: int, now: datetime) -> Pledge:
    """Keep what somebody has written so far; the same key is the same draft.

    Raises ``Refused`` for a business for which they do not sign, ``Conflict`` when it was offered.
    """
    opening = hold_opening(session, offer.opening_id)
    known = _known(session, offer, by_id)
    if known is not None and known.state != PledgeState.DRAFT:
        raise Conflict(lazy_gettext("This was offered already; it does not change any more."))
    _check_seat(session, offer, by_id)
    return _written(session, offer, known, current(session, opening.call), by_id=by_id, now=now)


def offer(session: Session, offer: Offer, by_id: int, now: datetime) -> Pledge:
    """Offer a pledge of a business, from a draft with the same key or anew; sent twice, it is one.

    Raises ``Invalid`` by field for what the call's terms do not allow, ``Refused`` for a business
    for which they do not sign or that may not give, ``Conflict`` when nothing is taken any more.
    """
    opening = hold_opening(session, offer.opening_id)
    known = _known(session, offer, by_id)
    if known is not None and known.state != PledgeState.DRAFT:
        return known
    if offer.business_id is None:
        raise Refused(lazy_gettext("Only businesses offer pledges; people give a little at once."))
    version = _checked(session, offer, opening, by_id, now)
    pledge = _written(session, offer, known, version, by_id=by_id, now=now)
    advance(pledge, PLEDGE_MOVES, "offer")
    pledge.offered_at = now
    record(session, pledge, "pledge.offered", now, {"by": "sponsor"})
    tell_sponsor(
        session, pledge, lazy_gettext("Your pledge %(number)s is offered. The office answers."), now
    )
    message = lazy_gettext("The pledge %(number)s is offered. Please accept or decline it.")
    tell_office(session, pledge, message, now)
    return pledge


def check(session: Session, offer: Offer, by_id: int, now: datetime) -> None:
    """Say whether an offer, or a small gift, would be taken now. Raises as ``offer``; changes
    nothing."""
    opening = session.get(Opening, offer.opening_id)
    if opening is None:
        raise NotFound(lazy_gettext("There is no such opening."))
    _checked(session, offer, opening, by_id, now)


def give_small(session: Session, offer: Offer, by_id: int, now: datetime) -> Pledge:
    """Give a little as a person: the published terms are its agreement, so it is owed at once,
    and its match is reserved by the same rules; sent twice, it is one. Raises as ``offer``."""
    opening = hold_opening(session, offer.opening_id)
    known = _known(session, offer, by_id)
    if known is not None and known.state != PledgeState.DRAFT:
        return known
    if offer.business_id is not None:
        raise Refused(lazy_gettext("What a business gives comes with an agreement."))
    version = _checked(session, offer, opening, by_id, now)
    pledge = _written(session, offer, known, version, by_id=by_id, now=now)
    pledge.match = match_of(session, pledge, terms_of(version), local_date(now)).amount
    advance(pledge, PLEDGE_MOVES, "give")
    pledge.offered_at = pledge.decided_at = now
    session.flush()
    bookings.book(session, pledge, [("pledge", pledge.amount)], now, key="sign")
    if pledge.match:
        bookings.book_match(session, pledge, "match", pledge.match, now, key="accept")
    body = {"by": "sponsor", "version": version.number, "terms_sha256": version.sha256}
    record(session, pledge, "pledge.given", now, body)
    tell_sponsor(
        session, pledge, lazy_gettext("Thank you for your gift %(number)s. Now pay it."), now
    )
    return pledge


def withdraw(session: Session, pledge_id: int, by_id: int, now: datetime, reason: str = "") -> None:
    """Take a draft or an offer back before it is decided; a draft leaves no trace on record.

    Raises ``Refused`` for others than the sponsor's signatories, ``Conflict`` once it is decided.
    """
    pledge = hold_pledge(session, pledge_id)
    check_speaks(session, by_id, pledge)
    offered = pledge.state == PledgeState.OFFERED
    advance(pledge, PLEDGE_MOVES, "withdraw")
    pledge.ended_at, pledge.ended_reason = now, reason
    if offered:
        check_not_under_vote(session, pledge.opening)
        record(session, pledge, "pledge.withdrawn", now, {"by": "sponsor"})
        message = lazy_gettext("The pledge %(number)s was withdrawn by its sponsor.")
        tell_sponsor(session, pledge, message, now)
        tell_office(session, pledge, message, now)


def _known(session: Session, offer: Offer, by_id: int) -> Pledge | None:
    """What was made with the same form; whoever asks holds the call, so that it is there or not."""
    return session.scalar(select(Pledge).where(Pledge.key == _key(offer, by_id)))


def _key(offer: Offer, by_id: int) -> str:
    """Nobody comes upon another's form by its key."""
    return f"{by_id}:{offer.key}"


def _check_seat(session: Session, offer: Offer, by_id: int) -> None:
    if offer.business_id is not None and not acts_for(
        session, by_id, offer.business_id, SeatRole.SIGNATORY
    ):
        raise Refused(lazy_gettext("Only those who sign for this business offer what it gives."))


def _checked(
    session: Session, offer: Offer, opening: Opening, by_id: int, now: datetime
) -> GuidanceVersion:
    """The version of the call that holds, when the offer fits it."""
    check_opening(session, opening, now)
    version = current(session, opening.call)
    terms = terms_of(version)
    _check_call(opening, terms, local_date(now))
    _check_seat(session, offer, by_id)
    if offer.business_id is not None:
        check_may_give(session, session.get_one(Business, offer.business_id), terms)
    found = problems(offer, terms, wanted_by(session, opening), local_date(now))
    if found:
        raise Invalid(next(iter(found.values())), fields=found)
    return version


def _check_call(opening: Opening, terms: Terms, today: date) -> None:
    if opening.call.state != CallState.OPEN:
        raise Conflict(lazy_gettext("This call is closed."))
    if today < terms.opens_on:
        raise Conflict(
            lazy_gettext("Offers are taken from %(day)s.", day=date_long(terms.opens_on))
        )
    if today > terms.closes_on:
        raise Conflict(
            lazy_gettext("Offers were taken through %(day)s.", day=date_long(terms.closes_on))
        )


def _written(
    session: Session,
    offer: Offer,
    known: Pledge | None,
    version: GuidanceVersion,
    *,
    by_id: int,
    now: datetime,
) -> Pledge:
    """The offer as a draft's row, with its instalments."""
    if known is None:
        known = Pledge(key=_key(offer, by_id), by_id=by_id, created_at=now)
        known.opening_id, known.state = offer.opening_id, PledgeState.DRAFT
    elif known.opening_id != offer.opening_id:
        raise NotFound(lazy_gettext("There is no such draft."))
    money = offer.kind == PledgeKind.MONEY
    known.version_id, known.currency = version.id, version.call.currency
    known.business_id = offer.business_id
    known.person_id = by_id if offer.business_id is None else None
    known.kind, known.amount = offer.kind, offer.amount
    known.what = "" if money else offer.what
    known.valuation = "" if money else offer.valuation
    known.message, known.anonymous = offer.message, offer.anonymous
    known.only_if_met = offer.only_if_met
    known.due_on = offer.parts[-1][1] if money else offer.due_on
    session.add(known)
    session.flush()
    session.execute(delete(Instalment).where(Instalment.pledge_id == known.id))
    if money:
        rows = enumerate(offer.parts, 1)
        session.add_all(
            Instalment(pledge_id=known.id, number=number, amount=amount, due_on=day)
            for number, (amount, day) in rows
        )
    session.flush()
    session.refresh(known)
    return known
