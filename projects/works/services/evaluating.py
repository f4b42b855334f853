"""What residents think of the finished project, and hiding a comment that breaks the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.db import hold, lock
from core.errors import Conflict, Invalid, NotFound, Refused
from core.i18n import lazy_gettext
from projects.models import AsPromised, Evaluation, Project
from projects.states import State
from projects.works.services.confirming import lives_nearby
from projects.works.services.site import LONGEST, note, wrong
from projects.works.services.telling import tell_all

CHANGEABLE = timedelta(days=30)
FINISHED = frozenset({State.COMPLETED, State.CLOSED})
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Opinion:
    """One to five, whether it was what people voted for, and why."""

    rating: int
    as_promised: AsPromised
    comment: str


def evaluate(
    session: Session, project_id: int, opinion: Opinion, person_id: int, now: datetime
) -> Evaluation:
    """Say what one thinks of a finished project, or change it within thirty days.

    Raises ``Refused`` for people who do not live in its area or are not verified, ``Conflict`` for
    a project that is not finished, or once it can no longer be changed.
    """
    project = hold(session, Project, project_id)
    if project.state not in FINISHED:
        raise Conflict(lazy_gettext("This project is not finished yet."))
    if not lives_nearby(session.get_one(Person, person_id), project):
        raise Refused(
            lazy_gettext("Only residents of the project's area whose name was checked rate it.")
        )
    _check(opinion)
    own = (Evaluation.project_id == project_id, Evaluation.person_id == person_id)
    known = session.scalar(select(Evaluation).where(*own).execution_options(populate_existing=True))
    said = (opinion.rating, opinion.as_promised, opinion.comment)
    if known and (known.rating, known.as_promised, known.comment) == said:
        return known
    if known and now > known.at + CHANGEABLE:
        raise Conflict(lazy_gettext("You can change what you said for thirty days only."))
    made = known or Evaluation(project_id=project_id, person_id=person_id, at=now)
    if known and known.hidden_at and known.comment != opinion.comment:
        raise Conflict(lazy_gettext("Your comment was hidden and can no longer be changed."))
    made.rating, made.as_promised, made.comment = said
    session.add(made)
    session.flush()
    event = "evaluation.changed" if known else "evaluation.given"
    body = {"rating": made.rating, "as_promised": str(made.as_promised)}
    note(session, project, event, body, now)
    return made


def _check(opinion: Opinion) -> None:
    if type(opinion.rating) is not int or not 1 <= opinion.rating <= 5:
        raise wrong("rating", lazy_gettext("Please choose from one to five."))
    if opinion.as_promised not in set(AsPromised):
        raise wrong("as_promised", lazy_gettext("Please choose one."))
    if len(opinion.comment) > LONGEST:
        raise wrong("comment", lazy_gettext("At most %(most)s characters, please.", most=LONGEST))


def hide_comment(
    session: Session, evaluation_id: int, reason: str, by_id: int, now: datetime
) -> Evaluation:
    """Hide a comment for a public reason; its rating counts as before.

    Raises ``Invalid`` without a reason, ``Conflict`` when it is hidden already.
    """
    found = session.get(Evaluation, evaluation_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such comment."))
    project = hold(session, Project, found.project_id)
    found = lock(session, Evaluation, evaluation_id)
    if found.hidden_at is not None:
        if (found.hidden_by_id, found.hidden_reason) == (by_id, reason):
            return found
        raise Conflict(lazy_gettext("This comment is hidden already."))
    if found.person_id == by_id:
        raise Refused(lazy_gettext("Somebody else has to decide about your own comment."))
    if not 10 <= len(reason) <= LONGEST_REASON:
        problem = lazy_gettext("Please say in public why, in 10 to 300 characters.")
        raise Invalid(problem, fields={"reason": problem})
    found.hidden_reason, found.hidden_by_id, found.hidden_at = reason, by_id, now
    body = {"evaluation": found.id, "reason": reason, "by": by_id}
    note(session, project, "evaluation.hidden", body, now)
    words = lazy_gettext("Your comment on “%(title)s” was hidden; the page says why.")
    url = f"/projects/{project.id}#evaluation"
    tell_all(session, [found.person_id], words, url, now, title=project.title)
    return found
