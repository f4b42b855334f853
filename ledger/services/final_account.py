"""The end of a project in the books: what is left goes back, and nothing more is booked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import hold
from core.errors import Conflict
from core.i18n import lazy_gettext
from ledger.journal import Kind, lines_of
from ledger.models import CostCentre, CostCentreKind, Transfer
from ledger.services.contract_lines import (
    People,
    check_people,
    of_project,
    post_lines,
    pots,
    project_centre,
)
from ledger.services.records import centre_subjects
from ledger.services.standing import contract_open, owed_by_all
from transparency import log

CLOSED = "ledger.project_closed"


def close_books(
    session: Session, *, project_ref: int, people: People, source_ref: str, now: datetime
) -> int:
    """The final account: give back to each fund what is left of its commitment and close the
    project's books, also when nothing is left. Gives what was returned in minor units, the same
    again for books that are closed.

    Raises ``Conflict`` while a contract is open or an invoice unpaid.
    """
    _hold_round(session, project_ref)
    centre = project_centre(session, project_ref)
    check_people(people)
    if centre.closed_at is not None:
        return _returned(session, centre, source_ref)
    if problem := contract_open(session, centre):
        raise Conflict(problem)
    if owed_by_all(session, centre.id):
        raise Conflict(lazy_gettext("An invoice of this project is still to be paid."))
    rest = pots(session, centre, Kind.ENCUMBRANCE, None)
    lines = [
        ln for fund, left in rest for ln in lines_of("release", of_project(centre, fund), left)
    ]
    if lines:
        last = session.scalar(
            select(func.max(Transfer.id)).where(Transfer.cost_centre_id == centre.id)
        )
        key = f"close:{centre.id}:{last}"
        post_lines(session, centre, lines, now, key=key, people=people, source_ref=source_ref)
    centre.closed_at = now
    session.flush()
    returned = sum(left for _fund, left in rest)
    body = {"project": centre.ref, "returned": returned, "currency": centre.currency}
    body |= {"by": people[0], "approved_by": people[1], "source": source_ref}
    log.record(session, CLOSED, centre_subjects(session, centre), body, now)
    return returned


def _hold_round(session: Session, project_ref: int) -> None:
    """A project that still waits for its money is not committed while it is closed."""
    of = (CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref == project_ref)
    if (parent := session.scalar(select(CostCentre.parent_id).where(*of))) is not None:
        hold(session, CostCentre, parent)


def _returned(session: Session, centre: CostCentre, source_ref: str) -> int:
    rows = select(func.sum(Transfer.amount)).where(
        Transfer.cost_centre_id == centre.id,
        Transfer.code == "release",
        Transfer.source_ref == source_ref,
    )
    return int(session.scalar(rows) or 0)
