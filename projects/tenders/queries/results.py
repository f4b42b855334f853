"""What is known of a tender's bids: nothing before the opening, then everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.i18n import Localized, Message, lazy_gettext, localize
from projects.models import Bid, Criterion, CriterionKind, Score, Tender, TenderReviewer
from projects.states import BidState, TenderState
from projects.tenders.points import Judged, Place, Weight, rank
from projects.tenders.words import BID_STATES, EXCLUDED, EXCUSED, points

# Then the points are everybody's to read.
TOLD = (TenderState.AWARDED, TenderState.CONTRACTED)


@dataclass(frozen=True, slots=True)
class Given:
    """What one reviewer, known by a number, gave a bid by one criterion, and why."""

    number: int
    criterion: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class BidRow:
    """An opened bid; ``price`` in minor units, ``total`` and ``parts`` (in the criteria's order)
    points in words, as far as they are told."""

    id: int
    organisation_id: int
    organisation: Localized
    price: int | None
    days: int | None
    offer: str
    relations: str
    valid: bool
    label: Message
    tone: str
    excluded: Message | None
    received_at: datetime
    sha256: str
    has_paper: bool
    rank: int | None
    total: str | None
    parts: list[str]
    given: list[Given]


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """Somebody who was asked to judge, by number; ``name`` only for those who look after it."""

    id: int
    number: int
    person_id: int
    excused: Message | None
    declared: bool
    handed_in: bool

    @property
    def label(self) -> Message:
        """How far they are."""
        if self.excused:
            return lazy_gettext("Does not judge")
        if self.handed_in:
            return lazy_gettext("Points handed in")
        return lazy_gettext("Knows no bidder") if self.declared else lazy_gettext("Asked")


@dataclass(frozen=True, slots=True)
class Results:
    """Bids and reviewers; ``ranked`` says that the order is told, ``complete`` that it is known."""

    bids: list[BidRow]
    reviewers: list[ReviewerRow]
    ranked: bool
    complete: bool


def reviewer_rows(session: Session, tender_id: int) -> list[ReviewerRow]:
    """Who was asked to judge, in the order of their numbers."""
    rows = select(TenderReviewer).where(TenderReviewer.tender_id == tender_id)
    return [
        ReviewerRow(
            id=one.id,
            number=number,
            person_id=one.person_id,
            excused=EXCUSED.get(one.excused_reason, one.excused_reason) if one.excused_at else None,
            declared=one.declared_at is not None,
            handed_in=one.scored_at is not None,
        )
        for number, one in enumerate(session.scalars(rows.order_by(TenderReviewer.id)), 1)
    ]


def results(
    session: Session, tender: Tender, criteria: Sequence[Criterion], *, oversees: bool
) -> Results:
    """What can be told of an opened tender's bids: three queries. Points are told once it is
    awarded; those who look after it see them as soon as all are in."""
    reviewers = reviewer_rows(session, tender.id)
    judging = [one for one in reviewers if not one.excused]
    complete = bool(judging) and all(one.handed_in for one in judging)
    told = complete and (oversees or tender.state in TOLD)
    rows = (
        select(Bid, Organisation.name)
        .join(Organisation, Organisation.id == Bid.organisation_id)
        .where(Bid.tender_id == tender.id, Bid.state.in_((BidState.OPENED, BidState.EXCLUDED)))
        .order_by(Bid.received_at, Bid.id)
    )
    bids = [(bid, name) for bid, name in session.execute(rows)]
    scores = _scores(session, judging) if told else []
    places = _places([bid for bid, _ in bids], criteria, judging, scores) if told else {}
    views = [
        _row(
            bid,
            localize(name),
            criteria,
            places.get(bid.id),
            _given(bid, criteria, judging, scores),
        )
        for bid, name in bids
    ]
    views.sort(key=lambda row: (not row.valid, row.rank or 0, row.price or 0))
    return Results(views, reviewers, told, complete)


def _scores(session: Session, judging: Sequence[ReviewerRow]) -> list[Score]:
    rows = select(Score).where(Score.reviewer_id.in_([one.id for one in judging]))
    return list(session.scalars(rows.order_by(Score.id)))


def _places(
    bids: Sequence[Bid],
    criteria: Sequence[Criterion],
    judging: Sequence[ReviewerRow],
    scores: Sequence[Score],
) -> dict[int, Place]:
    judged = [
        Judged(bid.id, bid.price, bid.received_at)
        for bid in bids
        if bid.state == BidState.OPENED and bid.price is not None
    ]
    weights = [Weight(c.id, c.kind == CriterionKind.PRICE, c.weight) for c in criteria]
    given = {(s.bid_id, s.criterion_id, s.reviewer_id): s.points for s in scores}
    return {place.bid_id: place for place in rank(judged, weights, [r.id for r in judging], given)}


def _given(
    bid: Bid,
    criteria: Sequence[Criterion],
    judging: Sequence[ReviewerRow],
    scores: Sequence[Score],
) -> list[Given]:
    names = {one.id: one.name for one in criteria}
    numbers = {one.id: one.number for one in judging}
    return [
        Given(numbers[one.reviewer_id], names[one.criterion_id], one.points, one.reason)
        for one in scores
        if one.bid_id == bid.id
    ]


def _row(
    bid: Bid,
    organisation: Localized,
    criteria: Sequence[Criterion],
    place: Place | None,
    given: list[Given],
) -> BidRow:
    label, tone = BID_STATES[bid.state]
    why = bid.excluded_reason
    return BidRow(
        id=bid.id,
        organisation_id=bid.organisation_id,
        organisation=organisation,
        price=bid.price,
        days=bid.days,
        offer=bid.offer,
        relations=bid.relations,
        valid=bid.state == BidState.OPENED,
        label=label,
        tone=tone,
        excluded=EXCLUDED.get(why, why) if why else None,
        received_at=bid.received_at,
        sha256=bid.envelope_sha256,
        has_paper=bid.paper_sha256 is not None,
        rank=place.rank if place else None,
        total=points(place.total) if place else None,
        parts=[points(place.parts[one.id]) for one in criteria] if place else [],
        given=given,
    )
