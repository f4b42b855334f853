"""What the clock does with tenders: bids are opened when their time has come."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import select

from core.db import db, transaction
from core.errors import DomainError
from core.jobs import every_minute
from core.web import settings
from projects.models import Tender
from projects.states import TenderState
from projects.tenders.keys import destroy_key, kept_keys
from projects.tenders.services.opening import due_tenders, open_tender

log = structlog.get_logger()


@every_minute("projects.tenders")
def open_due(now: datetime) -> None:
    """Open the bids of every tender whose deadline has passed, and destroy keys that are left over
    from an end that was cut short."""
    for tender_id in due_tenders(db.session, now):
        open_one(tender_id, now)
    destroy_left_over()


def open_one(tender_id: int, now: datetime) -> None:
    """Open one tender's bids if it is time; a missing key is logged, and the next minute tries
    again."""
    try:
        with transaction() as session:
            open_tender(session, tender_id, settings().keys, now)
    except DomainError as error:
        log.error("tenders.unopened", tender=tender_id, reason=str(error.message))


def destroy_left_over() -> None:
    """A key that opens is kept for drafts in the making and open tenders only."""
    kept = kept_keys(settings().keys)
    if not kept:
        return
    needed = (TenderState.DRAFT, TenderState.OPEN)
    ended = select(Tender.id).where(Tender.id.in_(kept), Tender.state.not_in(needed))
    for tender_id in db.session.scalars(ended).all():
        destroy_key(settings().keys, tender_id)
