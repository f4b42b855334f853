"""Questions on desks and in a person's own data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import Area
from accounts.own_data import contributes, on_erase
from audit.models import LineQuestion
from audit.policies import ANSWERERS
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext
from core.policy import Actor
from ledger.models import Fund

MOST = 100


@duty_source
def questions_to_answer(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Open questions about the money of one's areas, each with the day by which it is due."""
    if not actor.has_role(ANSWERERS, None):
        return []
    rows = (
        select(LineQuestion.id, LineQuestion.transfer_id, LineQuestion.due_on, Area.path)
        .join(Fund, Fund.id == LineQuestion.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .where(
            LineQuestion.answered_at.is_(None),
            LineQuestion.hidden_at.is_(None),
            LineQuestion.asked_by_id.is_distinct_from(actor.id),
        )
        .order_by(LineQuestion.due_on, LineQuestion.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Answer the question about line %(number)s of the books", number=line),
            f"/money/questions/{ident}/answer",
            due,
        )
        for ident, line, due, path in session.execute(rows)
        if actor.has_role(ANSWERERS, path)
    ]


def own_questions(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What a person asked about lines, and what was answered."""
    rows = select(LineQuestion).where(LineQuestion.asked_by_id == person_id)
    return [
        {
            "line": question.transfer_id,
            "text": question.text,
            "asked_at": question.asked_at,
            "due_on": question.due_on,
            "answer": question.answer,
            "answered_at": question.answered_at,
            "hidden_reason": question.hidden_reason,
        }
        for question in session.scalars(rows.order_by(LineQuestion.id))
    ]


def own_answers(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What a person answered for the office."""
    rows = select(LineQuestion).where(LineQuestion.answered_by_id == person_id)
    return [
        {
            "line": question.transfer_id,
            "answer": question.answer,
            "answered_at": question.answered_at,
        }
        for question in session.scalars(rows.order_by(LineQuestion.id))
    ]


contributes("questions about money", own_questions)
contributes("answers about money", own_answers)


@on_erase
def forget(session: Session, person_id: int, now: datetime) -> None:
    """What was asked in public stays for its answer, by nobody; its hash loses its salt."""
    session.execute(
        update(LineQuestion)
        .where(LineQuestion.asked_by_id == person_id)
        .values(asked_by_id=None, salt=None)
    )
