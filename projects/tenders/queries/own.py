"""Somebody's own bids: that they are in, never what they say before the opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.i18n import Localized, Message, localize
from projects.models import Bid, Tender, tender_number
from projects.tenders.words import BID_STATES, state_of
from transparency.models import Leaf


@dataclass(frozen=True, slots=True)
class OwnBid:
    """A bid of one's own organisation, in a list."""

    id: int
    tender: str
    number: str
    organisation: Localized
    received_at: datetime
    label: Message
    tone: str
    tender_label: Message


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the record says about an envelope: its entry's number, and its page once it has one."""

    organisation: Localized
    number: int | None
    url: str | None


def own_bids(session: Session, organisations: frozenset[int], at: datetime) -> list[OwnBid]:
    """The bids of these organisations, the newest first; one query."""
    rows = (
        select(Bid, Tender.title, Tender.state, Tender.deadline, Organisation.name)
        .join(Tender, Tender.id == Bid.tender_id)
        .join(Organisation, Organisation.id == Bid.organisation_id)
        .where(Bid.organisation_id.in_(organisations))
        .order_by(Bid.id.desc())
        .limit(200)
    )
    return [
        OwnBid(
            id=bid.id,
            tender=title,
            number=tender_number(bid.tender_id),
            organisation=localize(name),
            received_at=bid.received_at,
            label=BID_STATES[bid.state][0],
            tone=BID_STATES[bid.state][1],
            tender_label=state_of(state, deadline, at)[0],
        )
        for bid, title, state, deadline, name in session.execute(rows)
    ]


def receipt(session: Session, bid: Bid) -> Receipt:
    """What a receipt shows besides the bid itself."""
    name = session.scalar(select(Organisation.name).where(Organisation.id == bid.organisation_id))
    seq = session.scalar(select(Leaf.seq).where(Leaf.id == (bid.leaf_id or 0)))
    url = None if seq is None else f"/log/entries/{seq}"
    return Receipt(localize(name), bid.leaf_id, url)
