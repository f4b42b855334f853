"""Questions as pages show them: those about one line, and all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Person
from audit.models import LineQuestion
from core.i18n import Localized, gettext, localize
from core.text import mask_name
from ledger.models import Fund

SIZE = 20
MOST_OF_LINE = 50


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question: who asked under the name that everybody may see, and what became of it.
    ``text`` is empty when it is hidden."""

    id: int
    line_id: int
    area: Localized
    asker: str
    text: str
    asked_at: datetime
    due_on: date
    late: bool
    answer: str | None
    answerer: str
    answered_at: datetime | None
    hidden_reason: str | None

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.answered_at is None and self.hidden_reason is None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions were asked, wait for an answer, and should have one."""

    asked: int
    waiting: int
    late: int


def questions_of(session: Session, line_id: int, today: date) -> list[QuestionView]:
    """The questions about a line, the oldest first."""
    rows = _rows().where(LineQuestion.transfer_id == line_id).order_by(LineQuestion.id)
    return [_view(*row, today) for row in session.execute(rows.limit(MOST_OF_LINE))]


def all_questions(
    session: Session, today: date, *, waiting: bool, before: int | None, size: int = SIZE
) -> tuple[list[QuestionView], int | None]:
    """Questions, the newest first, or those that wait by their due date; and where the next page
    begins."""
    rows = _rows().limit(size + 1)
    if waiting:
        rows = rows.where(_waiting()).order_by(LineQuestion.due_on, LineQuestion.id)
    else:
        rows = rows.order_by(LineQuestion.id.desc())
        if before is not None:
            rows = rows.where(LineQuestion.id < before)
    found = session.execute(rows).all()
    shown = [_view(*row, today) for row in found[:size]]
    return shown, shown[-1].id if len(found) > size and not waiting else None


def counts(session: Session, today: date) -> Counts:
    """How answering goes."""
    waiting = case((_waiting(), 1), else_=0)
    late = case((_waiting() & (LineQuestion.due_on < today), 1), else_=0)
    row = session.execute(
        select(
            func.count(LineQuestion.id),
            func.coalesce(func.sum(waiting), 0),
            func.coalesce(func.sum(late), 0),
        )
    ).one()
    return Counts(*row)


def _waiting() -> ColumnElement[bool]:
    return LineQuestion.answered_at.is_(None) & LineQuestion.hidden_at.is_(None)


_ANSWERER = aliased(Person)


def _rows() -> Select[LineQuestion, dict[str, str], str | None, str | None]:
    return (
        select(LineQuestion, Area.name, Person.name, _ANSWERER.name)
        .join(Fund, Fund.id == LineQuestion.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .outerjoin(Person, Person.id == LineQuestion.asked_by_id)
        .outerjoin(_ANSWERER, _ANSWERER.id == LineQuestion.answered_by_id)
    )


def _view(
    question: LineQuestion,
    area: dict[str, str],
    asker: str | None,
    answerer: str | None,
    today: date,
) -> QuestionView:
    hidden = question.hidden_at is not None
    return QuestionView(
        id=question.id,
        line_id=question.transfer_id,
        area=localize(area),
        asker=mask_name(asker) if asker else gettext("A resident"),
        text="" if hidden else question.text,
        asked_at=question.asked_at,
        due_on=question.due_on,
        late=question.answered_at is None and not hidden and question.due_on < today,
        answer=question.answer,
        answerer=mask_name(answerer or ""),
        answered_at=question.answered_at,
        hidden_reason=question.hidden_reason,
    )
