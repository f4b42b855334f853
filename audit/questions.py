"""Asking about a line of the books, answering in public, hiding what insults somebody."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.notices import tell
from audit.models import LineQuestion
from core.clock import add_working_days, local_date
from core.db import lock
from core.errors import Conflict, Invalid, NotFound, TooMany
from core.i18n import both, lazy_gettext
from ledger.models import Transfer
from transparency import log

SHORTEST, LONGEST = 10, 1000
LONGEST_REASON = 300
MOST_A_DAY = 5
WORKING_DAYS = 5


def load_question(session: Session, question_id: int) -> LineQuestion:
    """A question. Raises ``NotFound``."""
    found = session.get(LineQuestion, question_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such question."))
    return found


def ask(session: Session, line_id: int, text: str, by_id: int, now: datetime) -> LineQuestion:
    """Ask about a line; the same text about the same line again is the same question.

    Raises ``NotFound`` for a line that is not there, ``Invalid`` for a text that is too short or
    too long, and ``TooMany`` above ``MOST_A_DAY`` within a day.
    """
    lock(session, Person, by_id)  # one question after the other, so that the limit holds
    line = session.get(Transfer, line_id)
    if line is None:
        raise NotFound(lazy_gettext("There is no line of that number."))
    _check_length("text", text)
    mine = select(LineQuestion).where(LineQuestion.asked_by_id == by_id)
    same = mine.where(LineQuestion.transfer_id == line_id, LineQuestion.text == text)
    if known := session.scalar(same.limit(1)):
        return known
    since = mine.where(LineQuestion.asked_at > now - timedelta(days=1)).subquery()
    if (session.scalar(select(func.count()).select_from(since)) or 0) >= MOST_A_DAY:
        raise TooMany(
            lazy_gettext("You may ask %(most)s questions a day. Please go on tomorrow.", most=5)
        )
    made = LineQuestion(
        transfer_id=line.id,
        fund_id=line.fund_id,
        asked_by_id=by_id,
        text=text,
        salt=secrets.token_hex(16),
        asked_at=now,
        due_on=add_working_days(local_date(now), WORKING_DAYS),
    )
    session.add(made)
    session.flush()
    body = {"text_sha256": text_hash(made.salt or "", text), "due_on": made.due_on.isoformat()}
    _record(session, made, "question.asked", body, now)
    return made


def answer(
    session: Session, question_id: int, text: str, by_id: int, now: datetime
) -> LineQuestion:
    """Answer a question, once and in public.

    Raises ``Invalid`` for a text that is too short or too long, and ``Conflict`` when it was
    answered or hidden already.
    """
    question = lock(session, LineQuestion, question_id)
    _check_length("answer", text)
    if question.answered_at is not None or question.hidden_at is not None:
        raise Conflict(lazy_gettext("This question was answered or hidden in the meantime."))
    question.answer, question.answered_by_id, question.answered_at = text, by_id, now
    body = {"answer_sha256": text_hash("", text), "by": by_id}
    _record(session, question, "question.answered", body, now)
    told = lazy_gettext("Your question about line %(number)s of the books was answered.")
    _tell(session, question, told, now)
    return question


def hide(
    session: Session, question_id: int, reason: str, by_id: int, now: datetime
) -> LineQuestion:
    """Hide the text of a question, for a public reason; that it was asked stays visible.

    Raises ``Invalid`` without a reason, and ``Conflict`` when it is hidden already.
    """
    question = lock(session, LineQuestion, question_id)
    if not SHORTEST <= len(reason) <= LONGEST_REASON:
        problem = lazy_gettext("Please say in public why, in 10 to 300 characters.")
        raise Invalid(problem, fields={"reason": problem})
    if question.hidden_at is not None:
        raise Conflict(lazy_gettext("This question is hidden already."))
    question.hidden_reason, question.hidden_by_id, question.hidden_at = reason, by_id, now
    _record(session, question, "question.hidden", {"reason": reason, "by": by_id}, now)
    told = lazy_gettext("Your question about line %(number)s of the books was hidden; see why.")
    _tell(session, question, told, now)
    return question


def text_hash(salt: str, text: str) -> str:
    """SHA-256 of a text after its salt, in hexadecimal, as the public record keeps it."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _check_length(field: str, text: str) -> None:
    if not SHORTEST <= len(text) <= LONGEST:
        problem = lazy_gettext("Please write between 10 and 1,000 characters.")
        raise Invalid(problem, fields={field: problem})


def _record(
    session: Session, question: LineQuestion, event: str, body: dict[str, Any], now: datetime
) -> None:
    about = {"question": question.id, "line": question.transfer_id}
    subjects: list[log.Subject] = [("question", question.id), ("fund", question.fund_id)]
    log.record(session, event, subjects, about | body, now)


def _tell(session: Session, question: LineQuestion, text: Any, now: datetime) -> None:
    if question.asked_by_id is None:
        return
    words = both(text, number=str(question.transfer_id))
    url = f"/money/lines/{question.transfer_id}#question-{question.id}"
    tell(session, question.asked_by_id, words, url, now)
