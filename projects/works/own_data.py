"""What delivery keeps about a person, and how it lets go of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.own_data import contributes, on_erase
from projects.models import (
    Acceptance,
    Confirmation,
    DeliveryPlan,
    Evaluation,
    FinalAccount,
    MilestoneReport,
    PlanChange,
)

# Which rows are a person's by which column, and what their copy says of them.
_OWN: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "delivery plans": (
        DeliveryPlan,
        DeliveryPlan.written_by_id,
        ("project_id", "summary", "starts_on", "ends_on", "written_at"),
    ),
    "delivery plans answered for": (
        DeliveryPlan,
        DeliveryPlan.responsible_id,
        ("project_id", "starts_on", "ends_on"),
    ),
    "reports of work": (MilestoneReport, MilestoneReport.by_id, ("milestone_id", "text", "at")),
    "said about reports": (
        Confirmation,
        Confirmation.person_id,
        ("report_id", "nearby", "holds", "text", "at", "answer", "answered_at"),
    ),
    "answers to disputes": (
        Confirmation,
        Confirmation.answered_by_id,
        ("report_id", "answer", "answered_at"),
    ),
    "acceptances": (
        Acceptance,
        Acceptance.person_id,
        ("report_id", "accepted", "reason", "at"),
    ),
    "changes asked for": (
        PlanChange,
        PlanChange.asked_by_id,
        ("plan_id", "milestone_id", "kind", "state", "reason", "before", "after", "asked_at"),
    ),
    "changes decided": (
        PlanChange,
        PlanChange.decided_by_id,
        ("plan_id", "milestone_id", "kind", "state", "answer", "decided_at"),
    ),
    "final accounts": (
        FinalAccount,
        FinalAccount.asked_by_id,
        ("project_id", "text", "figures", "asked_at"),
    ),
    "evaluations": (
        Evaluation,
        Evaluation.person_id,
        ("project_id", "rating", "as_promised", "comment", "at", "hidden_reason"),
    ),
}


def own_work(session: Session, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything that a person said and did about projects being carried out."""
    return {
        name: [
            {field: getattr(row, field) for field in fields}
            for row in session.scalars(select(model).where(column == person_id).order_by(model.id))
        ]
        for name, (model, column, fields) in _OWN.items()
    }


contributes("delivery", own_work)


@on_erase
def forget(session: Session, person_id: int, now: datetime) -> None:
    """What was said in public stays, by nobody; what officers and contractors did stays theirs,
    as the record needs it, and their name is gone with the rest of the person."""
    for model in (Confirmation, Evaluation):
        rows = update(model).where(model.person_id == person_id)
        session.execute(rows.values(person_id=None))
