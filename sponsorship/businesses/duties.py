"""What businesses ask people to do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.models import Area
from accounts.queries import within
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, localize
from core.policy import Actor
from sponsorship.businesses.people import LIVE, page_of
from sponsorship.businesses.services.seats import HOLDS
from sponsorship.desk import waiting
from sponsorship.models import Business, Seat, SeatRole
from sponsorship.people import OFFICERS
from sponsorship.states import BusinessState, SeatState

MOST = 50


@duty_source
def own_businesses(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Invitations that wait, and one's businesses that are not submitted or have to be mended."""
    if not waiting(session, actor.id, now).gives:
        return []
    unsent = (BusinessState.DRAFT, BusinessState.REFUSED)
    rows = (
        select(Seat.state, Seat.invited_at, Business.id, Business.name, Business.state)
        .join(Business, Business.id == Seat.business_id)
        .where(
            Seat.person_id == actor.id,
            LIVE,
            or_(
                (Seat.state == SeatState.INVITED) & (Seat.invited_at >= now - HOLDS),
                (Seat.state == SeatState.ACTIVE)
                & (Seat.role == SeatRole.MANAGER)
                & Business.state.in_(unsent),
            ),
        )
        .order_by(Seat.id)
        .limit(MOST)
    )
    found = []
    for seat, invited_at, ident, name, state in session.execute(rows):
        said = {"name": localize(name)}
        due = None
        if seat == SeatState.INVITED:
            title = lazy_gettext("You are invited to act for %(name)s", **said)
            due = invited_at + HOLDS
        elif state == BusinessState.REFUSED:
            title = lazy_gettext("Mend the registration of %(name)s", **said)
        else:
            title = lazy_gettext("Go on with the registration of %(name)s", **said)
        found.append(Duty(title, page_of(ident), due))
    return found


@duty_source
def businesses_to_verify(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """The businesses of an officer's areas that wait and that they have no part in."""
    if not isinstance(actor, SignedIn) or not actor.has_role(OFFICERS, None):
        return []
    paths = tuple(grant.area_path for grant in actor.grants if grant.role in OFFICERS)
    own = select(Seat.business_id).where(Seat.person_id == actor.id, Seat.accepted_at.is_not(None))
    rows = (
        select(Business.id, Business.name)
        .join(Area, Area.id == Business.area_id)
        .where(
            Business.state == BusinessState.SUBMITTED,
            Business.created_by_id != actor.id,
            Business.id.not_in(own),
            within(paths),
        )
        .order_by(Business.submitted_at, Business.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Verify the business %(name)s", name=localize(name)),
            f"/office/partners/businesses/{ident}",
        )
        for ident, name in session.execute(rows)
    ]
