"""Objections to an award during the standstill, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area, Person
from core.clock import local_date
from core.db import lock
from core.errors import Conflict, Refused, TooMany
from core.i18n import Message, lazy_gettext
from projects.models import Bid, Objection, Tender, TenderReviewer
from projects.services.moves import advance
from projects.states import TENDER_MOVES, BidState, TenderState
from projects.tenders.people import acts_for, check_neutral, officers
from projects.tenders.services.judging import reviewers
from projects.tenders.services.record import bidding_people, record, tell_all

MOST_OPEN = 3  # of one person


def object_to(
    session: Session,
    tender_id: int,
    text: str,
    by_id: int,
    now: datetime,
    *,
    organisation_id: int | None = None,
) -> Objection:
    """Object to an award, for a bidder or as a resident of the project's area.

    Raises ``Conflict`` outside of the standstill, ``Refused`` for anybody else, ``TooMany`` when
    several of theirs wait for an answer.
    """
    tender = lock(session, Tender, tender_id)
    if problem := closed_to_objections(tender, now):
        raise Conflict(problem)
    if not may_object(session, tender, by_id, organisation_id, now):
        raise Refused(
            lazy_gettext("Bidders object here, and residents of the area whose names are checked.")
        )
    waiting = select(func.count()).where(
        Objection.tender_id == tender.id, Objection.by_id == by_id, Objection.upheld.is_(None)
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooMany(lazy_gettext("Please wait for an answer to what you have sent before."))
    made = Objection(
        tender_id=tender.id,
        by_id=by_id,
        organisation_id=organisation_id,
        text=text,
        at=now,
        answer="",
    )
    session.add(made)
    session.flush()
    body = {"by": "bidder" if organisation_id else "resident", "objection": made.id}
    record(session, tender, "tender.objection", body, now)
    message = lazy_gettext("Somebody objects to the award of “%(title)s”; please answer.")
    tell_all(session, officers(session, tender, now), message, tender, now)
    return made


def may_object(
    session: Session, tender: Tender, person_id: int, organisation_id: int | None, now: datetime
) -> bool:
    """Whether somebody may object: for an organisation that has bid, or as a verified resident of
    the area whose project it is."""
    if organisation_id is not None:
        bid = select(Bid.id).where(
            Bid.tender_id == tender.id,
            Bid.organisation_id == organisation_id,
            Bid.state != BidState.WITHDRAWN,
        )
        return session.scalar(bid) is not None and acts_for(
            session, person_id, organisation_id, now
        )
    rows = (
        select(Area.path)
        .join(Person, Person.area_id == Area.id)
        .where(Person.id == person_id, Person.verified_at.is_not(None))
    )
    home = session.scalar(rows)
    return home is not None and home.startswith(tender.project.area.path)


def closed_to_objections(tender: Tender, now: datetime) -> Message | None:
    """Why nobody can object to a tender's award now; None when they can."""
    until = tender.standstill_until
    if tender.state == TenderState.AWARDED and until is not None and local_date(now) <= until:
        return None
    return lazy_gettext("Objections are heard during the standstill after an award only.")


def decide_objection(
    session: Session,
    objection_id: int,
    *,
    upheld: bool,
    answer: str,
    by_id: int,
    now: datetime,
    reopen: Collection[int] = (),
) -> Objection:
    """Answer an objection. Upheld, the award is off and the bids are judged again; the points of
    the reviewers ``reopen`` may then be corrected.

    Raises ``Refused`` for who objected and who awarded, ``Conflict`` when it was answered before.
    """
    tender = lock(session, Tender, session.get_one(Objection, objection_id).tender_id)
    found = lock(session, Objection, objection_id)
    check_neutral(session, tender, by_id)
    if by_id in {found.by_id, tender.awarded_by_id}:
        raise Refused(
            lazy_gettext("Somebody else answers: neither who objected nor who wrote the award.")
        )
    if found.upheld is not None:
        raise Conflict(lazy_gettext("This objection was answered already."))
    found.upheld, found.answer = upheld, answer
    found.decided_by_id, found.decided_at = by_id, now
    body = {"by": "officer", "objection": found.id, "reason": answer}
    if upheld:
        body["reopened"] = _take_back(session, tender, reopen)
    record(session, tender, "tender.upheld" if upheld else "tender.dismissed", body, now)
    people = bidding_people(session, tender.id, now) | ({found.by_id} if found.by_id else set())
    message = lazy_gettext("An objection to the award of “%(title)s” is answered.")
    tell_all(session, people, message, tender, now)
    return found


def open_objections(session: Session, tender_id: int) -> int:
    """How many objections wait for an answer."""
    rows = select(func.count()).where(Objection.tender_id == tender_id, Objection.upheld.is_(None))
    return session.scalar(rows) or 0


def _take_back(session: Session, tender: Tender, reopen: Collection[int]) -> list[int]:
    """Undo the award, unless another objection has before; gives whose points are open again."""
    if tender.state != TenderState.OPENED:
        advance(tender, TENDER_MOVES, "uphold")
    tender.winner_id = tender.award_amount = tender.awarded_by_id = None
    tender.awarded_at = tender.standstill_until = None
    tender.award_reason = ""
    again: list[TenderReviewer] = [
        one
        for one in reviewers(session, tender.id)
        if one.id in set(reopen) and one.excused_at is None
    ]
    for one in again:
        one.scored_at = None
    return [one.id for one in again]
