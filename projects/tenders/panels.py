"""A project's tenders, on its page; what is open for bids, on the first."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from core.clock import now
from projects.states import WINNING, TenderState
from projects.tenders.people import OFFICERS, OWNERS
from projects.tenders.policies import acts_for
from projects.tenders.queries.listing import browse, of_project


def project_tenders(session: Session, subject: Any) -> dict[str, Any] | None:
    """The tenders of a project (anything with ``id`` and ``state``), drafts for their writers."""
    if subject.state not in WINNING:
        return None
    writes = g.actor.has_role(OFFICERS, subject.call.area_path) or bool(
        g.actor.organisations(OWNERS)
    )
    rows = of_project(session, subject.id, now(), drafts=writes)
    return {"rows": rows, "writes": writes} if rows or writes else None


def open_tenders(session: Session, _subject: object) -> dict[str, Any] | None:
    """What can be bid for now, shown on the first page to those who bid."""
    if not acts_for(g.actor):
        return None
    found = browse(session, {"state": TenderState.OPEN}, now())
    return {"rows": found.rows[:5]} if found.rows else None
