"""The review: departments are asked side by side, answer in private, and are published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership, Role, in_force
from accounts.notices import tell
from core.canonical import digest
from core.clock import add_working_days, local_date
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import both, date_long, format_money, lazy_gettext
from projects.calls import Call
from projects.models import Project, Review
from projects.services.moves import move, record
from projects.services.outcome_notice import tell_proposer
from projects.states import State


@dataclass(frozen=True, slots=True)
class Answer:
    """A department's answer; ``cost`` in minor units, ``None`` when it gives no figure."""

    feasible: bool
    reason: str
    cost: int | None
    conditions: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An officer's decision on a review. ``cost`` in minor units, ``None`` for the highest
    costing given; ``without_missing`` publishes though some have not answered."""

    eligible: bool
    reason: str
    cost: int | None
    without_missing: bool


def ask_reviews(
    session: Session,
    call: Call,
    project_id: int,
    now: datetime,
    *,
    organisation_ids: Collection[int],
    working_days: int,
    officer_id: int,
) -> int:
    """Ask departments about the present submission; whoever was asked already is not again.

    Returns how many were asked. Raises ``Conflict`` when the phase or the project's state
    does not allow it.
    """
    check_phase(call)
    project = lock(session, Project, project_id)
    move(project, "ask")
    known = {review.organisation_id for review in submission_reviews(session, project)}
    new = sorted(set(organisation_ids) - known)
    if not new:
        return 0
    due = add_working_days(local_date(now), working_days)
    for organisation_id in new:
        session.add(
            Review(
                project_id=project.id,
                submission=project.submission,
                organisation_id=organisation_id,
                asked_by_id=officer_id,
                asked_at=now,
                due_on=due,
            )
        )
    project.updated_at = now
    body = {"by": "officer", "organisations": new, "due_on": due.isoformat()}
    record(session, project, "review.asked", body | {"submission": project.submission}, now)
    _tell_reviewers(session, project, new, due, now)
    return len(new)


def check_phase(call: Call) -> None:
    """Raise ``Conflict`` unless the round may review now."""
    if "review" not in call.features:
        raise Conflict(lazy_gettext("This round is not reviewing proposals now."))


def submission_reviews(session: Session, project: Project) -> Sequence[Review]:
    """The reviews of a project's present submission, in the order in which they were asked."""
    rows = select(Review).where(
        Review.project_id == project.id, Review.submission == project.submission
    )
    return session.scalars(rows.order_by(Review.id)).all()


def _tell_reviewers(
    session: Session, project: Project, organisations: list[int], due: date, now: datetime
) -> None:
    today = local_date(now)
    people = (
        select(Membership.person_id, Review.id)
        .join(Review, Review.organisation_id == Membership.organisation_id)
        .where(
            Review.project_id == project.id,
            Review.submission == project.submission,
            Review.organisation_id.in_(organisations),
            Membership.role == Role.REVIEWER,
            in_force(today),
        )
        .distinct()
    )
    message = lazy_gettext("Your department is asked about “%(title)s”; please answer by %(due)s.")
    texts = both(message, title=project.title, due=LazyString(date_long, due))
    for person_id, review_id in session.execute(people).all():
        tell(session, person_id, texts, f"/reviews/{review_id}", now)


def answer_review(
    session: Session, review_id: int, answer: Answer, person_id: int, now: datetime
) -> Review:
    """Answer for a department, or change its answer; nobody else sees it before publication.

    Raises ``Conflict`` when the review was decided, or the project taken back, meanwhile.
    """
    review = session.get_one(Review, review_id)
    project = lock(session, Project, review.project_id)  # before the review, as publishing does
    review = lock(session, Review, review_id)
    current = project.state == State.IN_REVIEW and project.submission == review.submission
    if review.published_at or not current:
        raise Conflict(lazy_gettext("This review is closed; its answer can no longer change."))
    review.feasible, review.reason = answer.feasible, answer.reason
    review.cost, review.conditions = answer.cost, answer.conditions
    review.answered_by_id, review.answered_at = person_id, now
    return review


def publish_review(
    session: Session, call: Call, project_id: int, decision: Decision, now: datetime
) -> Project:
    """Decide on a project and publish what the departments answered, in one step.

    Tells the proposer. Raises ``Invalid`` when nobody has answered, or some have not and the
    decision does not say to go on without them; ``Conflict`` when somebody was faster.
    """
    check_phase(call)
    project = lock(session, Project, project_id)
    move(project, "publish_eligible" if decision.eligible else "publish_ineligible")
    reviews = submission_reviews(session, project)
    answered = [review for review in reviews if review.answered_at]
    _check_answers(len(answered), len(reviews), decision)
    project.cost = _counted_cost(call, project, answered, decision)
    project.updated_at = now
    for review in answered:
        review.published_at = now
    missing = [review.organisation_id for review in reviews if not review.answered_at]
    record(session, project, "review.published", _published(project, answered, missing), now)
    body = {"by": "officer", "reason": decision.reason, "submission": project.submission}
    cost = {"cost": project.cost, "currency": project.currency}
    event = "project.eligible" if decision.eligible else "project.ineligible"
    record(session, project, event, body | cost, now)
    tell_proposer(session, call, project, decision.reason, now)
    return project


def _check_answers(answered: int, asked: int, decision: Decision) -> None:
    if not answered:
        raise Invalid(lazy_gettext("No department has answered yet, so there is no decision."))
    if answered < asked and not decision.without_missing:
        message = lazy_gettext("Some departments have not answered. Wait, or publish without them.")
        raise Invalid(message, fields={"without_missing": message})


def _counted_cost(
    call: Call, project: Project, answered: Sequence[Review], decision: Decision
) -> int | None:
    """What the project costs from now on: as decided, else the highest costing, else the
    proposer's estimate."""
    given = [review.cost for review in answered if review.cost]
    cost = decision.cost or max(given, default=project.estimate or 0) or None
    if decision.eligible and (cost is None or cost > call.cost_max):
        most = format_money(call.cost_max, call.currency)
        message = lazy_gettext("To go on, its cost must be known and at most %(most)s.", most=most)
        raise Invalid(message, fields={"cost": message})
    return cost


def _published(
    project: Project, answered: Sequence[Review], missing: list[int]
) -> dict[str, object]:
    answers = [
        {
            "organisation": review.organisation_id,
            "feasible": review.feasible,
            "cost": review.cost,
            "text": digest([review.reason, review.conditions]),
        }
        for review in answered
    ]
    return {
        "by": "officer",
        "submission": project.submission,
        "answers": answers,
        "missing": missing,
    }
