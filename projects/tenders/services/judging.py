"""Judging bids: reviewers are appointed, say whom they know, and give points in private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import lazy_gettext
from projects.models import Bid, Criterion, CriterionKind, Score, Tender, TenderReviewer
from projects.services.moves import advance
from projects.states import BID_MOVES, BidState, TenderState
from projects.tenders.people import bidders, check_neutral, ever_of, may_judge
from projects.tenders.services.record import record, tell_all

JUDGED = (TenderState.OPEN, TenderState.OPENED)


@dataclass(frozen=True, slots=True)
class Given:
    """What a reviewer gives one bid by one criterion: 0 to 100 points (None: not yet), and why."""

    points: int | None
    reason: str


# By bid and criterion.
Scores = Mapping[tuple[int, int], Given]


def appoint(
    session: Session, tender_id: int, person_id: int, by_id: int, now: datetime
) -> TenderReviewer:
    """Ask somebody with a role in the area to judge the bids.

    Raises ``Refused`` for oneself, for bidders' people and for whoever has no such role;
    ``Conflict`` when they were asked already, or all points are in.
    """
    tender = lock(session, Tender, tender_id)
    if tender.state not in JUDGED:
        raise Conflict(lazy_gettext("Nothing is judged here now."))
    if person_id == by_id:
        raise Refused(lazy_gettext("Nobody appoints themselves. Please ask somebody else to."))
    check_neutral(session, tender, by_id)
    check_neutral(session, tender, person_id)
    if not may_judge(session, tender, person_id, now):
        raise Refused(lazy_gettext("This person has no role here by which they could judge."))
    known = reviewers(session, tender.id)
    if person_id in {one.person_id for one in known}:
        raise Conflict(lazy_gettext("This person was asked already."))
    if _all_in(tender, known):
        raise Conflict(lazy_gettext("All points are in; nobody is added any more."))
    made = TenderReviewer(
        tender_id=tender.id, person_id=person_id, appointed_by_id=by_id, appointed_at=now
    )
    session.add(made)
    session.flush()
    body = {"by": "officer", "reviewer": made.id, "person": person_id}
    record(session, tender, "tender.appointed", body, now)
    message = lazy_gettext("You are asked to judge the bids for “%(title)s”.")
    tell_all(session, [person_id], message, tender, now, url=f"/tenders/{tender.id}/judge")
    return made


def declare(
    session: Session, tender_id: int, person_id: int, relation: str, now: datetime
) -> TenderReviewer:
    """Say, seeing the bidders, whom of them one knows; an empty ``relation`` says nobody. With a
    relation, or when a bidder has named them or they act for one, the reviewer is excused.

    Raises ``Conflict`` before the opening or when they declared already.
    """
    tender, reviewer = _judging(session, tender_id, person_id)
    if reviewer.declared_at is not None:
        raise Conflict(lazy_gettext("You have said that already."))
    reviewer.declared_at, reviewer.relation = now, relation
    body = {"reviewer": reviewer.id, "relation": bool(relation)}
    record(session, tender, "tender.declared", body, now)
    if relation:
        _excuse(session, tender, reviewer, "declared", now)
    elif known := hidden_relation(session, tender, reviewer):
        _excuse(session, tender, reviewer, known, now)
    return reviewer


def excuse(
    session: Session, reviewer_id: int, reason: str, by_id: int, now: datetime
) -> TenderReviewer:
    """Take a reviewer off, for example because a bidder has declared to know them; their points
    do not count. Raises ``Conflict`` after the award, or when they are off already."""
    tender = lock(session, Tender, session.get_one(TenderReviewer, reviewer_id).tender_id)
    reviewer = lock(session, TenderReviewer, reviewer_id)
    check_neutral(session, tender, by_id)
    if tender.state not in JUDGED or reviewer.excused_at is not None:
        raise Conflict(lazy_gettext("This has moved on. Please look at the page again."))
    if reviewer.person_id == by_id:
        raise Refused(lazy_gettext("Please say it in your own declaration, or ask somebody else."))
    _excuse(session, tender, reviewer, reason, now)
    return reviewer


def save_scores(
    session: Session, tender_id: int, person_id: int, scores: Scores, now: datetime
) -> TenderReviewer:
    """Keep points as a draft that only their reviewer sees.

    Raises ``Refused`` for whoever has not said whom they know, or is excused, ``Conflict`` once
    they are handed in.
    """
    tender, reviewer = _judging(session, tender_id, person_id)
    _check_may_score(session, tender, reviewer, now)
    wanted = set(to_score(session, tender.id))
    session.execute(delete(Score).where(Score.reviewer_id == reviewer.id))
    session.add_all(
        Score(
            bid_id=bid,
            criterion_id=criterion,
            reviewer_id=reviewer.id,
            points=given.points,
            reason=given.reason,
            at=now,
        )
        for (bid, criterion), given in scores.items()
        if given.points is not None and (bid, criterion) in wanted
    )
    session.flush()
    return reviewer


def hand_in(
    session: Session, tender_id: int, person_id: int, scores: Scores, now: datetime
) -> TenderReviewer:
    """Hand in points for every bid by every criterion, each with its reason. Raises as
    ``save_scores``, and ``Invalid`` when something is missing."""
    reviewer = save_scores(session, tender_id, person_id, scores, now)
    missing = [
        pair
        for pair in to_score(session, tender_id)
        if (given := scores.get(pair)) is None or given.points is None or not given.reason
    ]
    if missing:
        problem = lazy_gettext("Please give points from 0 to 100, and a reason.")
        fields = {f"points_{bid}_{criterion}": problem for bid, criterion in missing}
        raise Invalid(problem, fields=fields)
    reviewer.scored_at = now
    tender = session.get_one(Tender, tender_id)
    record(session, tender, "tender.scored", {"reviewer": reviewer.id}, now)
    return reviewer


def exclude_bid(session: Session, bid_id: int, reason: str, by_id: int, now: datetime) -> Bid:
    """Exclude an opened bid, with a reason that everybody reads. Raises ``Conflict`` for any but a
    valid bid that is being judged."""
    tender = lock(session, Tender, session.get_one(Bid, bid_id).tender_id)
    bid = lock(session, Bid, bid_id)
    check_neutral(session, tender, by_id)
    if tender.state != TenderState.OPENED or bid.state != BidState.OPENED:
        raise Conflict(lazy_gettext("This has moved on. Please look at the page again."))
    advance(bid, BID_MOVES, "exclude")
    bid.excluded_reason = reason
    body = {"by": "officer", "bid": bid.id, "winner": bid.organisation_id, "reason": reason}
    record(session, tender, "tender.bid_excluded", body, now)
    return bid


def reviewers(session: Session, tender_id: int) -> Sequence[TenderReviewer]:
    """Everybody who was asked to judge, in the order of their numbers."""
    rows = select(TenderReviewer).where(TenderReviewer.tender_id == tender_id)
    return session.scalars(rows.order_by(TenderReviewer.id)).all()


def to_score(session: Session, tender_id: int) -> list[tuple[int, int]]:
    """What every reviewer gives points for: each valid bid by each criterion but the price."""
    rows = (
        select(Bid.id, Criterion.id)
        .join(Criterion, Criterion.tender_id == Bid.tender_id)
        .where(
            Bid.tender_id == tender_id,
            Bid.state == BidState.OPENED,
            Criterion.kind == CriterionKind.QUALITY,
        )
        .order_by(Bid.received_at, Bid.id, Criterion.position)
    )
    return [(bid, criterion) for bid, criterion in session.execute(rows)]


def hidden_relation(session: Session, tender: Tender, reviewer: TenderReviewer) -> str | None:
    """Why a reviewer does not judge though they declare nothing, see ``words.EXCUSED``: they act
    for a bidder, or a bidder has named them in its own declaration."""
    if ever_of(session, reviewer.person_id, bidders(session, tender.id)):
        return "acts"
    name = session.get_one(Person, reviewer.person_id).name.casefold()
    named = select(Bid.relations).where(Bid.tender_id == tender.id, Bid.relations != "")
    if len(name) > 1 and any(name in said.casefold() for said in session.scalars(named)):
        return "named"
    return None


def _judging(session: Session, tender_id: int, person_id: int) -> tuple[Tender, TenderReviewer]:
    tender = lock(session, Tender, tender_id)
    if tender.state != TenderState.OPENED:
        raise Conflict(lazy_gettext("Bids are judged between their opening and the award."))
    found = session.scalar(
        select(TenderReviewer).where(
            TenderReviewer.tender_id == tender_id, TenderReviewer.person_id == person_id
        )
    )
    if found is None:
        raise Refused(lazy_gettext("You were not asked to judge these bids."))
    if found.excused_at is not None:
        raise Refused(lazy_gettext("You do not judge these bids."))
    return tender, found


def _check_may_score(
    session: Session, tender: Tender, reviewer: TenderReviewer, now: datetime
) -> None:
    if reviewer.declared_at is None:
        raise Refused(lazy_gettext("Please say first whom of the bidders you know."))
    if reviewer.scored_at is not None:
        raise Conflict(lazy_gettext("Your points are handed in; they do not change any more."))
    if hidden_relation(session, tender, reviewer):
        raise Refused(
            lazy_gettext("You act for a bidder, or a bidder names you: others judge these bids.")
        )


def _excuse(
    session: Session, tender: Tender, reviewer: TenderReviewer, reason: str, now: datetime
) -> None:
    reviewer.excused_at, reviewer.excused_reason = now, reason
    body = {"reviewer": reviewer.id, "why": reason}
    record(session, tender, "tender.excused", body, now)


def _all_in(tender: Tender, known: Sequence[TenderReviewer]) -> bool:
    """Whether the points could be told already: then nobody may come in who has heard of them."""
    judging = [one for one in known if one.excused_at is None]
    return len(judging) >= tender.min_reviewers and all(one.scored_at for one in judging)
