"""Who acts for whom: bidders, those who decide, and whoever would be both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Membership, Organisation, Role, in_force
from core.clock import local_date
from core.errors import Refused
from core.i18n import lazy_gettext
from projects.calls import get_call
from projects.models import Bid, DeliveryPlan, Exclusion, Tender
from projects.states import BidState

BIDDERS = frozenset({Role.BUSINESS, Role.SOCIAL})
OFFICERS = frozenset({Role.OFFICER})
OWNERS = frozenset({Role.OFFICER, Role.REVIEWER})
# Who may be asked to judge bids.
JUDGES = frozenset({Role.REVIEWER, Role.OFFICER, Role.COMMITTEE, Role.PARTY})


def acts_for(session: Session, person_id: int, organisation_id: int, now: datetime) -> bool:
    """Whether somebody may bid, agree and object for an organisation today."""
    rows = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.role.in_(BIDDERS),
        in_force(local_date(now)),
    )
    return session.scalar(rows.limit(1)) is not None


def people_of(session: Session, organisation_id: int, now: datetime) -> set[int]:
    """Everybody who holds a role for an organisation today."""
    rows = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id, in_force(local_date(now))
    )
    return set(session.scalars(rows))


def ever_of(session: Session, person_id: int, organisations: Iterable[int]) -> set[int]:
    """Those of ``organisations`` for which somebody holds, or ever held, a role."""
    rows = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.organisation_id.in_(list(organisations))
    )
    return {ident for ident in session.scalars(rows) if ident is not None}


def bidders(session: Session, tender_id: int) -> list[int]:
    """The organisations with a bid that was not withdrawn."""
    rows = select(Bid.organisation_id).where(
        Bid.tender_id == tender_id, Bid.state != BidState.WITHDRAWN
    )
    return list(session.scalars(rows))


def check_neutral(session: Session, tender: Tender, person_id: int) -> None:
    """Raise ``Refused`` when somebody who acts for a bidder would decide on the tender."""
    involved = {*bidders(session, tender.id), *({tender.winner_id} - {None})}
    if ever_of(session, person_id, {ident for ident in involved if ident}):
        raise Refused(
            lazy_gettext("You act, or acted, for an organisation that bids here. Others decide.")
        )


def exclusion_of(session: Session, organisation_id: int, day: date) -> Exclusion | None:
    """What keeps an organisation from bidding on ``day``, if anything does."""
    rows = select(Exclusion).where(
        Exclusion.organisation_id == organisation_id,
        Exclusion.starts_on <= day,
        Exclusion.ends_on >= day,
        Exclusion.lifted_at.is_(None),
    )
    return session.scalars(rows.order_by(Exclusion.ends_on.desc()).limit(1)).first()


def officers(session: Session, tender: Tender, now: datetime) -> list[int]:
    """Who looks after a tender: officers of the round's area and above, and the plan's owner."""
    path = get_call(session, tender.project.round_id, now).area_path
    ids = [int(part) for part in path.split("/") if part]
    owner = select(DeliveryPlan.organisation_id).where(DeliveryPlan.project_id == tender.project_id)
    above = Membership.role.in_(OFFICERS) & Membership.area_id.in_(ids)
    own = Membership.role.in_(OWNERS) & Membership.organisation_id.in_(owner.scalar_subquery())
    rows = select(Membership.person_id).where(in_force(local_date(now)), above | own)
    return list(session.scalars(rows.distinct().order_by(Membership.person_id)))


def may_judge(session: Session, tender: Tender, person_id: int, now: datetime) -> bool:
    """Whether somebody holds a role by which they may be asked to judge: in the project's area,
    below it or above it."""
    path = tender.project.area.path
    ids = [int(part) for part in path.split("/") if part]
    rows = (
        select(Membership.id)
        .join(Area, Area.id == Membership.area_id)
        .where(
            Membership.person_id == person_id,
            Membership.role.in_(JUDGES),
            in_force(local_date(now)),
            Area.id.in_(ids) | Area.path.startswith(path),
        )
    )
    return session.scalar(rows.limit(1)) is not None


def may_bid(organisation: Organisation) -> bool:
    """Whether an organisation is of a kind that carries work out."""
    return organisation.kind in BIDDERS
