"""Drafts: begun once, saved as somebody types, never overwritten unawares."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.db import lock
from core.errors import Conflict, TooMany
from core.i18n import lazy_gettext
from projects.calls import Call
from projects.models import Photo, Project
from projects.proposal import Proposal, keep, written
from projects.states import EDITABLE, State

MOST_PER_ROUND = 20
SHUFFLE_BELOW = 1_000_003


class EditConflict(Conflict):
    """The draft was saved from another page in the meantime; both versions are to be shown."""


def create_draft(
    session: Session, call: Call, person_id: int, language: str, now: datetime
) -> Project:
    """Begin a draft in a round, or give back the one that was begun and is still empty.

    Raises ``TooMany`` at ``MOST_PER_ROUND`` proposals of one person in one round.
    """
    lock(session, Person, person_id)  # two clicks at once begin one draft
    own = (Project.proposer_id == person_id) & (Project.round_id == call.id)
    begun = select(Project).where(own, Project.state == State.DRAFT, Project.draft_version == 0)
    if found := session.scalar(begun.limit(1)):
        return found
    count = select(func.count()).where(own, Project.state != State.WITHDRAWN)
    if session.scalar(count) >= MOST_PER_ROUND:  # type: ignore[operator]  # a count is a number
        raise TooMany(
            lazy_gettext(
                "You have %(most)s proposals in this round already. "
                "Please finish or withdraw one first.",
                most=MOST_PER_ROUND,
            )
        )
    project = _empty(call, person_id, language, now)
    session.add(project)
    session.flush()
    return project


def _empty(call: Call, person_id: int, language: str, now: datetime) -> Project:
    return Project(
        round_id=call.id,
        area_id=call.areas[0][0],
        state=State.DRAFT,
        language=language,
        title={},
        summary={},
        description={},
        beneficiaries={},
        currency=call.currency,
        proposer_id=person_id,
        draft_version=0,
        shuffle=secrets.randbelow(SHUFFLE_BELOW),
        created_at=now,
        updated_at=now,
    )


def save_draft(
    session: Session, project_id: int, proposal: Proposal, version: int, now: datetime
) -> int:
    """Keep what was written on the page that last saw ``version``; returns the new version.

    Saving the same again changes nothing. Raises ``EditConflict`` when another page saved
    something else since, ``Conflict`` when the project can no longer be edited.
    """
    project = lock(session, Project, project_id)
    if project.state not in EDITABLE:
        raise Conflict(lazy_gettext("This proposal has been handed in and is closed for changes."))
    if written(project) == proposal and project.draft_version:
        return project.draft_version
    if project.draft_version != version:
        raise EditConflict(
            lazy_gettext("This proposal was changed on another page or phone in the meantime.")
        )
    keep(project, proposal)
    project.draft_version += 1
    project.updated_at = now
    session.flush()
    return project.draft_version


def describe_photos(session: Session, project_id: int, alts: Mapping[int, str]) -> None:
    """Keep what the photos of a project show, in words, by photo."""
    for photo in session.scalars(select(Photo).where(Photo.project_id == project_id)):
        photo.alt = alts.get(photo.id, photo.alt)
