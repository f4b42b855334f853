"""What pledges ask people to do until they are signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext
from core.policy import Actor
from sponsorship.desk import waiting
from sponsorship.firewall import not_under_vote
from sponsorship.models import Agreement, AgreementTemplate, GuidanceCall, Opening, Pledge, Seat
from sponsorship.people import OFFICERS
from sponsorship.pledges.openings import SIGNS
from sponsorship.pledges.queries.listing import within
from sponsorship.states import PledgeState, SeatState

MOST = 50


@duty_source
def agreements_to_sign(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """The agreements that wait for one's own signature for a business."""
    if not waiting(session, actor.id, now).gives:
        return []
    rows = (
        select(Pledge.id, Agreement.sign_by)
        .join(Agreement, Agreement.pledge_id == Pledge.id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(Seat, Seat.business_id == Pledge.business_id)
        .where(
            Seat.person_id == actor.id,
            Seat.state == SeatState.ACTIVE,
            Seat.role.in_(SIGNS),
            Pledge.state == PledgeState.ACCEPTED,
            Agreement.sponsor_signed_at.is_(None),
            not_under_vote(),
        )
        .order_by(Agreement.sign_by)
        .limit(MOST)
    )
    title = lazy_gettext("Read and sign the agreement for what your business gives")
    return [
        Duty(title, f"/sponsor/pledges/{ident}/agreement", until)
        for ident, until in session.execute(rows)
    ]


@duty_source
def pledges_to_answer(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """How many offers officers have to answer, and the agreements they have to sign; never those
    of a business for which they act."""
    if actor.id is None or not actor.has_role(OFFICERS, None):
        return []
    offered = _of_office(actor, Pledge.state == PledgeState.OFFERED)
    count, until = session.execute(
        select(func.count(), func.min(Opening.deadline))
        .select_from(Pledge)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(*offered)
    ).one()
    found = []
    if count:
        title = lazy_gettext("Answer what partners offer")
        found.append(Duty(title, "/office/partners/pledges?state=offered", until, count))
    return found + _to_countersign(session, actor) + _texts(session, actor)


def _to_countersign(session: Session, actor: Actor) -> list[Duty]:
    waiting = _of_office(
        actor, Pledge.state == PledgeState.ACCEPTED, Agreement.office_signed_at.is_(None)
    )
    rows = (
        select(Pledge.id, Agreement.sign_by)
        .join(Agreement, Agreement.pledge_id == Pledge.id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(*waiting)
        .order_by(Agreement.sign_by)
        .limit(MOST)
    )
    title = lazy_gettext("Sign a partner's agreement for the authority")
    return [
        Duty(title, f"/office/partners/pledges/{ident}/agreement", until)
        for ident, until in session.execute(rows)
    ]


def _texts(session: Session, actor: Actor) -> list[Duty]:
    rows = (
        select(AgreementTemplate.id)
        .join(Area, Area.id == AgreementTemplate.area_id)
        .where(
            AgreementTemplate.published_at.is_(None),
            AgreementTemplate.written_by_id != actor.id,
            within(actor, OFFICERS),
        )
        .limit(MOST)
    )
    title = lazy_gettext("Read and publish a new text for agreements")
    return [Duty(title, f"/office/partners/templates/{ident}") for ident in session.scalars(rows)]


def _of_office(actor: Actor, *conditions: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    """The conditions on pledges of one's areas on which one may decide."""
    own = exists().where(
        Seat.business_id == Pledge.business_id,
        Seat.person_id == actor.id,
        Seat.accepted_at.is_not(None),
    )
    others = or_(Pledge.by_id.is_(None), Pledge.by_id != actor.id)
    return (*conditions, within(actor, OFFICERS), ~own, others, not_under_vote())
