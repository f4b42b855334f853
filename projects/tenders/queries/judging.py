"""What a reviewer sees, and what those see who look after the judging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Membership, Organisation, Person, in_force
from accounts.words import ROLES
from core.clock import local_date, now
from core.i18n import Localized, Message, localize
from projects.models import Bid, Criterion, CriterionKind, Score, Tender, TenderReviewer
from projects.states import BidState, TenderState
from projects.tenders.people import JUDGES
from projects.tenders.services.judging import Given
from projects.tenders.words import EXCUSED

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A valid bid as reviewers read it; ``price`` in minor units."""

    id: int
    organisation: Localized
    price: int | None
    days: int | None
    offer: str
    relations: str
    has_paper: bool


@dataclass(frozen=True, slots=True)
class Other:
    """What another reviewer has given; shown once one's own points are handed in."""

    number: int
    bid_id: int
    criterion: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class JudgingPage:
    """A reviewer's page. ``pairs`` are what they give points for, ``known`` their draft."""

    reviewer: TenderReviewer
    excused: Message | None
    opened: bool
    bids: list[Judged]
    criteria: list[Criterion]
    pairs: list[Pair]
    known: dict[Pair, Given]
    others: list[Other]

    @property
    def may_score(self) -> bool:
        """Whether points are given now."""
        declared = self.reviewer.declared_at is not None and self.excused is None
        return self.opened and declared and self.reviewer.scored_at is None


def judging_page(session: Session, tender: Tender, person_id: int) -> JudgingPage:
    """What somebody who was asked to judge sees: five queries."""
    everybody = session.scalars(
        select(TenderReviewer)
        .where(TenderReviewer.tender_id == tender.id)
        .order_by(TenderReviewer.id)
    ).all()
    own = next(one for one in everybody if one.person_id == person_id)
    opened = tender.opened_at is not None
    criteria = select(Criterion).where(
        Criterion.tender_id == tender.id, Criterion.kind == CriterionKind.QUALITY
    )
    found = list(session.scalars(criteria.order_by(Criterion.position)))
    bids = _bids(session, tender.id) if opened else []
    handed_in = own.scored_at is not None
    return JudgingPage(
        reviewer=own,
        excused=EXCUSED.get(own.excused_reason, own.excused_reason) if own.excused_at else None,
        opened=tender.state == TenderState.OPENED,
        bids=bids,
        criteria=found,
        pairs=[(bid.id, criterion.id) for bid in bids for criterion in found],
        known=_own(session, own.id),
        others=_others(session, everybody, own, found) if handed_in else [],
    )


def _bids(session: Session, tender_id: int) -> list[Judged]:
    rows = (
        select(Bid, Organisation.name)
        .join(Organisation, Organisation.id == Bid.organisation_id)
        .where(Bid.tender_id == tender_id, Bid.state == BidState.OPENED)
        .order_by(Bid.received_at, Bid.id)
    )
    return [
        Judged(
            id=bid.id,
            organisation=localize(name),
            price=bid.price,
            days=bid.days,
            offer=bid.offer,
            relations=bid.relations,
            has_paper=bid.paper_sha256 is not None,
        )
        for bid, name in session.execute(rows)
    ]


def _own(session: Session, reviewer_id: int) -> dict[Pair, Given]:
    rows = select(Score).where(Score.reviewer_id == reviewer_id)
    return {
        (one.bid_id, one.criterion_id): Given(one.points, one.reason)
        for one in session.scalars(rows)
    }


def _others(
    session: Session,
    everybody: Sequence[TenderReviewer],
    own: TenderReviewer,
    criteria: list[Criterion],
) -> list[Other]:
    """The points of those who have handed theirs in too."""
    numbers = {
        one.id: number
        for number, one in enumerate(everybody, 1)
        if one.id != own.id and one.scored_at is not None and one.excused_at is None
    }
    names = {one.id: one.name for one in criteria}
    rows = select(Score).where(Score.reviewer_id.in_(numbers)).order_by(Score.id)
    return [
        Other(
            numbers[one.reviewer_id],
            one.bid_id,
            names[one.criterion_id],
            one.points,
            one.reason,
        )
        for one in session.scalars(rows)
    ]


def candidates(session: Session, tender: Tender, but: frozenset[int]) -> list[tuple[int, str]]:
    """Whom one may ask to judge: people with a role in the project's area, above or below it."""
    path = tender.project.area.path
    ids = [int(part) for part in path.split("/") if part]
    rows = (
        select(Person.id, Person.name, Membership.role, Organisation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Area, Area.id == Membership.area_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role.in_(JUDGES),
            in_force(local_date(now())),
            Area.id.in_(ids) | Area.path.startswith(path),
            Person.erased_at.is_(None),
            Person.id.not_in(but),
        )
        .order_by(Person.id)
        .limit(200)
    )
    found: dict[int, str] = {}
    for ident, name, role, organisation in session.execute(rows):
        where = localize(organisation) if organisation else ROLES[role]
        found.setdefault(ident, f"{name} · {where}")
    return list(found.items())


def names_of(session: Session, people: list[int]) -> dict[int, str]:
    """The names of those who judge, for those who look after it."""
    rows = select(Person.id, Person.name).where(Person.id.in_(people))
    return {row.id: row.name for row in session.execute(rows)}
