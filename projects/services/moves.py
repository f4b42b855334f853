"""Moving a project from state to state by the table, and recording that it moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from core.canonical import digest
from core.errors import Conflict
from core.i18n import lazy_gettext
from projects.models import Project
from projects.states import MOVES, State
from transparency import log

S = TypeVar("S", bound=StrEnum)


class Stateful(Protocol):
    """Anything whose state is kept as a text."""

    state: str


def move(project: Project, verb: str) -> None:
    """Put ``project`` into the state to which ``verb`` leads; raises as ``advance``."""
    if (State(project.state), verb) not in MOVES:
        raise Conflict(
            lazy_gettext("This project has moved on in the meantime. Please look at it again.")
        )
    project.state = MOVES[State(project.state), verb]


def advance(row: Stateful, table: Mapping[tuple[S, str], S], verb: str) -> None:
    """Put what belongs to a project into the state to which ``verb`` leads by its ``table``.

    Raises ``Conflict`` when the table does not list that move: somebody was faster, or the
    page was old.
    """
    found = [
        target for (state, name), target in table.items() if (state, name) == (row.state, verb)
    ]
    if not found:
        raise Conflict(
            lazy_gettext("This has moved on in the meantime. Please look at the page again.")
        )
    row.state = found[0]


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
