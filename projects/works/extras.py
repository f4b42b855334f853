"""Reviews of a project, changes of its plan, what residents think of it: asked for together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from core.json_rows import json_rows, moment, value
from projects.models import DeliveryPlan, Evaluation, PlanChange, Review
from projects.states import ChangeState

COMMENTS, CHANGES = 30, 200


@dataclass(frozen=True, slots=True)
class Extras:
    """Reviews with their departments' names, the latest submission's first; changes as rows of
    ``plan_change``, the newest first; how many rated how, and the newest comments."""

    reviews: list[dict[str, Any]]
    changes: list[PlanChange]
    groups: list[dict[str, Any]]
    comments: list[dict[str, Any]]


_REVIEWS = (
    select(
        Review.id,
        Review.submission,
        Review.organisation_id,
        Organisation.name.label("organisation"),
        Review.feasible,
        Review.reason,
        Review.cost,
        Review.conditions,
        Review.published_at,
    )
    .join(Organisation, Organisation.id == Review.organisation_id)
    .where(Review.project_id == bindparam("project"))
)
_CHANGES = (
    select(
        PlanChange.id,
        PlanChange.milestone_id,
        PlanChange.kind,
        PlanChange.state,
        PlanChange.reason,
        PlanChange.before,
        PlanChange.after,
        PlanChange.asked_at,
        PlanChange.decided_at,
        PlanChange.answer,
    )
    .join(DeliveryPlan, DeliveryPlan.id == PlanChange.plan_id)
    .where(
        DeliveryPlan.project_id == bindparam("project"),
        PlanChange.state != ChangeState.WITHDRAWN,
    )
    .order_by(PlanChange.id.desc())
    .limit(CHANGES)
)
_GROUPS = (
    select(Evaluation.rating, Evaluation.as_promised, func.count().label("number"))
    .where(Evaluation.project_id == bindparam("project"))
    .group_by(Evaluation.rating, Evaluation.as_promised)
)
_COMMENTS = (
    select(
        Evaluation.id,
        Evaluation.rating,
        Evaluation.as_promised,
        Evaluation.comment,
        Evaluation.at,
        Evaluation.hidden_reason,
        Person.name,
    )
    .outerjoin(Person, Person.id == Evaluation.person_id)
    .where(Evaluation.project_id == bindparam("project"), Evaluation.comment != "")
    .order_by(Evaluation.id.desc())
    .limit(COMMENTS)
)
_ALL = select(
    json_rows(_REVIEWS).label("reviews"),
    json_rows(_CHANGES).label("changes"),
    json_rows(_GROUPS).label("groups"),
    json_rows(_COMMENTS).label("comments"),
)


def extras_of(session: Session, project_id: int) -> Extras:
    """The reviews, changes and opinions of a project: one query."""
    found = session.execute(_ALL, {"project": project_id}).one()
    changes = [_change(row) for row in found.changes]
    comments = [row | {"at": moment(row["at"])} for row in found.comments]
    reviews = [row | {"organisation": value(row["organisation"])} for row in found.reviews]
    return Extras(
        sorted(reviews, key=lambda one: (-one["submission"], one["id"])),
        sorted(changes, key=lambda one: -one.id),
        found.groups,
        sorted(comments, key=lambda one: -one["id"]),
    )


def _change(row: dict[str, Any]) -> PlanChange:
    """A change as it was read, which belongs to no session."""
    values = {name: value(row[name]) for name in ("before", "after")}
    values |= {name: moment(row[name]) for name in ("asked_at", "decided_at")}
    return PlanChange(**row | values)
