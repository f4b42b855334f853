"""Taking bids in under seal, by the server's clock, and giving them back until the deadline."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from accounts.notices import tell
from core.clock import local_date, local_zone
from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import Message, both, date_long, format_money, lazy_gettext
from projects.models import Bid, Envelope, Tender, TenderReviewer
from projects.services.moves import advance
from projects.states import BID_MOVES, BidState, TenderState
from projects.tenders.envelopes import Offer, seal
from projects.tenders.people import acts_for, exclusion_of, may_bid, people_of
from transparency import log


@dataclass(frozen=True, slots=True)
class NewBid:
    """A bid as it comes in: of whom, for which tender, by whom; ``key`` comes with the form."""

    tender_id: int
    organisation_id: int
    person_id: int
    key: str
    offer: Offer


def submit_bid(session: Session, new: NewBid, now: datetime) -> Bid:
    """Seal a bid in memory and take the envelope in; its hash goes on record without saying whose
    it is or for what. A form that is sent again gives the same bid.

    ``now`` is the server's clock. Raises ``Conflict`` after the deadline or when the organisation
    has a bid in already, ``Invalid`` above the ceiling, ``Refused`` for whoever may not bid.
    """
    tender = lock(session, Tender, new.tender_id)
    if known := _sent_before(session, new):
        return known
    check_open(tender, now)
    organisation = session.get_one(Organisation, new.organisation_id)
    check_bidder(session, tender, organisation, new.person_id, now)
    _check_first(session, tender, organisation)
    if new.offer.price > tender.ceiling:
        problem = lazy_gettext(
            "This tender goes up to %(most)s.", most=format_money(tender.ceiling, tender.currency)
        )
        raise Invalid(problem, fields={"price": problem})
    sealed = seal(str(tender.seal), tender.id, organisation.id, new.offer)
    made = Bid(
        # Counted numbers would tell a bidder how many came before.
        id=secrets.randbelow(2**52) + 1,
        tender_id=tender.id,
        organisation_id=organisation.id,
        key=new.key,
        submitted_by_id=new.person_id,
        received_at=now,
        envelope_sha256=sealed.sha256,
        offer="",
        relations="",
        excluded_reason="",
    )
    session.add(made)
    session.flush()
    session.add(Envelope(bid_id=made.id, sealed=sealed.envelope, paper=sealed.paper))
    made.leaf_id = log.record(session, "bid.received", [], {"sha256": sealed.sha256}, now)
    texts = both(lazy_gettext("Your bid for “%(title)s” is in, sealed."), title=tender.title)
    tell(session, new.person_id, texts, f"/bids/{made.id}", now)
    return made


def withdraw_bid(session: Session, bid_id: int, by_id: int, now: datetime) -> Bid:
    """Take a bid back before the deadline; its envelope is deleted unread.

    Raises ``Conflict`` after the deadline, ``Refused`` for whoever does not act for the bidder.
    """
    tender = lock(session, Tender, session.get_one(Bid, bid_id).tender_id)
    bid = lock(session, Bid, bid_id)
    if not acts_for(session, by_id, bid.organisation_id, now):
        raise Refused(lazy_gettext("Only those who act for the bidder take its bid back."))
    check_open(tender, now)
    advance(bid, BID_MOVES, "withdraw")
    bid.withdrawn_at = now
    session.execute(delete(Envelope).where(Envelope.bid_id == bid.id))
    log.record(session, "bid.withdrawn", [], {"sha256": bid.envelope_sha256}, now)
    return bid


def check_open(tender: Tender, now: datetime) -> None:
    """Raise ``Conflict``, telling the server's time and the deadline, unless bids are taken."""
    if tender.deadline is not None and now >= tender.deadline:
        raise Conflict(
            lazy_gettext(
                "Too late: our clock says %(now)s, and bids were taken until %(deadline)s.",
                now=LazyString(to_the_second, now),
                deadline=LazyString(to_the_second, tender.deadline),
            )
        )
    if tender.state != TenderState.OPEN or tender.deadline is None:
        raise Conflict(lazy_gettext("This tender takes no bids."))


def check_bidder(
    session: Session, tender: Tender, organisation: Organisation, person_id: int, now: datetime
) -> None:
    """Raise ``Refused``, saying why, when somebody may not bid for an organisation here."""
    if problem := bidder_problem(session, tender, organisation, person_id, now):
        raise Refused(problem)


def bidder_problem(
    session: Session, tender: Tender, organisation: Organisation, person_id: int, now: datetime
) -> Message | None:
    """Why somebody may not bid for an organisation on a tender; None when they may."""
    if not may_bid(organisation) or not acts_for(session, person_id, organisation.id, now):
        return lazy_gettext("You do not act for this organisation.")
    if session.get_one(Person, person_id).verified_at is None:
        return lazy_gettext("Your real name has to be checked first; see “My page”.")
    if excluded := exclusion_of(session, organisation.id, local_date(now)):
        return lazy_gettext(
            "This organisation is excluded from bidding until %(day)s: %(reason)s",
            day=LazyString(date_long, excluded.ends_on),
            reason=excluded.reason,
        )
    own = people_of(session, organisation.id, now) | {person_id}
    if own & {tender.written_by_id, tender.approved_by_id}:
        return lazy_gettext(
            "Somebody who acts for this organisation wrote or approved the notice: it cannot bid."
        )
    judges = select(TenderReviewer.person_id).where(
        TenderReviewer.tender_id == tender.id, TenderReviewer.excused_at.is_(None)
    )
    if person_id in set(session.scalars(judges)):
        return lazy_gettext("You are asked to judge these bids, so you cannot bid.")
    return None


def to_the_second(at: datetime) -> str:
    """A moment as the server's clock tells it, with its zone."""
    return f"{at.astimezone(local_zone()):%Y-%m-%d %H:%M:%S %Z}"


def _sent_before(session: Session, new: NewBid) -> Bid | None:
    """The bid that the same form has brought before."""
    found = session.scalar(select(Bid).where(Bid.key == new.key))
    if found is None:
        return None
    same = (found.tender_id, found.organisation_id, found.submitted_by_id) == (
        new.tender_id,
        new.organisation_id,
        new.person_id,
    )
    if not same or found.state == BidState.WITHDRAWN:
        raise Conflict(lazy_gettext("This form was used already. Please open it again."))
    return found


def _check_first(session: Session, tender: Tender, organisation: Organisation) -> None:
    live = select(Bid.id).where(
        Bid.tender_id == tender.id,
        Bid.organisation_id == organisation.id,
        Bid.state != BidState.WITHDRAWN,
    )
    if session.scalar(live) is not None:
        raise Conflict(
            lazy_gettext(
                "Your organisation's bid is in already, and nothing replaces it. To send another, "
                "withdraw that one first."
            )
        )
