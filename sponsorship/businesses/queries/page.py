"""One business for those who act for it, and for the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import Localized, Message, gettext, localize
from projects.money_life import LifeEntry
from sponsorship.businesses.cases import BusinessCase
from sponsorship.businesses.queries.public import RelationView, views
from sponsorship.businesses.services.registering import DRAFTS, missing_for
from sponsorship.businesses.services.relations import relations_of
from sponsorship.businesses.words import SCHEMES, SECTORS, SHORT_ROLES, STATES
from sponsorship.models import Business, BusinessPaper
from transparency.log import Entry, timeline
from transparency.words import title_of

DECISIONS = frozenset(
    {"business.verified", "business.refused", "business.suspended", "business.restored"}
)


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who acts for a business, since when."""

    seat_id: int
    person_id: int
    name: str
    role: str
    label: Message
    since: datetime


@dataclass(frozen=True, slots=True)
class BusinessPage:
    """A business in words, with what is not public of it. ``missing`` says what it needs before it
    is submitted; empty once it is."""

    business: Business
    name: Localized
    about: Localized
    area: Localized
    label: Message
    tone: str
    sector: Message | None
    scheme: Message
    missing: list[Message]
    papers: list[BusinessPaper]
    people: list[Acting]
    relations: list[RelationView]
    life: list[LifeEntry]


def business_page(session: Session, case: BusinessCase) -> BusinessPage:
    """A business as its page shows it: three queries besides loading the case."""
    business = case.business
    label, tone = STATES[business.state]
    papers = papers_of(session, business.id)
    return BusinessPage(
        business=business,
        name=localize(business.name),
        about=localize(business.about),
        area=localize(business.area.name),
        label=label,
        tone=tone,
        sector=SECTORS.get(business.sector),
        scheme=SCHEMES[business.scheme],
        missing=missing_for(business, len(papers)) if business.state in DRAFTS else [],
        papers=papers,
        people=[
            Acting(
                seat_id=seat.id,
                person_id=seat.person_id,
                name=seat.person.name or gettext("Somebody without a name"),
                role=seat.role,
                label=SHORT_ROLES[seat.role],
                since=seat.accepted_at or seat.invited_at,
            )
            for seat in case.active
        ],
        relations=views(relations_of(session, business.id), masked=False),
        life=[_told(entry) for entry in timeline(session, ("business", business.id), limit=50)],
    )


def papers_of(session: Session, business_id: int) -> list[BusinessPaper]:
    """The papers of a business that were not removed, in the order in which they came."""
    rows = select(BusinessPaper).where(
        BusinessPaper.business_id == business_id, BusinessPaper.removed_at.is_(None)
    )
    return list(session.scalars(rows.order_by(BusinessPaper.id)))


def _told(entry: Entry) -> LifeEntry:
    return LifeEntry(
        at=entry.at,
        tone="decision" if entry.type in DECISIONS else "step",
        title=title_of(entry.type),
        detail=None,
        actor=None,
        reason=entry.body.get("reason"),
        proof=gettext("Number %(number)s in the public record", number=entry.number),
        url=entry.url,
    )
