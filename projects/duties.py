"""What projects ask people to do: answer a review, send one out, decide, revise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, localize, ngettext
from core.policy import Actor
from projects.calls import calls
from projects.models import Project, Review
from projects.policies import OFFICERS, REVIEWERS
from projects.services.proposing import MOST_SUBMISSIONS
from projects.states import State

MOST = 100


@duty_source
def reviews_to_answer(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """A department's open questions, each with the day by which it is to be answered."""
    if not isinstance(actor, SignedIn) or not (own := actor.organisations(REVIEWERS)):
        return []
    rows = (
        select(Review.id, Review.due_on, Project.title)
        .join(Project, Project.id == Review.project_id)
        .where(
            Review.organisation_id.in_(own),
            Review.answered_at.is_(None),
            Project.state == State.IN_REVIEW,
            Project.submission == Review.submission,
        )
        .order_by(Review.due_on, Review.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Say whether “%(title)s” can be done", title=localize(title)),
            f"/reviews/{ident}",
            due,
        )
        for ident, due, title in session.execute(rows)
    ]


@duty_source
def reviews_to_run(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What waits for an officer, by round: proposals to send out, answers to decide on."""
    if not actor.has_role(OFFICERS, None):
        return []
    duties = []
    for call in calls(session, now):
        if "review" not in call.features or not actor.has_role(OFFICERS, call.area_path):
            continue
        if count := _count(session, call.id, Project.state == State.SUBMITTED):
            title = ngettext(
                "%(num)s proposal to send to departments",
                "%(num)s proposals to send to departments",
                count,
            )
            duties.append(Duty(title, f"/review?round={call.id}&state=submitted", None, count))
        if count := _count(session, call.id, _answered()):
            title = ngettext(
                "%(num)s reviewed proposal to decide on",
                "%(num)s reviewed proposals to decide on",
                count,
            )
            duties.append(Duty(title, f"/review?round={call.id}&state=in_review", None, count))
    return duties


def _count(session: Session, round_id: int, condition: ColumnElement[bool]) -> int:
    rows = select(func.count()).select_from(Project)
    return session.scalar(rows.where(Project.round_id == round_id, condition)) or 0


def _answered() -> ColumnElement[bool]:
    """In review, and nobody who was asked has still to answer."""
    waiting = exists().where(
        Review.project_id == Project.id,
        Review.submission == Project.submission,
        Review.answered_at.is_(None),
    )
    return (Project.state == State.IN_REVIEW) & ~waiting


@duty_source
def proposals_to_revise(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """One's own proposals that did not pass the review and may come again."""
    if actor.id is None:
        return []
    rows = (
        select(Project.id, Project.round_id, Project.title)
        .where(
            Project.proposer_id == actor.id,
            Project.state == State.INELIGIBLE,
            Project.submission < MOST_SUBMISSIONS,
        )
        .limit(MOST)
    )
    found = session.execute(rows).all()
    until = {c.id: c for c in calls(session, now) if "revise" in c.features} if found else {}
    return [
        Duty(
            lazy_gettext("You may revise “%(title)s” once", title=localize(title)),
            f"/projects/{ident}/edit",
            until[round_id].revision_ends,
        )
        for ident, round_id, title in found
        if round_id in until
    ]
