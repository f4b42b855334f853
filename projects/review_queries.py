"""Reading reviews for officers, and for the departments that answer them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation, OrganisationKind
from core.i18n import Localized, Message, localize
from core.types import Texts
from projects.calls import Call
from projects.labels import STATE_LABELS, STATE_TONES
from projects.models import Project, Review
from projects.queries import title_of
from projects.states import State

REVIEW_STATES = (State.SUBMITTED, State.IN_REVIEW, State.ELIGIBLE, State.INELIGIBLE)
PAGE = 200


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A project in the officer's review list, with how many were asked and have answered."""

    id: int
    state: State
    label: Message
    tone: str
    title: Localized
    area: Localized
    currency: str
    estimate: int | None
    asked: int
    answered: int
    due_on: date | None


def review_queue(session: Session, round_id: int, state: State | None) -> list[QueueRow]:
    """A round's projects from submission to decision, those waiting longest first."""
    asked = (
        select(
            Review.project_id,
            Review.submission,
            func.count().label("asked"),
            func.count(Review.answered_at).label("answered"),
            func.max(Review.due_on).label("due_on"),
        )
        .group_by(Review.project_id, Review.submission)
        .subquery()
    )
    states = [state] if state in REVIEW_STATES else list(REVIEW_STATES)
    rows = (
        select(Project, Area.name.label("area"), asked.c.asked, asked.c.answered, asked.c.due_on)
        .join(Area, Area.id == Project.area_id)
        .outerjoin(
            asked,
            and_(asked.c.project_id == Project.id, asked.c.submission == Project.submission),
        )
        .where(Project.round_id == round_id, Project.state.in_(states))
        .order_by(_waiting(), Project.submitted_at, Project.id)
        .limit(PAGE)
    )
    return [
        QueueRow(
            id=project.id,
            state=State(project.state),
            label=STATE_LABELS[State(project.state)],
            tone=STATE_TONES[State(project.state)],
            title=title_of(project.title),
            area=localize(area),
            currency=project.currency,
            estimate=project.estimate,
            asked=number or 0,
            answered=answered or 0,
            due_on=due_on,
        )
        for project, area, number, answered, due_on in session.execute(rows)
    ]


def _waiting() -> ColumnElement[int]:
    """Projects waiting for the officer first, decided ones last."""
    return case(
        (Project.state == State.SUBMITTED, 0), (Project.state == State.IN_REVIEW, 1), else_=2
    )


def departments_for(session: Session, call: Call) -> list[tuple[int, Texts]]:
    """The departments that may be asked in a round: in its area, below it or above it."""
    above = literal(call.area_path).startswith(Area.path)
    rows = (
        select(Organisation.id, Organisation.name)
        .join(Area, Area.id == Organisation.area_id)
        .where(
            Organisation.kind == OrganisationKind.DEPARTMENT,
            Area.path.startswith(call.area_path) | above,
        )
        .order_by(Organisation.id)
    )
    return [(ident, name) for ident, name in session.execute(rows)]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A department's part in the present review, as the officer sees it."""

    organisation_id: int
    organisation: Localized
    due_on: date
    answered: bool
    feasible: bool | None
    reason: str
    cost: int | None
    conditions: str


def answers(session: Session, project: Project) -> list[AnswerRow]:
    """Who was asked about the present submission and what they have answered so far."""
    rows = (
        select(Review, Organisation.name)
        .join(Organisation, Organisation.id == Review.organisation_id)
        .where(Review.project_id == project.id, Review.submission == project.submission)
        .order_by(Review.id)
    )
    return [
        AnswerRow(
            organisation_id=review.organisation_id,
            organisation=localize(name),
            due_on=review.due_on,
            answered=review.answered_at is not None,
            feasible=review.feasible,
            reason=review.reason,
            cost=review.cost,
            conditions=review.conditions,
        )
        for review, name in session.execute(rows)
    ]
