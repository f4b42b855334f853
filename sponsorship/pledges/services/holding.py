"""What every act on a pledge begins and ends with: rows held in their order, who may act, whether
the opening is still open, and telling both sides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import hold, lock
from core.errors import Conflict, NotFound, Refused
from core.i18n import both, lazy_gettext
from sponsorship.firewall import check_not_under_vote
from sponsorship.models import GuidanceCall, Opening, Pledge, Seat, SeatRole
from sponsorship.people import OFFICERS, givers, speaks_for, staff_of, tell_all
from sponsorship.pledges.rules import Wanted
from sponsorship.states import BINDING, OpeningState


def hold_opening(session: Session, opening_id: int) -> Opening:
    """An opening, held together with its call. Raises ``NotFound``."""
    call_id = session.scalar(select(Opening.call_id).where(Opening.id == opening_id))
    if call_id is None:
        raise NotFound(lazy_gettext("There is no such opening."))
    hold(session, GuidanceCall, call_id)
    return hold(session, Opening, opening_id)


def hold_pledge(session: Session, pledge_id: int) -> Pledge:
    """A pledge for change, after its call and its opening are held. Raises ``NotFound``."""
    opening_id = session.scalar(select(Pledge.opening_id).where(Pledge.id == pledge_id))
    if opening_id is None:
        raise NotFound(lazy_gettext("There is no such pledge."))
    hold_opening(session, opening_id)
    return lock(session, Pledge, pledge_id)


def check_opening(session: Session, opening: Opening, now: datetime) -> None:
    """Raise ``Conflict`` unless partners are still looked for here, and no vote runs."""
    check_not_under_vote(session, opening)
    if opening.state != OpeningState.OPEN or now >= opening.deadline:
        raise Conflict(lazy_gettext("No more partners are looked for here: it has ended."))


def check_speaks(session: Session, person_id: int, pledge: Pledge) -> None:
    """Raise ``Refused`` for whoever may not offer and sign for the sponsor."""
    if not speaks_for(session, person_id, pledge, SeatRole.SIGNATORY):
        raise Refused(lazy_gettext("Only those who sign for this sponsor can do that."))


def check_neutral(session: Session, person_id: int, pledge: Pledge) -> None:
    """Raise ``Refused`` when somebody of the sponsor's side would act for the office."""
    seat = select(Seat.id).where(
        Seat.business_id == pledge.business_id,
        Seat.person_id == person_id,
        Seat.accepted_at.is_not(None),
    )
    own = person_id in {pledge.person_id, pledge.by_id}
    if own or session.scalar(seat.limit(1)) is not None:
        raise Refused(lazy_gettext("You act, or acted, for this sponsor. Another officer does it."))


def wanted_by(session: Session, opening: Opening, but: int | None = None) -> Wanted:
    """What of an opening decides about offers; the pledge ``but`` is not counted among what is
    promised. Gifts in kind count: they stand in for public money, too."""
    project = opening.project
    rows = select(func.coalesce(func.sum(Pledge.amount), 0)).join(
        Opening, Opening.id == Pledge.opening_id
    )
    rows = rows.where(
        Opening.project_id == opening.project_id, Pledge.state.in_(BINDING), Pledge.id != (but or 0)
    )
    cost = (project.estimate if project.cost is None else project.cost) if project else None
    return Wanted(
        kind=opening.kind,
        currency=opening.call.currency,
        target=opening.target,
        cost=cost,
        promised=int(session.scalar(rows) or 0) if cost is not None else 0,
    )


def tell_givers(session: Session, pledge: Pledge, message: LazyString, now: datetime) -> None:
    """Tell the sponsor's side; ``message`` has a place for the pledge's ``number``."""
    texts = both(message, number=pledge.number)
    tell_all(session, givers(session, pledge), texts, f"/sponsor/pledges/{pledge.id}", now)


def tell_office(session: Session, pledge: Pledge, message: LazyString, now: datetime) -> None:
    """Tell the officers who look after the call the same way."""
    texts = both(message, number=pledge.number)
    staff = staff_of(session, pledge.opening.call.area.path, OFFICERS, now)
    tell_all(session, staff, texts, f"/office/partners/pledges/{pledge.id}", now)


def said(**values: Any) -> dict[str, Any]:
    """What an entry of the record says besides a pledge's own facts; empty values are left out."""
    return {name: value for name, value in values.items() if value not in (None, "", 0)}
