"""People who act for a business: invited, there once they have said yes, and never without a
manager."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.addresses import normalise_address
from accounts.models import Person
from accounts.notices import tell
from accounts.services.people import owns
from core.db import lock
from core.errors import Conflict, Refused
from core.i18n import both, lazy_gettext
from projects.services.moves import advance
from sponsorship.businesses.people import (
    ACTIVE,
    LIVE,
    check_manager,
    managers,
    page_of,
    tell_business,
    tell_office,
)
from sponsorship.models import Business, Seat, SeatRole
from sponsorship.states import SEAT_MOVES, BusinessState, SeatState
from transparency import log

MOST_SEATS = 50
# How long an invitation holds.
HOLDS = timedelta(days=30)


def invite(
    session: Session, business_id: int, address: str, by_id: int, now: datetime, *, role: SeatRole
) -> None:
    """Invite whoever has an account with this phone number or e-mail. Whether somebody has is not
    told: the caller says the same in either case, and lists nobody before they have accepted.

    Inviting somebody anew gives the open invitation another role and another thirty days. Where
    nobody manages a business any more, an officer invites. Raises ``Invalid`` (field ``address``)
    for what is no address.
    """
    address = normalise_address(address)
    business = lock(session, Business, business_id)
    if managers(session, business_id):
        check_manager(session, business_id, by_id)
    if business.state == BusinessState.SUSPENDED:
        raise Conflict(lazy_gettext("This business is suspended; nobody is invited for now."))
    live = select(func.count()).where(Seat.business_id == business_id, LIVE)
    if (session.scalar(live) or 0) >= MOST_SEATS:
        raise Conflict(lazy_gettext("%(most)s people are enough for a business.", most=MOST_SEATS))
    who = session.scalar(select(Person.id).where(owns(address), Person.erased_at.is_(None)))
    if who is None:
        return
    found = session.scalar(
        select(Seat).where(Seat.business_id == business_id, LIVE).where(Seat.person_id == who)
    )
    if found is not None and found.state == SeatState.ACTIVE:
        return
    if found is None:
        found = Seat(business_id=business_id, person_id=who, state=SeatState.INVITED)
        session.add(found)
    found.role, found.invited_by_id, found.invited_at = role, by_id, now
    session.flush()
    told = lazy_gettext("You are invited to act for %(name)s.")
    tell(session, who, both(told, name=business.name), page_of(business_id), now)


def accept_seat(session: Session, seat_id: int, by_id: int, now: datetime) -> Seat:
    """Somebody says yes to an invitation.

    Raises ``Refused`` for anybody else, and for the officer who decided on the business;
    ``Conflict`` for one that has lapsed.
    """
    business, seat = _load(session, seat_id)
    if seat.person_id != by_id:
        raise Refused(lazy_gettext("This invitation is for somebody else."))
    if business.decided_by_id == by_id:
        raise Refused(
            lazy_gettext("You decided on this business as an officer, so you cannot act for it.")
        )
    if has_lapsed(seat, now):
        raise Conflict(lazy_gettext("This invitation is over 30 days old. Please ask for another."))
    advance(seat, SEAT_MOVES, "accept")
    seat.accepted_at = now
    _record(session, seat, "business.seat_taken", now)
    tell_business(session, business, lazy_gettext("Somebody new acts for %(name)s."), now)
    return seat


def end_seat(session: Session, seat_id: int, by_id: int, now: datetime) -> Seat:
    """Somebody stops acting for a business, or declines to: themselves or by a manager.

    Raises ``Conflict`` for the last manager.
    """
    business, seat = _load(session, seat_id)
    if seat.person_id != by_id:
        check_manager(session, business.id, by_id)
    if seat.state == SeatState.ACTIVE and seat.role == SeatRole.MANAGER:
        _check_another(session, seat)
    accepted = seat.state == SeatState.ACTIVE
    advance(seat, SEAT_MOVES, "end")
    seat.ended_at = now
    session.flush()
    if accepted:
        _record(session, seat, "business.seat_ended", now)
        tell_business(session, business, lazy_gettext("Somebody no longer acts for %(name)s."), now)
    if seat.person_id != by_id:
        told = lazy_gettext("You no longer act for %(name)s.")
        tell(session, seat.person_id, both(told, name=business.name), "/me", now)
    return seat


def change_role(session: Session, seat_id: int, role: SeatRole, by_id: int, now: datetime) -> Seat:
    """A manager gives somebody another role. Raises ``Conflict`` for the last manager's."""
    business, seat = _load(session, seat_id)
    check_manager(session, business.id, by_id)
    if seat.state != SeatState.ACTIVE:
        raise Conflict(lazy_gettext("This person does not act for the business any more."))
    if seat.role == SeatRole.MANAGER and role != SeatRole.MANAGER:
        _check_another(session, seat)
    seat.role = role
    _record(session, seat, "business.seat_changed", now)
    told = lazy_gettext("Your role for %(name)s has changed.")
    tell(session, seat.person_id, both(told, name=business.name), page_of(business.id), now)
    return seat


def leave_all(session: Session, person_id: int, now: datetime) -> None:
    """End every seat of somebody whose data is erased, also a last manager's: the office is told,
    and invites another."""
    rows = select(Seat.id).where(Seat.person_id == person_id, LIVE).order_by(Seat.business_id)
    for seat_id in session.scalars(rows).all():
        business, seat = _load(session, seat_id)
        accepted = seat.state == SeatState.ACTIVE
        advance(seat, SEAT_MOVES, "end")
        seat.ended_at = now
        session.flush()
        if accepted:
            _record(session, seat, "business.seat_ended", now)
        if accepted and business.organisation_id is not None and not managers(session, business.id):
            told = lazy_gettext("Nobody manages %(name)s any more. Please invite somebody.")
            tell_office(session, business, told, now)


def has_lapsed(seat: Seat, now: datetime) -> bool:
    """Whether an invitation is too old to be accepted."""
    return seat.state == SeatState.INVITED and now > seat.invited_at + HOLDS


def _load(session: Session, seat_id: int) -> tuple[Business, Seat]:
    """A seat with its business, which is locked first: so two managers cannot end each other."""
    business_id = session.get_one(Seat, seat_id).business_id
    return lock(session, Business, business_id), lock(session, Seat, seat_id)


def _check_another(session: Session, seat: Seat) -> None:
    others = select(Seat.id).where(
        Seat.business_id == seat.business_id,
        Seat.id != seat.id,
        Seat.role == SeatRole.MANAGER,
        ACTIVE,
    )
    if session.scalar(others.limit(1)) is None:
        raise Conflict(
            lazy_gettext(
                "A business has at least one manager. Please make somebody else one first."
            )
        )


def _record(session: Session, seat: Seat, event: str, now: datetime) -> None:
    body = {"business": seat.business_id, "seat": seat.id, "role": seat.role}
    log.record(session, event, [("business", seat.business_id)], body, now)
