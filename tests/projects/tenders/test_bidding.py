"""Bids that are refused, and why; and that what is in the envelope stays there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import OrganisationKind, Person, Role
from core.db import transaction
from core.errors import Conflict, Invalid, Refused
from core.web import settings
from projects.models import Bid, Envelope, Tender
from projects.states import BidState, TenderState
from projects.tenders import services
from projects.tenders.envelopes import Sealed, Unreadable, open_envelope, seal
from projects.tenders.keys import destroy_key, kept_keys, opening_key
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import Town
from transparency.log import timeline
from transparency.models import Leaf, LeafSubject

pytestmark = pytest.mark.usefixtures("in_english")
SECOND = timedelta(seconds=1)


def test_a_bid_a_second_late_is_told_both_times(town: Town) -> None:
    tender = town.publish()
    town.bid(tender, 0, town.deadline - SECOND)
    with pytest.raises(Conflict, match=r"our clock says 2026-03-12 12:00:01 CST") as late:
        town.bid(tender, 1, town.deadline + SECOND)
    assert "2026-03-12 12:00:00 CST" in str(late.value.message)
    with pytest.raises(Conflict, match="Too late"):
        town.bid(tender, 1, town.deadline)


def test_one_organisation_has_one_bid(town: Town) -> None:
    tender = town.publish()
    bid = town.bid(tender)
    with pytest.raises(Conflict, match="withdraw that one first"):
        town.bid(tender, price=70_000 * YUAN)
    with transaction() as session:
        services.withdraw_bid(session, bid, town.traders[0], town.at + 2 * DAY)
    assert town.bid(tender, price=70_000 * YUAN) != bid


def test_the_database_too_takes_one_live_bid_of_each(town: Town, session: Session) -> None:
    tender = town.publish()
    known = town.bid_row(town.bid(tender))
    with pytest.raises(IntegrityError), transaction() as writing:
        writing.add(
            Bid(
                tender_id=tender,
                organisation_id=known.organisation_id,
                key="another",
                submitted_by_id=known.submitted_by_id,
                received_at=town.at,
                envelope_sha256="another",
            )
        )


def test_the_database_keeps_a_sealed_bid_empty(town: Town) -> None:
    bid = town.bid(town.publish())
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Bid, bid).price = 1


def test_a_form_sent_again_is_the_same_bid_even_after_the_deadline(town: Town) -> None:
    tender = town.publish()
    new = town.new_bid(tender)
    made = []
    for at in (town.at + DAY, town.at + DAY, town.later):
        with transaction() as session:
            made.append(services.submit_bid(session, new, at).id)
    assert len(set(made)) == 1
    other = replace(new, organisation_id=town.firms[1], person_id=town.traders[1])
    with pytest.raises(Conflict, match="used already"), transaction() as session:
        services.submit_bid(session, other, town.at + DAY)


def test_an_excluded_organisation_cannot_bid_until_that_is_lifted(town: Town) -> None:
    tender = town.publish()
    with transaction() as session:
        found = services.exclude(
            session,
            town.firms[0],
            reason="Left a site unfinished.",
            starts_on=town.at.date(),
            ends_on=(town.at + 30 * DAY).date(),
            by_id=town.officer,
            now=town.at,
        ).id
    with pytest.raises(Refused, match=r"excluded from bidding until .*: Left a site unfinished"):
        town.bid(tender)
    with transaction() as session:
        services.lift(session, found, "It was finished.", town.officer, town.at + DAY)
    town.bid(tender)


def test_who_was_excluded_after_bidding_is_excluded_at_the_opening(town: Town) -> None:
    tender = town.publish(min_bids=3)
    bids = [town.bid(tender, firm) for firm in range(4)]
    with transaction() as session:
        services.exclude(
            session,
            town.firms[0],
            reason="Bribery",
            starts_on=town.at.date(),
            ends_on=town.later.date(),
            by_id=town.officer,
            now=town.at + DAY,
        )
    town.open(tender)
    assert [town.bid_row(bid).excluded_reason for bid in bids] == ["excluded", "", "", ""]


@pytest.mark.parametrize("who", ["author", "officer"])
def test_whoever_wrote_or_approved_the_notice_keeps_their_firm_from_bidding(
    town: Town, make: Factory, who: str
) -> None:
    tender = town.publish()
    make.member(getattr(town, who), Role.BUSINESS, town.area, town.firms[0])
    with pytest.raises(Refused, match="wrote or approved the notice"):
        town.bid(tender)


def test_a_reviewer_cannot_bid(town: Town, make: Factory) -> None:
    tender = town.publish()
    town.appoint(tender, town.judges[0])
    make.member(town.judges[0], Role.BUSINESS, town.area, town.firms[0])
    new = replace(town.new_bid(tender), person_id=town.judges[0])
    with pytest.raises(Refused, match="asked to judge"), transaction() as session:
        services.submit_bid(session, new, town.at + DAY)


def test_nobody_bids_for_others_or_without_a_checked_name(town: Town) -> None:
    tender = town.publish()
    stranger = replace(town.new_bid(tender), person_id=town.traders[1])
    with pytest.raises(Refused, match="do not act for"), transaction() as session:
        services.submit_bid(session, stranger, town.at + DAY)
    with transaction() as session:
        session.get_one(Person, town.traders[0]).verified_at = None
    with pytest.raises(Refused, match="real name"):
        town.bid(tender)


def test_social_organisations_bid_like_everybody(town: Town) -> None:
    tender = town.publish()
    town.add_firm({"en": "Neighbours of the park"}, OrganisationKind.SOCIAL)
    assert town.bid_row(town.bid(tender, -1)).state == BidState.SEALED


def test_no_bid_above_the_ceiling(town: Town) -> None:
    tender = town.publish()
    with pytest.raises(Invalid, match="goes up to ¥90,000"):
        town.bid(tender, price=90_000 * YUAN + 1)
    town.bid(tender, price=90_000 * YUAN)


def test_a_withdrawn_bid_is_deleted_unread_and_not_taken_back_late(
    town: Town, session: Session
) -> None:
    tender = town.publish()
    first, second = town.bid(tender, 0), town.bid(tender, 1)
    with pytest.raises(Refused), transaction() as writing:
        services.withdraw_bid(writing, first, town.traders[1], town.at + 2 * DAY)
    with transaction() as writing:
        services.withdraw_bid(writing, first, town.traders[0], town.at + 2 * DAY)
    assert session.scalars(select(Envelope.bid_id)).all() == [second]
    with pytest.raises(Conflict, match="Too late"), transaction() as writing:
        services.withdraw_bid(writing, second, town.traders[1], town.deadline)


def test_the_record_of_a_bid_does_not_say_whose_or_for_what(town: Town, session: Session) -> None:
    bid = town.bid_row(town.bid(town.publish()))
    leaf = session.get_one(Leaf, bid.leaf_id)
    assert leaf.body == f'{{"sha256":"{bid.envelope_sha256}"}}'
    about = select(func.count()).where(LeafSubject.leaf_id == leaf.id)
    assert session.scalar(about) == 0
    types = [entry.type for entry in timeline(session, ("project", town.project))]
    assert not [one for one in types if one.startswith("bid")]


def test_envelopes_open_with_the_key_only_and_hold_what_was_sent(town: Town) -> None:
    offer = town.offer(paper=b"%PDF-1.7 a plan")
    tender = town.row(town.publish())
    sealed = seal(str(tender.seal), tender.id, 7, offer)
    key = opening_key(settings().keys, tender.id)
    assert len(sealed.envelope) == 4096 + 48
    assert b"Oak" not in sealed.envelope
    found = open_envelope(key, sealed, tender.id, 7)
    assert (found.price, found.offer, found.paper) == (offer.price, offer.offer, offer.paper)
    assert "Oak" not in repr(offer)
    changed = bytes([sealed.envelope[0] ^ 1]) + sealed.envelope[1:]
    for broken, of in (
        (sealed, (tender.id, 8)),
        (sealed, (tender.id + 1, 7)),
        (Sealed(sealed.envelope, None), (tender.id, 7)),
        (Sealed(changed, sealed.paper), (tender.id, 7)),
        (Sealed(b"", None), (tender.id, 7)),
    ):
        with pytest.raises(Unreadable):
            open_envelope(key, broken, *of)


def test_a_spoiled_envelope_is_excluded_and_the_others_are_opened(town: Town) -> None:
    tender = town.publish()
    bids = [town.bid(tender, firm) for firm in range(4)]
    with transaction() as session:
        session.get_one(Envelope, bids[1]).sealed = b"spoiled"
    town.open(tender)
    rows = [town.bid_row(bid) for bid in bids]
    assert [row.state for row in rows] == ["opened", "excluded", "opened", "opened"]
    assert rows[1].excluded_reason == "unreadable"


def test_with_too_few_bids_nothing_is_opened_and_the_key_is_gone(town: Town) -> None:
    tender = town.publish()
    bids = [town.bid(tender, firm) for firm in range(2)]
    assert town.open(tender)
    row = town.row(tender)
    assert (row.state, row.opening_key, row.opened_at) == (TenderState.FAILED, None, None)
    assert {town.bid_row(bid).state for bid in bids} == {BidState.SEALED}
    assert kept_keys(settings().keys) == []


def test_a_cancelled_tender_is_never_opened(town: Town) -> None:
    tender = town.publish()
    town.bids(tender)
    with transaction() as session:
        keys = settings().keys
        services.cancel(
            session, tender, "Not needed.", town.officer, keys=keys, now=town.at + 2 * DAY
        )
    assert not town.open(tender)
    assert town.row(tender).state == TenderState.CANCELLED
    assert kept_keys(settings().keys) == []


def test_without_its_key_a_tender_stays_sealed(town: Town) -> None:
    tender = town.publish()
    town.bids(tender)
    destroy_key(settings().keys, tender)
    with pytest.raises(Conflict, match="key is not there"):
        town.open(tender)
    assert town.row(tender).state == TenderState.OPEN


def test_nothing_is_opened_a_second_early(town: Town) -> None:
    tender = town.publish()
    town.bids(tender)
    assert not town.open(tender, town.deadline - SECOND)
    assert town.open(tender, town.deadline)


def test_a_published_key_opens_what_was_recorded(town: Town, app: Flask) -> None:
    """What the guide tells everybody to do by themselves."""
    tender = town.publish()
    bid = town.bids(tender)[0]
    town.open(tender)
    key = bytes.fromhex(str(town.row(tender).opening_key))
    with transaction() as session:
        row = session.get_one(Bid, bid)
        envelope = session.get_one(Envelope, bid)
        found = open_envelope(key, Sealed(envelope.sealed, None), tender, row.organisation_id)
        assert (found.price, found.offer) == (row.price, row.offer)
        assert Sealed(envelope.sealed, None).sha256 == row.envelope_sha256
        assert session.execute(text("SELECT count(*) FROM bid")).scalar_one() == 3
        assert session.get_one(Tender, tender).opened_at == town.opening
