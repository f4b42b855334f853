"""What is given for a project must not sway the vote on it: while the vote runs, nobody sees it,
and nothing about it goes on."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.i18n import Message, lazy_gettext
from projects.models import Project
from projects.states import State
from sponsorship.models import Opening

UNDER_VOTE: Message = lazy_gettext(
    "The vote on this project is under way. Sponsorship goes on after it has closed, so that"
    " nobody is swayed."
)


def under_vote(opening: Opening) -> bool:
    """Whether the project of an opening is on the ballot, until the vote's result."""
    return opening.project is not None and opening.project.state == State.ON_BALLOT


def may_be_voted_on(opening: Opening) -> bool:
    """Whether a vote on the project of an opening is under way, or may still come. What is recorded
    until then does not lead to the project: the record cannot be hidden while the vote runs."""
    project = opening.project
    return project is not None and project.state in {State.ELIGIBLE, State.ON_BALLOT}


def not_under_vote() -> ColumnElement[bool]:
    """The condition on ``Opening`` that keeps what is under vote out of every public list, sum and
    export."""
    on_ballot = select(Project.id).where(Project.state == State.ON_BALLOT)
    return or_(Opening.project_id.is_(None), Opening.project_id.not_in(on_ballot))


def check_not_under_vote(session: Session, opening: Opening) -> None:
    """Raise ``Conflict`` while the vote runs; asked anew of the database."""
    if opening.project is not None:
        session.refresh(opening.project, ["state"])
    if under_vote(opening):
        raise Conflict(UNDER_VOTE)
