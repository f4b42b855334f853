"""What signed pledges ask people to do: the office, the department, and whoever gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.models import Area
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, localize
from core.policy import Actor
from projects.models import DeliveryPlan, Project
from projects.tenders.people import OWNERS
from sponsorship.desk import waiting
from sponsorship.firewall import not_under_vote
from sponsorship.models import (
    GuidanceCall,
    KindReceipt,
    Opening,
    Pledge,
    PledgeKind,
    Release,
    pledge_number,
)
from sponsorship.people import OFFICERS
from sponsorship.pledges.queries.giving import own
from sponsorship.pledges.queries.listing import within
from sponsorship.pledges.services.carrying import CARRIED, WAITING
from sponsorship.pledges.services.releasing import TAKING, UNDECIDED
from sponsorship.states import OpeningState, PledgeState

MOST = 200  # looked at; one's own area is picked out of them
SHOWN = 20
OFFICE = "/office/partners"


@duty_source
def gifts_to_bring(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What a sponsor promised in kind and is to bring."""
    if actor.id is None or not waiting(session, actor.id, now).gives:
        return []
    rows = select(Pledge.id, Pledge.due_on).where(
        own(actor.id), Pledge.kind != PledgeKind.MONEY, Pledge.state == PledgeState.DUE
    )
    return [
        Duty(
            lazy_gettext("Bring what you promised (%(number)s)", number=pledge_number(ident)),
            f"/sponsor/pledges/{ident}",
            due,
        )
        for ident, due in session.execute(rows.order_by(Pledge.due_on).limit(SHOWN))
    ]


@duty_source
def receipts(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Receipts that somebody else wrote, and gifts in kind that are due."""
    if not isinstance(actor, SignedIn) or not actor.grants:
        return []
    owned = actor.organisations(OWNERS)
    if not owned and not actor.has_role(OFFICERS, None):
        return []
    return [*_receipts(session, actor)][:SHOWN]


def _receipts(session: Session, actor: SignedIn) -> Iterator[Duty]:
    rows = (
        select(
            Pledge.id,
            Pledge.due_on,
            Area.path,
            DeliveryPlan.organisation_id,
            KindReceipt.id,
            KindReceipt.received_by_id,
        )
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .outerjoin(DeliveryPlan, DeliveryPlan.project_id == Opening.project_id)
        .outerjoin(
            KindReceipt,
            (KindReceipt.pledge_id == Pledge.id) & KindReceipt.confirmed_at.is_(None),
        )
        .where(
            Pledge.kind != PledgeKind.MONEY,
            (Pledge.state == PledgeState.DUE) | KindReceipt.id.is_not(None),
            not_under_vote(),
            ~func.coalesce(own(actor.id), False),
        )
        .order_by(Pledge.due_on, Pledge.id)
        .limit(MOST)
    )
    mine = actor.organisations(OWNERS)
    for ident, due, path, owner, *receipt in session.execute(rows):
        if owner in mine or actor.has_role(OFFICERS, path):
            yield from _receipt(ident, due, receipt, actor.id)


def _receipt(ident: int, due: date, receipt: Sequence[int | None], by_id: int) -> Iterator[Duty]:
    """What is to be done about the next receipt of a pledge, or about the one that waits."""
    (waiting, received_by), number = receipt, pledge_number(ident)
    if waiting is None:
        words = lazy_gettext("Write down what arrived (%(number)s)", number=number)
        yield Duty(words, f"{OFFICE}/pledges/{ident}/receive", due)
    elif received_by != by_id:
        words = lazy_gettext("Confirm what arrived (%(number)s)", number=number)
        yield Duty(words, f"{OFFICE}/receipts/{waiting}")


@duty_source
def releases(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Releases that another officer asked for, projects that may go ahead, and money that could."""
    if not isinstance(actor, SignedIn) or not actor.has_role(OFFICERS, None):
        return []
    found = [*_releases(session, actor), *_to_carry(session, actor)][:SHOWN]
    return found + _to_release(session, actor)


def _to_release(session: Session, actor: SignedIn) -> list[Duty]:
    """How many pledges have money here that could be put to work and that nobody asked about."""
    asked = exists().where(Release.pledge_id == Pledge.id, *UNDECIDED)
    count = session.scalar(
        select(func.count())
        .select_from(Pledge)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .outerjoin(Project, Project.id == Opening.project_id)
        .where(
            Pledge.kind == PledgeKind.MONEY,
            Pledge.state == PledgeState.PAID,
            ~Pledge.only_if_met | (Opening.state == OpeningState.MET),
            Opening.project_id.is_(None) | Project.state.in_(TAKING),
            ~asked,
            within(actor, OFFICERS),
            not_under_vote(),
            ~func.coalesce(own(actor.id), False),
        )
    )
    words = lazy_gettext("Put money of partners to work")
    return [Duty(words, f"{OFFICE}/pledges?state=paid", None, count)] if count else []


def _releases(session: Session, actor: SignedIn) -> Iterator[Duty]:
    rows = (
        select(Release.id, Release.pledge_id)
        .join(Pledge, Pledge.id == Release.pledge_id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(
            *UNDECIDED,
            Release.asked_by_id != actor.id,
            within(actor, OFFICERS),
            not_under_vote(),
        )
        .order_by(Release.id)
        .limit(SHOWN)
    )
    for ident, pledge in session.execute(rows):
        words = lazy_gettext("Approve a release of %(number)s", number=pledge_number(pledge))
        yield Duty(words, f"{OFFICE}/releases/{ident}")


def _to_carry(session: Session, actor: SignedIn) -> Iterator[Duty]:
    rows = (
        select(Opening.id, Project.title)
        .join(Project, Project.id == Opening.project_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(
            Opening.state == OpeningState.MET,
            Opening.kind.in_(CARRIED),
            Project.state.in_(WAITING),
            within(actor, OFFICERS),
        )
        .order_by(Opening.id)
        .limit(SHOWN)
    )
    for ident, title in session.execute(rows):
        words = lazy_gettext("Let “%(title)s” go ahead", title=localize(title))
        yield Duty(words, f"{OFFICE}/openings/{ident}/carry")
