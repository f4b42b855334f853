"""The rules about tenders: one bid only, related bidders, orders cut up. Nothing before the
opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Role
from projects.models import Bid, Method, Tender, TenderReviewer
from projects.states import BidState, TenderState
from tests.audit.desk.odd import YUAN, Odd, flags, run, told
from tests.conftest import START

CEILING = 100_000 * YUAN
DIRECT = 30_000 * YUAN  # where nothing else is set


@dataclass
class Yard:
    """Tenders of a project, row by row."""

    odd: Odd
    project: int

    def tender(self, state: str = TenderState.OPENED, **values: Any) -> int:
        """An open tender."""
        row = {
            "project_id": self.project,
            "method": Method.OPEN,
            "state": state,
            "title": "Lamps",
            "scope": "Lamps",
            "ceiling": CEILING,
            "currency": "CNY",
            "written_by_id": self.odd.asks,
            "written_at": START,
        }
        return self.odd.make.add(Tender(**row | values))

    def bid(self, tender: int, price: int | None, firm: int | None = None, **values: Any) -> int:
        """A bid of a firm; gives the firm."""
        firm = firm or self.odd.firm()
        number = str(next(self.odd.numbers))
        row = {
            "tender_id": tender,
            "organisation_id": firm,
            "key": number,
            "state": BidState.OPENED if price else BidState.SEALED,
            "submitted_by_id": self.odd.asks,
            "received_at": START,
            "envelope_sha256": number,
            "price": price,
        }
        self.odd.make.add(Bid(**row | values))
        return firm

    def reviewer(self, tender: int, **values: Any) -> int:
        """Somebody who judges; gives the person."""
        person = self.odd.make.staff(Role.REVIEWER, self.odd.area)
        row = {"person_id": person, "appointed_by_id": self.odd.asks, "appointed_at": START}
        self.odd.make.add(TenderReviewer(tender_id=tender, **row | values))
        return person

    def award(self, firm: int, amount: int, after: int = 0, **values: Any) -> int:
        """A direct award."""
        row: dict[str, Any] = {"method": Method.DIRECT, "winner_id": firm, "award_amount": amount}
        row["awarded_at"] = START + timedelta(days=after)
        return self.tender(**{"state": TenderState.AWARDED} | row | values)


@pytest.fixture
def yard(odd: Odd) -> Yard:
    """A project that is put out to tender."""
    make = odd.make
    return Yard(odd, make.project(make.round(odd.area), odd.area))


def test_a_single_valid_bid_is_flagged_and_heavier_near_the_most(yard: Yard) -> None:
    far, near, two = yard.tender(), yard.tender(), yard.tender()
    yard.bid(far, 60_000 * YUAN)
    yard.bid(far, None, state=BidState.WITHDRAWN)
    yard.bid(far, 50_000 * YUAN, state=BidState.EXCLUDED)
    yard.bid(near, 95_000 * YUAN)
    for price in (60_000, 70_000):
        yard.bid(two, price * YUAN)
    run()
    found = {one.key: one for one in flags("single_bidder")}
    assert set(found) == {str(far), str(near)}
    assert found[str(far)].weight < found[str(near)].weight
    assert told(found[str(near)]) == (
        "One bid only, over ¥95,000; the most it could have been is ¥100,000."
    )


def test_nothing_of_a_sealed_bid_is_looked_at(yard: Yard) -> None:
    tender = yard.tender(TenderState.OPEN)
    firm = yard.bid(tender, None)
    yard.odd.make.member(yard.reviewer(tender), Role.BUSINESS, yard.odd.area, firm)
    run()
    assert flags("single_bidder") == []
    assert flags("related_bidder") == []


def test_a_reviewer_who_acts_for_a_bidder_is_flagged(yard: Yard) -> None:
    tender = yard.tender()
    firm = yard.bid(tender, 60_000 * YUAN)
    other = yard.odd.firm()
    related, fine, excused = (yard.reviewer(tender) for _ in range(3))
    make, area = yard.odd.make, yard.odd.area
    make.member(related, Role.BUSINESS, area, firm)
    make.member(fine, Role.BUSINESS, area, other)
    gone = yard.reviewer(tender, excused_at=START)
    make.member(gone, Role.BUSINESS, area, firm)
    run()
    assert [one.key for one in flags("related_bidder")] == [f"{tender}:member:{related}"]
    assert excused != gone


def test_a_declared_relation_without_consequence_is_flagged(yard: Yard) -> None:
    tender = yard.tender()
    yard.bid(tender, 60_000 * YUAN)
    bidder = yard.bid(tender, 60_000 * YUAN, relations="My cousin judges.")
    judge = yard.reviewer(tender, relation="My cousin bids.", scored_at=START)
    yard.reviewer(tender, relation="A neighbour bids.")  # did not score
    run()
    assert {one.key for one in flags("related_bidder")} == {
        f"{tender}:declared:{judge}",
        f"{tender}:bidder:{bidder}",
    }
    assert all(told(one) for one in flags("related_bidder"))


def test_direct_awards_just_below_the_limit_are_flagged_together(yard: Yard) -> None:
    firm, once, far = (yard.odd.firm() for _ in range(3))
    first = yard.award(firm, DIRECT)
    yard.award(firm, DIRECT * 80 // 100, 90)
    yard.award(once, DIRECT)
    yard.award(far, DIRECT)
    yard.award(far, DIRECT, 91)
    yard.award(far, DIRECT * 80 // 100 - 1, 1)
    yard.award(far, DIRECT, 1, ended_at=START, state=TenderState.CANCELLED)
    run()
    (flag,) = flags("split_award")
    assert flag.key == f"{firm}:{DIRECT}:{first}"
    assert "2 direct awards to one organisation within 90 days" in told(flag)
