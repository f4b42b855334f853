"""The whole way of a tender, from the notice to the contract in the books."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.web import settings
from ledger.services.contracting import standing
from projects.models import Bid, Milestone
from projects.states import BidState, ContractState, TenderState
from projects.tenders.keys import kept_keys
from tests.ledger.books import YUAN
from tests.projects.tenders.town import Town
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")


def test_a_tender_goes_from_notice_to_contract(town: Town, session: Session) -> None:
    tender = town.publish()
    assert kept_keys(settings().keys) == [tender]
    town.bids(tender)
    assert {bid.price for bid in session.scalars(select(Bid))} == {None}
    assert town.open(tender)
    assert not town.open(tender)
    assert kept_keys(settings().keys) == []
    town.judged(tender, 90, 80, 70)
    town.award(tender)
    assert town.row(tender).award_amount == 70_000 * YUAN
    town.draw(tender)
    town.agree(tender, town.traders[1])
    town.sign(tender)
    contract = town.contract(tender)
    assert contract.state == ContractState.SIGNED
    assert town.row(tender).state == TenderState.CONTRACTED
    assert standing(session, town.project).contracted == 70_000 * YUAN
    prices = session.scalars(select(Milestone.price).where(Milestone.contract_id == contract.id))
    assert sorted(price or 0 for price in prices) == [23_333_33, 46_666_67]
    types = [entry.type for entry in timeline(session, ("tender", tender))]
    assert [one for one in types if one.startswith(("tender", "contract"))] == [
        "contract.signed",
        "contract.agreed",
        "tender.awarded",
        *["tender.scored", "tender.declared", "tender.appointed"] * 2,
        "tender.opened",
        "tender.published",
        "tender.notice",
    ]


def test_bids_of_others_are_opened_all_at_once(town: Town) -> None:
    tender = town.publish()
    first, second, third = town.bids(tender)
    town.open(tender)
    found = [town.bid_row(bid) for bid in (first, second, third)]
    assert [bid.price for bid in found] == [80_000 * YUAN, 70_000 * YUAN, 75_000 * YUAN]
    assert {bid.state for bid in found} == {BidState.OPENED}
