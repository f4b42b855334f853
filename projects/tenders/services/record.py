"""Recording what happens to a tender, and telling those whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership, in_force
from accounts.notices import tell
from core.clock import local_date
from core.i18n import both
from projects.models import Bid, Tender
from projects.states import BidState
from projects.tenders.people import BIDDERS
from transparency import log


def record(
    session: Session, tender: Tender, event: str, body: dict[str, Any], now: datetime
) -> int:
    """Record ``event`` about a tender, its project and its round; gives the entry's number."""
    subjects = [
        ("tender", tender.id),
        ("project", tender.project_id),
        ("round", tender.project.round_id),
    ]
    return log.record(session, event, subjects, {"tender": tender.id} | body, now)


def page_of(tender: Tender) -> str:
    """A tender's page; written out because notices are written outside of requests too."""
    return f"/tenders/{tender.id}"


def tell_all(
    session: Session,
    people: Iterable[int],
    message: LazyString,
    tender: Tender,
    now: datetime,
    *,
    url: str | None = None,
) -> None:
    """Tell people something about a tender; ``message`` has a place for its ``title``."""
    texts = both(message, title=tender.title)
    for person_id in sorted(set(people)):
        tell(session, person_id, texts, url or page_of(tender), now)


def bidding_people(
    session: Session, tender_id: int, now: datetime, organisation_id: int | None = None
) -> set[int]:
    """Who acts for the bidders of a tender, or for one of them."""
    rows = (
        select(Membership.person_id)
        .join(Bid, Bid.organisation_id == Membership.organisation_id)
        .where(
            Bid.tender_id == tender_id,
            Bid.state != BidState.WITHDRAWN,
            Membership.role.in_(BIDDERS),
            in_force(local_date(now)),
        )
    )
    if organisation_id is not None:
        rows = rows.where(Bid.organisation_id == organisation_id)
    return set(session.scalars(rows))
