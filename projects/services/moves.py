"""Moving a project from state to state by the table, and recording that it moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.canonical import digest
from core.errors import Conflict
from core.i18n import lazy_gettext
from projects.models import Project
from projects.states import MOVES, State
from transparency import log


def move(project: Project, verb: str) -> None:
    """Put ``project`` into the state to which ``verb`` leads.

    Raises ``Conflict`` when the table does not list that move: somebody was faster, or the
    page was old.
    """
    target = MOVES.get((State(project.state), verb))
    if target is None:
        raise Conflict(
            lazy_gettext("This project has moved on in the meantime. Please look at it again.")
        )
    project.state = target


def record(
    session: Session, project: Project, event: str, body: dict[str, Any], now: datetime
) -> None:
    """Record ``event`` about ``project`` and its round."""
    subjects = [("project", project.id), ("round", project.round_id)]
    log.record(session, event, subjects, body, now)


def text_hash(project: Project) -> str:
    """SHA-256 of what the proposal says and asks for, so that later changes can be seen."""
    return digest(
        {
            "title": project.title,
            "summary": project.summary,
            "description": project.description,
            "beneficiaries": project.beneficiaries,
            "currency": project.currency,
            "estimate": project.estimate,
        }
    )
