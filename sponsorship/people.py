"""Who acts for a sponsor, and which officers look after a call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership, Role, in_force
from accounts.notices import tell
from core.clock import local_date
from core.types import Texts
from sponsorship.models import Pledge, Seat, SeatRole
from sponsorship.states import SeatState

OFFICERS = frozenset({Role.OFFICER.value})
FINANCE = frozenset({Role.FINANCE.value})
APPROVERS = frozenset({Role.FINANCE.value, Role.APPROVER.value})


def acts_for(session: Session, person_id: int, business_id: int, *roles: SeatRole) -> bool:
    """Whether somebody may do what one of ``roles`` does for a business; managers do all of it,
    and without ``roles`` any seat will do."""
    rows = select(Seat.role).where(
        Seat.person_id == person_id,
        Seat.business_id == business_id,
        Seat.state == SeatState.ACTIVE,
    )
    held = session.scalar(rows)
    return held is not None and (not roles or held == SeatRole.MANAGER or held in roles)


def speaks_for(session: Session, person_id: int, pledge: Pledge, *roles: SeatRole) -> bool:
    """The same for whoever gave a pledge, a person or a business."""
    if pledge.business_id is None:
        return pledge.person_id == person_id
    return acts_for(session, person_id, pledge.business_id, *roles)


def givers(session: Session, pledge: Pledge) -> list[int]:
    """Everybody who is told what becomes of a pledge on the sponsor's side."""
    if pledge.business_id is None:
        return [pledge.person_id] if pledge.person_id else []
    rows = select(Seat.person_id).where(
        Seat.business_id == pledge.business_id, Seat.state == SeatState.ACTIVE
    )
    return list(session.scalars(rows.order_by(Seat.person_id)))


def staff_of(session: Session, area_path: str, roles: Iterable[str], now: datetime) -> list[int]:
    """Those who hold one of ``roles`` in an area or above it today."""
    ids = [int(part) for part in area_path.split("/") if part]
    rows = select(Membership.person_id).where(
        Membership.role.in_(list(roles)),
        Membership.area_id.in_(ids),
        in_force(local_date(now)),
    )
    return list(session.scalars(rows.distinct().order_by(Membership.person_id)))


def tell_all(
    session: Session, people: Iterable[int], texts: Texts, url: str, now: datetime
) -> None:
    """Tell several people the same, each of them once."""
    for person in dict.fromkeys(people):
        tell(session, person, texts, url, now)
