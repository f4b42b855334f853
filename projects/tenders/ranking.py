"""The order of a tender's bids, from what the database holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from projects.models import Bid, Criterion, CriterionKind, Score, TenderReviewer
from projects.states import BidState
from projects.tenders.points import Judged, Place, Weight, rank


@dataclass(frozen=True, slots=True)
class Ranking:
    """The valid bids in their order, and how many judged them; ``missing`` says that points of
    a reviewer who does judge are still to come, and then there is no order yet."""

    places: list[Place]
    bids: int
    reviewers: int
    missing: bool


def ranking(session: Session, tender_id: int) -> Ranking:
    """The order of a tender's valid bids: four queries."""
    rows = select(TenderReviewer).where(
        TenderReviewer.tender_id == tender_id, TenderReviewer.excused_at.is_(None)
    )
    judging = session.scalars(rows.order_by(TenderReviewer.id)).all()
    bids = [
        Judged(ident, price, at)
        for ident, price, at in session.execute(
            select(Bid.id, Bid.price, Bid.received_at).where(
                Bid.tender_id == tender_id, Bid.state == BidState.OPENED
            )
        )
        if price is not None
    ]
    ready = [one.id for one in judging if one.scored_at is not None]
    missing = len(ready) < len(judging) or not ready
    places = (
        [] if missing else rank(bids, _weights(session, tender_id), ready, _given(session, ready))
    )
    return Ranking(places, len(bids), len(ready), missing)


def _weights(session: Session, tender_id: int) -> list[Weight]:
    rows = select(Criterion).where(Criterion.tender_id == tender_id).order_by(Criterion.position)
    return [Weight(c.id, c.kind == CriterionKind.PRICE, c.weight) for c in session.scalars(rows)]


def _given(session: Session, reviewers: list[int]) -> dict[tuple[int, int, int], int]:
    rows = select(Score.bid_id, Score.criterion_id, Score.reviewer_id, Score.points).where(
        Score.reviewer_id.in_(reviewers)
    )
    return {(bid, criterion, by): points for bid, criterion, by, points in session.execute(rows)}
