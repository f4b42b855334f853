"""Sponsorship on other pages: a project's, and the first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import local_date, now
from core.i18n import localize
from projects.states import State
from sponsorship.models import Business, Opening, Pledge
from sponsorship.showing.queries.rules import open_calls
from sponsorship.showing.queries.sources import sources_of
from sponsorship.showing.queries.square import COLUMNS, cards, from_openings, shown
from sponsorship.showing.queries.wall import public_pledges

SOON = 3
NEW = 3


def project_sources(session: Session, subject: Any) -> dict[str, Any] | None:
    """What of a project's money (anything with ``id`` and ``state``) came from where; nothing
    while it is on the ballot."""
    if subject.state in {State.DRAFT, State.ON_BALLOT}:
        return None
    found = sources_of(session, subject.id, now())
    return {"sources": found} if found else None


def home_partners(session: Session, _subject: object) -> dict[str, Any] | None:
    """What looks for partners and ends soonest, and who came last: six queries, one where no call
    is open."""
    at = now()
    calls = open_calls(session, local_date(at))
    if not calls:
        return None
    rows = from_openings(*COLUMNS).where(*shown(calls, at))
    rows = rows.order_by(Opening.deadline, Opening.id).limit(SOON)
    openings = cards(session, session.execute(rows).all(), calls, at)
    return {"openings": openings, "new": _new(session)} if openings else None


def _new(session: Session) -> list[dict[str, Any]]:
    """The businesses whose first gift was accepted last."""
    first = func.min(Pledge.id)
    rows = (
        select(Business.id, Business.name)
        .join(Pledge, Pledge.business_id == Business.id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .where(*public_pledges())
        .group_by(Business.id)
        .order_by(first.desc())
        .limit(NEW)
    )
    return [{"id": row.id, "name": localize(row.name)} for row in session.execute(rows)]
