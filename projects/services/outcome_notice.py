"""What a proposer is told about the end of a review."""

from __future__ import annotations

from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from accounts.notices import tell
from core.i18n import both, datetime_long, lazy_gettext
from projects.calls import Call
from projects.models import Project
from projects.services.proposing import MOST_SUBMISSIONS
from projects.states import State


def tell_proposer(
    session: Session, call: Call, project: Project, reason: str, now: datetime
) -> None:
    """Tell the proposer what was decided and why, and whether they may revise until when."""
    if project.proposer_id is None:
        return
    values: dict[str, object] = {"title": project.title, "reason": reason}
    message = _message(call, project)
    if call.revision_ends:
        values["until"] = LazyString(datetime_long, call.revision_ends)
    tell(session, project.proposer_id, both(message, **values), f"/projects/{project.id}", now)


def _message(call: Call, project: Project) -> LazyString:
    if project.state == State.ELIGIBLE:
        return lazy_gettext("“%(title)s” passed the review and goes on. Reason: %(reason)s")
    if project.submission >= MOST_SUBMISSIONS or "revise" not in call.features:
        return lazy_gettext("“%(title)s” did not pass the review. Reason: %(reason)s")
    if call.revision_ends:
        return lazy_gettext(
            "“%(title)s” did not pass the review. Reason: %(reason)s "
            "You may revise it once and hand it in again until %(until)s."
        )
    return lazy_gettext(
        "“%(title)s” did not pass the review. Reason: %(reason)s "
        "You may revise it once and hand it in again."
    )
