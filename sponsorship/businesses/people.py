"""Who stands where with a business: its managers, and those who may not decide on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from accounts.models import Area, Membership, in_force
from core.clock import local_date
from core.errors import Refused
from core.i18n import both, lazy_gettext
from sponsorship.models import Business, Seat, SeatRole
from sponsorship.people import OFFICERS, acts_for, staff_of, tell_all
from sponsorship.states import SeatState

ACTIVE = Seat.state == SeatState.ACTIVE
LIVE = Seat.state != SeatState.ENDED


def held_by(session: Session, business_id: int, *conditions: ColumnElement[bool]) -> list[int]:
    """Everybody who holds a seat of a business now."""
    rows = select(Seat.person_id).where(Seat.business_id == business_id, ACTIVE, *conditions)
    return list(session.scalars(rows.order_by(Seat.id)))


def managers(session: Session, business_id: int) -> list[int]:
    """Who manages a business now."""
    return held_by(session, business_id, Seat.role == SeatRole.MANAGER)


def check_manager(session: Session, business_id: int, person_id: int) -> None:
    """Raise ``Refused`` for whoever does not manage a business."""
    if not acts_for(session, person_id, business_id, SeatRole.MANAGER):
        raise Refused(lazy_gettext("Only those who manage this business can do that."))


def check_neutral(session: Session, business: Business, person_id: int) -> None:
    """Raise ``Refused`` when an officer would decide on a business that they registered, or act or
    acted for."""
    own = select(Seat.id).where(
        Seat.business_id == business.id,
        Seat.person_id == person_id,
        Seat.accepted_at.is_not(None),
    )
    if business.created_by_id == person_id or session.scalar(own.limit(1)) is not None:
        raise Refused(
            lazy_gettext("You act, or acted, for this business. Another officer decides.")
        )


def officers_of(session: Session, business: Business, now: datetime) -> list[int]:
    """The officers who look after a business."""
    return staff_of(session, business.area.path, OFFICERS, now)


def office_of(
    session: Session, business: Business, person_id: int, now: datetime
) -> dict[str, int]:
    """The office for which an officer decides on a business, nearest first: its area, and its
    department where the role is held for one."""
    ids = [int(part) for part in business.area.path.split("/") if part]
    rows = (
        select(Membership.area_id, Membership.organisation_id)
        .join(Area, Area.id == Membership.area_id)
        .where(
            Membership.person_id == person_id,
            Membership.role.in_(OFFICERS),
            Membership.area_id.in_(ids),
            in_force(local_date(now)),
        )
        .order_by(Area.path.desc(), Membership.id)
    )
    area, organisation = session.execute(rows).first() or (business.area_id, None)
    return {"area": area} | ({"office": organisation} if organisation is not None else {})


def tell_business(
    session: Session, business: Business, message: LazyString, now: datetime, *, but: int = 0
) -> None:
    """Tell all who act for a business; ``message`` has a place for its ``name``."""
    people = [one for one in held_by(session, business.id) if one != but]
    tell_all(session, people, both(message, name=business.name), page_of(business.id), now)


def tell_office(
    session: Session, business: Business, message: LazyString, now: datetime, *, but: int = 0
) -> None:
    """Tell the officers who look after a business the same way."""
    people: Iterable[int] = (one for one in officers_of(session, business, now) if one != but)
    texts = both(message, name=business.name)
    tell_all(session, people, texts, f"/office/partners/businesses/{business.id}", now)


def page_of(business_id: int) -> str:
    """The page of those who act for a business; notices are written outside of requests too."""
    return f"/sponsor/businesses/{business_id}"
