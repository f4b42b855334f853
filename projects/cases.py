"""What a request is about, loaded once: a project with its round, or a review with both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from core.clock import now
from core.db import Base, db
from core.errors import NotFound
from core.i18n import lazy_gettext
from projects.calls import Call, get_call
from projects.models import Project, Review

_LARGEST = 2**63 - 1
M = TypeVar("M", bound=Base)
_WHOLE = (
    joinedload(Project.area),
    joinedload(Project.category),
    joinedload(Project.proposer),
    joinedload(Project.organisation),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A project and the call that it answers."""

    project: Project
    call: Call


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """A department's review, its project and the call."""

    review: Review
    call: Call


def load_call(round_id: int) -> Call:
    """The call of a round. Raises ``NotFound``."""
    if not 0 < round_id <= _LARGEST:
        raise NotFound(lazy_gettext("There is no such round."))
    return get_call(db.session, round_id, now())


def load_case(project_id: int) -> Case:
    """A project, with everything its pages show of it, and its call. Raises ``NotFound``."""
    found = _get(Project, project_id, *_WHOLE)
    return Case(found, load_call(found.round_id))


def load_review(review_id: int) -> ReviewCase:
    """A department's review of a project, with its call. Raises ``NotFound``."""
    found = _get(Review, review_id, joinedload(Review.project), joinedload(Review.organisation))
    return ReviewCase(found, load_call(found.project.round_id))


def _get(model: type[M], ident: int, *options: ORMOption) -> M:
    found = db.session.get(model, ident, options=options) if 0 < ident <= _LARGEST else None
    if found is None:
        raise NotFound(lazy_gettext("There is no such project."))
    return found
