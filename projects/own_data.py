"""What projects keep about a person, and how they let go of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.own_data import contributes, on_erase
from core.web import settings
from projects.models import Photo, Project, Review
from projects.services.photos import remove_photos


def own_proposals(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Everything a person has proposed or drafted."""
    rows = select(Project).where(Project.proposer_id == person_id).order_by(Project.id)
    return [
        {
            "id": project.id,
            "state": project.state,
            "title": project.title,
            "summary": project.summary,
            "description": project.description,
            "beneficiaries": project.beneficiaries,
            "revision": project.revision,
            "estimate": project.estimate,
            "currency": project.currency,
            "created_at": project.created_at,
            "submitted_at": project.submitted_at,
        }
        for project in session.scalars(rows)
    ]


def own_answers(session: Session, person_id: int) -> list[dict[str, Any]]:
    """The reviews that a person has answered for a department."""
    rows = select(Review).where(Review.answered_by_id == person_id).order_by(Review.id)
    return [
        {
            "project": review.project_id,
            "feasible": review.feasible,
            "reason": review.reason,
            "cost": review.cost,
            "conditions": review.conditions,
            "answered_at": review.answered_at,
        }
        for review in session.scalars(rows)
    ]


contributes("proposals", own_proposals)
contributes("reviews", own_answers)


@on_erase
def erase(session: Session, person_id: int, now: datetime) -> None:
    """Delete what a person never handed in; the rest stays, without them."""
    own = Project.proposer_id == person_id
    for draft in session.scalars(select(Project).where(own, Project.submission == 0)).all():
        photos = session.scalars(select(Photo.id).where(Photo.project_id == draft.id)).all()
        remove_photos(session, draft.id, photos, settings().media)
        session.execute(delete(Project).where(Project.id == draft.id))
    session.execute(update(Project).where(own).values(proposer_id=None, revision=None))
