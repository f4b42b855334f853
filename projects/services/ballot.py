"""What a round does to its projects: onto the ballot, then chosen or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.notices import tell
from core.db import lock
from core.i18n import both, lazy_gettext
from projects.models import Project
from projects.services.moves import move, record
from projects.states import State


def eligible_for_ballot(session: Session, round_id: int) -> list[Project]:
    """The projects of a round that passed the review, in the order they were made."""
    rows = select(Project).where(Project.round_id == round_id, Project.state == State.ELIGIBLE)
    return list(session.scalars(rows.order_by(Project.id)))


def put_on_ballot(session: Session, project: Project, code: str, cost: int, now: datetime) -> None:
    """Enter a project on its round's ballot as number ``code`` for ``cost`` minor units.

    From then on it can neither change nor be withdrawn. Raises ``Conflict`` unless it is
    eligible.
    """
    project = lock(session, Project, project.id)
    move(project, "put_on_ballot")
    project.code, project.cost, project.updated_at = code, cost, now
    body = {"by": "round", "code": code, "cost": cost, "currency": project.currency}
    record(session, project, "project.on_ballot", body, now)


def leave_off(session: Session, project: Project, now: datetime) -> None:
    """Record that a project which passed the review could not be put on the ballot, and tell
    its proposer: its cost is missing, or it is dearer than its budget."""
    record(session, project, "project.left_off", {"by": "round"}, now)
    if project.proposer_id is not None:
        text = both(
            lazy_gettext(
                "“%(title)s” is not on the ballot: it has no cost, or costs more than its budget."
            ),
            title=project.title,
        )
        tell(session, project.proposer_id, text, f"/projects/{project.id}", now)


def decide(session: Session, project: Project, selected: bool, now: datetime) -> None:
    """Say that the vote chose a project, or that it did not.

    Raises ``Conflict`` unless it is on the ballot.
    """
    _decide(session, lock(session, Project, project.id), selected, now)


def decide_all(
    session: Session, round_id: int, chosen: Mapping[int, bool], now: datetime
) -> list[Project]:
    """Say of every project still on a round's ballot whether the vote chose it.

    ``chosen`` is by project. Returns those decided now, in the order they were made.
    """
    rows = select(Project).where(Project.round_id == round_id, Project.state == State.ON_BALLOT)
    rows = rows.order_by(Project.id).with_for_update()
    projects = [
        p for p in session.scalars(rows.execution_options(populate_existing=True)) if p.id in chosen
    ]
    for project in projects:
        _decide(session, project, chosen[project.id], now)
    return projects


def _decide(session: Session, project: Project, selected: bool, now: datetime) -> None:
    move(project, "select" if selected else "not_select")
    project.updated_at = now
    event = "project.selected" if selected else "project.not_selected"
    record(session, project, event, {"by": "vote"}, now)
