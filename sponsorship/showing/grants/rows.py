"""Reading grants, some hundred at a time, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Organisation
from core.cells import one_line, say
from core.clock import local_date
from core.i18n import gettext
from projects.models import DeliveryPlan, Project
from projects.states import PUBLIC
from sponsorship.firewall import not_under_vote
from sponsorship.models import (
    Business,
    GuidanceCall,
    GuidanceVersion,
    Opening,
    Pledge,
    PledgeKind,
    Scheme,
)
from sponsorship.states import BINDING, PledgeState

AT_ONCE = 200
LONGEST_TITLE = 139
_GIVEN: list[ColumnElement[bool]] = [
    Pledge.kind == PledgeKind.MONEY,
    Pledge.state.in_(BINDING | {PledgeState.REFUNDED}),
    or_(Opening.project_id.is_(None), Project.state.in_(PUBLIC)),
    not_under_vote(),
]
_AREA = func.coalesce(Project.area_id, GuidanceCall.area_id)
_OF_CALL = aliased(Area)
_OFFICE = select(_OF_CALL.name).where(_OF_CALL.id == GuidanceCall.area_id).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation by its identifier, which is unique in the world, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as the standard has it; amounts in minor units."""

    id: str
    title: str
    description: str
    currency: str
    awarded: int
    disbursed: int
    on: date
    path: str
    funder: Party
    recipient: Party
    area: str
    latitude: float | None
    longitude: float | None
    call: int
    programme: str
    changed: datetime


def any_grants(session: Session) -> bool:
    """Whether there is at least one."""
    rows = (
        select(Pledge.id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .outerjoin(Project, Project.id == Opening.project_id)
        .where(*_GIVEN)
    )
    return bool(session.scalar(select(exists(rows))))


def grants(session: Session, prefix: str) -> Iterator[Grant]:
    """The grants, oldest first: one query for some hundred. ``prefix`` begins what is numbered
    here only."""
    after = 0
    while rows := session.execute(_rows(after)).all():
        after = rows[-1].Pledge.id
        for row in rows:
            yield _grant(row, prefix)
            session.expunge(row.Pledge)


def _rows(after: int) -> Any:
    return (
        select(
            Pledge,
            Opening.category,
            Opening.about,
            GuidanceCall.id.label("call_id"),
            GuidanceCall.area_id.label("office_id"),
            _OFFICE.label("office"),
            GuidanceVersion.title.label("call"),
            Project.title,
            Project.summary,
            Project.latitude,
            Project.longitude,
            Area.name.label("area"),
            Business.name.label("business"),
            Business.scheme,
            Business.code,
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation"),
        )
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(GuidanceVersion, GuidanceVersion.id == Pledge.version_id)
        .outerjoin(Project, Project.id == Opening.project_id)
        .join(Area, Area.id == _AREA)
        .outerjoin(Business, and_(Business.id == Pledge.business_id, ~Pledge.anonymous))
        .outerjoin(DeliveryPlan, DeliveryPlan.project_id == Project.id)
        .outerjoin(Organisation, Organisation.id == DeliveryPlan.organisation_id)
        .where(*_GIVEN, Pledge.id > after)
        .order_by(Pledge.id)
        .limit(AT_ONCE)
    )


def _grant(row: Any, prefix: str) -> Grant:
    pledge: Pledge = row.Pledge
    funder = _funder(row, prefix)
    what = say(row.title) or say(row.category) or say(row.call)
    title = gettext("%(who)s for %(what)s", who=funder.name, what=what)
    at = pledge.decided_at or pledge.offered_at or pledge.created_at
    return Grant(
        id=f"{prefix}-{pledge.number}",
        title=one_line(title)[:LONGEST_TITLE],
        description=say(row.summary) or say(row.about) or what,
        currency=pledge.currency,
        awarded=pledge.amount,
        disbursed=pledge.released,
        on=local_date(at),
        path=f"/partners/openings/{pledge.opening_id}",
        funder=funder,
        recipient=_recipient(row, prefix),
        area=say(row.area),
        latitude=row.latitude,
        longitude=row.longitude,
        call=row.call_id,
        programme=say(row.call),
        changed=pledge.ended_at or at,
    )


def _funder(row: Any, prefix: str) -> Party:
    """Businesses by their register's number; people, and whoever is unnamed, all by one."""
    if row.business is None:
        return Party(f"{prefix}-UNNAMED", gettext("People and partners without a name"))
    if row.scheme == Scheme.OTHER:
        return Party(f"{prefix}-BUSINESS-{row.Pledge.business_id}", say(row.business))
    return Party(f"{row.scheme}-{row.code}", say(row.business))


def _recipient(row: Any, prefix: str) -> Party:
    """The organisation that carries out the project, else the authority whose call it is."""
    if row.organisation_id is not None:
        return Party(f"{prefix}-ORG-{row.organisation_id}", say(row.organisation))
    return Party(f"{prefix}-AREA-{row.office_id}", say(row.office))
