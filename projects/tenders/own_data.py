"""What procurement keeps about a person, and how it lets go of them.

Who wrote, approved, judged and signed stays by number: these are acts of an office.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.own_data import contributes, on_erase
from projects.models import Bid, Objection, TenderQuestion, TenderReviewer


def own_part(session: Session, person_id: int) -> dict[str, Any]:
    """Questions, objections, bids that a person has sent (never what a sealed one says), and what
    they declared as a reviewer."""
    asked = select(TenderQuestion).where(TenderQuestion.asked_by_id == person_id)
    objected = select(Objection).where(Objection.by_id == person_id)
    sent = select(Bid).where(Bid.submitted_by_id == person_id)
    judged = select(TenderReviewer).where(TenderReviewer.person_id == person_id)
    return {
        "questions": [
            {"tender": one.tender_id, "text": one.text, "at": one.asked_at}
            for one in session.scalars(asked.order_by(TenderQuestion.id))
        ],
        "objections": [
            {"tender": one.tender_id, "text": one.text, "at": one.at}
            for one in session.scalars(objected.order_by(Objection.id))
        ],
        "bids": [
            {"tender": one.tender_id, "envelope_sha256": one.envelope_sha256, "at": one.received_at}
            for one in session.scalars(sent.order_by(Bid.id))
        ],
        "judged": [
            {"tender": one.tender_id, "relation": one.relation, "at": one.declared_at}
            for one in session.scalars(judged.order_by(TenderReviewer.id))
        ],
    }


contributes("tenders", own_part)


@on_erase
def erase(session: Session, person_id: int, now: datetime) -> None:
    """Questions and objections stay, without who sent them; a relation that a reviewer declared
    goes."""
    asked = update(TenderQuestion).where(TenderQuestion.asked_by_id == person_id)
    session.execute(asked.values(asked_by_id=None))
    session.execute(update(Objection).where(Objection.by_id == person_id).values(by_id=None))
    judged = update(TenderReviewer).where(TenderReviewer.person_id == person_id)
    session.execute(judged.values(relation=""))
