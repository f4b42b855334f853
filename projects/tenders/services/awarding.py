"""The award: whom the points put first gets it, with reasons written by somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.clock import add_working_days, local_date
from core.db import lock
from core.errors import Conflict, Refused
from core.i18n import lazy_gettext
from projects.models import Bid, Tender
from projects.services.moves import advance
from projects.states import TENDER_MOVES, TenderState
from projects.tenders.people import check_neutral, exclusion_of, people_of
from projects.tenders.ranking import Ranking, ranking
from projects.tenders.services.judging import reviewers
from projects.tenders.services.record import bidding_people, record, tell_all

MOST_LISTED = 50  # of a ranking, in the public record


def award(session: Session, tender_id: int, reason: str, by_id: int, now: datetime) -> Tender:
    """Award to the first by the points, and begin the standstill.

    Raises ``Conflict`` below the quorum of bids or reviewers, while points are missing, when the
    first is excluded from bidding by now, or when somebody was faster; ``Refused`` for whoever was
    asked to judge or acts for a bidder.
    """
    tender = lock(session, Tender, tender_id)
    if tender.state != TenderState.OPENED:
        raise Conflict(
            lazy_gettext("Only bids that are open and judged can be awarded. Look again, please.")
        )
    check_neutral(session, tender, by_id)
    if by_id in {one.person_id for one in reviewers(session, tender.id)}:
        raise Refused(lazy_gettext("You were asked to judge; somebody else awards."))
    found = ranking(session, tender.id)
    check_quorum(tender, found)
    first = session.get_one(Bid, found.places[0].bid_id)
    if exclusion_of(session, first.organisation_id, local_date(now)):
        raise Conflict(
            lazy_gettext("The first is excluded from bidding by now. Please exclude its bid first.")
        )
    advance(tender, TENDER_MOVES, "award")
    tender.winner_id, tender.award_amount = first.organisation_id, first.price
    tender.award_reason, tender.awarded_by_id, tender.awarded_at = reason, by_id, now
    tender.standstill_until = add_working_days(local_date(now), tender.standstill_days)
    _announce(session, tender, found, now)
    return tender


def check_quorum(tender: Tender, found: Ranking) -> None:
    """Raise ``Conflict`` below the fewest bids or reviewers, or while points are missing."""
    if found.bids < tender.min_bids:
        raise Conflict(
            lazy_gettext(
                "Only %(bids)s valid bids are there, and the notice asks for %(least)s: nothing "
                "can be awarded. Please end this tender and begin anew.",
                bids=found.bids,
                least=tender.min_bids,
            )
        )
    if found.reviewers < tender.min_reviewers:
        raise Conflict(
            lazy_gettext(
                "%(reviewers)s reviewers have handed in their points; the notice asks for at "
                "least %(least)s.",
                reviewers=found.reviewers,
                least=tender.min_reviewers,
            )
        )
    if found.missing:
        raise Conflict(
            lazy_gettext("Points of a reviewer are still missing. Wait for them, or excuse them.")
        )


def fail(session: Session, tender_id: int, reason: str, by_id: int, now: datetime) -> Tender:
    """End a tender whose opened bids lead to nothing, and say why. Raises ``Conflict`` in any other
    state."""
    tender = lock(session, Tender, tender_id)
    check_neutral(session, tender, by_id)
    if tender.state != TenderState.OPENED:
        raise Conflict(lazy_gettext("This has moved on. Please look at the page again."))
    advance(tender, TENDER_MOVES, "fail")
    tender.ended_at, tender.end_reason = now, reason
    record(session, tender, "tender.failed", {"by": "officer", "reason": reason}, now)
    message = lazy_gettext("“%(title)s” ends without an award; its page says why.")
    tell_all(session, bidding_people(session, tender.id, now), message, tender, now)
    return tender


def _announce(session: Session, tender: Tender, found: Ranking, now: datetime) -> None:
    order = [
        {"bid": place.bid_id, "rank": place.rank, "points": place.total}
        for place in found.places[:MOST_LISTED]
    ]
    body = {
        "by": "officer",
        "winner": tender.winner_id,
        "amount": tender.award_amount,
        "currency": tender.currency,
        "bids": found.bids,
        "reviewers": found.reviewers,
        "ranking": order,
        "standstill_until": str(tender.standstill_until),
        "reason": tender.award_reason,
    }
    record(session, tender, "tender.awarded", body, now)
    everybody = bidding_people(session, tender.id, now)
    won = people_of(session, tender.winner_id or 0, now) & everybody
    tell_all(session, won, lazy_gettext("You are awarded “%(title)s”."), tender, now)
    message = lazy_gettext("“%(title)s” is awarded; its page says to whom, and why.")
    tell_all(session, everybody - won, message, tender, now)
