"""Questions about a notice, answered for everybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.canonical import digest
from core.db import lock
from core.errors import Conflict, TooMany
from core.i18n import lazy_gettext
from projects.models import Tender, TenderQuestion
from projects.states import TenderState
from projects.tenders.people import check_neutral, officers
from projects.tenders.services.record import record, tell_all

MOST_QUESTIONS = 10  # of one person about one tender


def ask_question(
    session: Session, tender_id: int, text: str, by_id: int, now: datetime
) -> TenderQuestion:
    """Ask about a notice. Shown to everybody once it is answered, without saying who asked.

    Raises ``Conflict`` when questions are no longer taken, ``TooMany`` for too many of one person.
    """
    tender = lock(session, Tender, tender_id)
    if not takes_questions(tender, now):
        raise Conflict(lazy_gettext("Questions are no longer taken."))
    own = select(func.count()).where(
        TenderQuestion.tender_id == tender.id, TenderQuestion.asked_by_id == by_id
    )
    if (session.scalar(own) or 0) >= MOST_QUESTIONS:
        raise TooMany(
            lazy_gettext("One person may ask %(most)s questions here.", most=MOST_QUESTIONS)
        )
    made = TenderQuestion(
        tender_id=tender.id, asked_by_id=by_id, text=text, asked_at=now, answer=""
    )
    session.add(made)
    session.flush()
    message = lazy_gettext("Somebody asks about “%(title)s”; please answer.")
    tell_all(session, officers(session, tender, now), message, tender, now)
    return made


def answer_question(
    session: Session, question_id: int, answer: str, by_id: int, now: datetime
) -> TenderQuestion:
    """Answer a question; it and the answer are public from now on and do not change.

    Raises ``Conflict`` when it was answered already or bids are no longer taken.
    """
    tender = lock(session, Tender, session.get_one(TenderQuestion, question_id).tender_id)
    found = lock(session, TenderQuestion, question_id)
    check_neutral(session, tender, by_id)
    if found.answered_at is not None:
        raise Conflict(lazy_gettext("This question was answered already."))
    if tender.state != TenderState.OPEN or tender.deadline is None or now >= tender.deadline:
        raise Conflict(lazy_gettext("Bids are no longer taken; an answer would help nobody."))
    found.answer, found.answered_by_id, found.answered_at = answer, by_id, now
    text = digest({"question": found.text, "answer": answer})
    body = {"by": "officer", "question": found.id, "sha256": text}
    record(session, tender, "tender.answered", body, now)
    if found.asked_by_id is not None:
        message = lazy_gettext("Your question about “%(title)s” is answered.")
        tell_all(session, [found.asked_by_id], message, tender, now)
    return found


def takes_questions(tender: Tender, now: datetime) -> bool:
    """Whether questions are taken now."""
    until = tender.questions_until
    return tender.state == TenderState.OPEN and until is not None and now < until
