"""Opening all bids of a tender at once, by the clock; nobody is asked and nobody can do it before.

It is done in one transaction: killed in the middle, it is done again; begun twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import after_commit, lock
from core.i18n import lazy_gettext
from ledger import sealing
from projects.models import Bid, Envelope, Tender
from projects.services.moves import advance
from projects.states import BID_MOVES, TENDER_MOVES, BidState, TenderState
from projects.tenders.envelopes import Offer, Sealed, Unreadable, open_envelope
from projects.tenders.keys import destroy_key, opening_key
from projects.tenders.people import exclusion_of, officers
from projects.tenders.services.record import bidding_people, record, tell_all
from transparency import log


def due_tenders(session: Session, now: datetime) -> list[int]:
    """The tenders whose deadline has passed and whose bids are still sealed."""
    rows = select(Tender.id).where(Tender.state == TenderState.OPEN, Tender.deadline <= now)
    return list(session.scalars(rows.order_by(Tender.deadline)))


def open_tender(session: Session, tender_id: int, keys: Path, now: datetime) -> bool:
    """Open a tender's bids if its deadline has passed; says whether this did it.

    With fewer bids than the notice asks for nothing is opened, and the key is destroyed. Raises
    ``Conflict`` when the key is not there.
    """
    tender = lock(session, Tender, tender_id)
    if tender.state != TenderState.OPEN or tender.deadline is None or now < tender.deadline:
        return False
    rows = select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.SEALED)
    bids = session.scalars(rows.order_by(Bid.received_at, Bid.id)).all()
    if len(bids) < tender.min_bids:
        _fail(session, tender, len(bids), now)
    else:
        _open(session, tender, bids, keys, now)
    after_commit(session, partial(destroy_key, keys, tender.id))
    return True


def _fail(session: Session, tender: Tender, bids: int, now: datetime) -> None:
    advance(tender, TENDER_MOVES, "fail")
    tender.ended_at = now
    body = {"by": "clock", "bids": bids, "needed": tender.min_bids}
    record(session, tender, "tender.failed", body, now)
    message = lazy_gettext(
        "Too few bids came in for “%(title)s”. None was opened, and none can be any more."
    )
    people = bidding_people(session, tender.id, now) | set(officers(session, tender, now))
    tell_all(session, people, message, tender, now)


def _open(session: Session, tender: Tender, bids: Sequence[Bid], keys: Path, now: datetime) -> None:
    key = opening_key(keys, tender.id)
    advance(tender, TENDER_MOVES, "open")
    tender.opened_at, tender.opening_key = now, key.hex()
    for bid in bids:
        _open_one(session, tender, bid, keys, now)
    valid = sum(bid.state == BidState.OPENED for bid in bids)
    body = {"by": "clock", "bids": len(bids), "valid": valid, "key": tender.opening_key}
    record(session, tender, "tender.opened", body, now)
    message = lazy_gettext("The bids for “%(title)s” are open; everybody can read them now.")
    people = bidding_people(session, tender.id, now) | set(officers(session, tender, now))
    tell_all(session, people, message, tender, now)


def _open_one(session: Session, tender: Tender, bid: Bid, keys: Path, now: datetime) -> None:
    envelope = session.get_one(Envelope, bid.id)
    try:
        sealed = Sealed(envelope.sealed, envelope.paper)
        offer = open_envelope(
            bytes.fromhex(tender.opening_key or ""), sealed, tender.id, bid.organisation_id
        )
    except Unreadable:
        offer = None
    problem = _problem(session, tender, bid, offer, now)
    advance(bid, BID_MOVES, "exclude" if problem else "open")
    if offer is not None:
        bid.price, bid.days, bid.offer = offer.price, offer.days, offer.offer
        bid.relations, bid.paper_sha256 = offer.relations, offer.paper_sha256
        envelope.paper = sealing.seal(keys, offer.paper) if offer.paper is not None else None
    bid.excluded_reason = problem or ""
    body = {
        "tender": tender.id,
        "bid": bid.id,
        "organisation": bid.organisation_id,
        "sha256": bid.envelope_sha256,
        "price": bid.price,
        "days": bid.days,
        "excluded": problem,
    }
    log.record(session, "bid.opened", [("tender", tender.id)], body, now)


def _problem(
    session: Session, tender: Tender, bid: Bid, offer: Offer | None, now: datetime
) -> str | None:
    """The name of what excludes a bid, see ``words.EXCLUDED``; None for a valid one."""
    if offer is None:
        return "unreadable"
    if exclusion_of(session, bid.organisation_id, local_date(now)):
        return "excluded"
    return "ceiling" if offer.price > tender.ceiling else None
