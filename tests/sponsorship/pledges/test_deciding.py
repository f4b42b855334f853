"""Accepting and declining: who may, what is reserved, what stands on record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import transaction
from core.errors import Conflict, Invalid, Refused
from ledger.journal import Kind
from sponsorship import bookings
from sponsorship.models import (
    Business,
    GuidanceCall,
    GuidanceVersion,
    Opening,
    OpeningKind,
    Pledge,
    SeatRole,
)
from sponsorship.pledges.services import deciding
from sponsorship.states import BusinessState, OpeningState, PledgeState
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.ground import CODES
from tests.sponsorship.pledges.ground import Stall
from tests.sponsorship.pledges.test_offering import change
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")


def declined(stall: Stall, ident: int, by: int = 0, reason: str = "No need.") -> None:
    """Declined by an officer."""
    with transaction() as session:
        deciding.decline(session, ident, reason, by or stall.officer, stall.at)


def test_accepting_reserves_the_match_and_draws_the_agreement(
    stall: Stall, session: Session
) -> None:
    ident = stall.accepted(10_000 * YUAN)
    pledge = stall.pledge(ident)
    assert (pledge.state, pledge.match) == (PledgeState.ACCEPTED, 5_000 * YUAN)
    assert (pledge.decided_by_id, pledge.reason) == (stall.officer, "It helps.")
    assert stall.net(Kind.MATCHING, "pledge", ident) == 5_000 * YUAN
    assert stall.net(Kind.PLEDGE_RECEIVABLE) == 0
    agreement = stall.agreement(ident)
    types = [entry.type for entry in timeline(session, ("pledge", ident))]
    assert types == ["agreement.drawn", "pledge.accepted", "ledger.posted", "pledge.offered"]
    assert timeline(session, ("pledge", ident))[0].body["sha256"] == agreement.sha256
    assert agreement.sign_by == stall.today() + 14 * DAY


def test_caps_hold_for_each_sponsor_and_each_project(stall: Stall) -> None:
    assert stall.pledge(stall.accepted(18_000 * YUAN)).match == 9_000 * YUAN
    assert stall.pledge(stall.accepted(18_000 * YUAN)).match == 1_000 * YUAN  # of the sponsor
    assert stall.pledge(stall.accepted(18_000 * YUAN)).match == 0
    first = stall.business
    stall.business = stall.add_business(CODES[1])
    assert stall.pledge(stall.accepted(30_000 * YUAN)).match == 10_000 * YUAN
    stall.business = stall.add_business(CODES[2])
    assert stall.pledge(stall.accepted(10_000 * YUAN)).match == 0  # of the project
    stall.opening = stall.add_opening(stall.add_project(cost=900_000 * YUAN))
    assert stall.pledge(stall.accepted(10_000 * YUAN)).match == 5_000 * YUAN
    stall.business = first
    assert stall.net(Kind.MATCHING) == 25_000 * YUAN


def test_what_is_freed_may_be_reserved_again(stall: Stall) -> None:
    ident = stall.accepted(20_000 * YUAN)
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        pledge.state = PledgeState.LAPSED
        bookings.book_match(session, pledge, "unmatch", pledge.match, stall.at, key="lapse")
    assert stall.pledge(stall.accepted(20_000 * YUAN)).match == 10_000 * YUAN


def test_gifts_in_kind_and_for_the_pool_are_not_matched(stall: Stall) -> None:
    assert stall.pledge(stall.accept(stall.offer(stall.in_kind()))).match == 0
    pool = stall.add_opening(kind=OpeningKind.POOL, project_id=None, target=None)
    change(Opening, pool, project_id=None)
    assert stall.pledge(stall.accepted(opening_id=pool)).match == 0


def test_after_its_day_nothing_is_added(make: Factory) -> None:
    stall = Stall.begin(make, match_until=START.date() + 3 * DAY)
    ident = stall.offer()
    stall.at = START + 4 * DAY
    assert stall.pledge(stall.accept(ident)).match == 0


def test_an_older_version_of_the_call_holds_for_what_was_offered_under_it(stall: Stall) -> None:
    ident = stall.offer()
    assert stall.terms is not None
    stricter = replace(stall.terms, match_percent=10, excluded_sectors=("retail",))
    first = stall.version
    with transaction() as session:
        old = session.get_one(GuidanceVersion, first)
        new = {
            name: getattr(old, name)
            for name in ("call_id", "title", "text", "written_by_id", "published_by_id")
        }
        session.add(
            GuidanceVersion(
                number=2,
                terms=stricter.to_json(),
                written_at=stall.at,
                published_at=stall.at,
                **new,
            )
        )
        session.get_one(GuidanceCall, stall.call).version = 2
    assert stall.pledge(stall.accept(ident)).match == 5_000 * YUAN
    with pytest.raises(Refused):
        stall.offer()


def test_nobody_of_the_sponsors_side_decides(stall: Stall, make: Factory) -> None:
    ident = stall.offer()
    both = make.staff(Role.OFFICER, stall.area)
    stall.add_seat(stall.business, both, SeatRole.VIEWER)
    for act in (stall.accept, lambda ident, by: declined(stall, ident, by)):
        with pytest.raises(Refused):
            act(ident, by=both)


def test_what_is_decided_stays_so(stall: Stall, session: Session) -> None:
    ident = stall.offer()
    for reason in ("", "  "):
        with pytest.raises(Invalid):
            declined(stall, ident, reason=reason)
        with pytest.raises(Invalid):
            stall.accept(ident, reason=reason)
    declined(stall, ident)
    entry = timeline(session, ("pledge", ident))[0]
    assert (entry.type, entry.body["reason"]) == ("pledge.declined", "No need.")
    for act in (stall.accept, lambda ident: declined(stall, ident)):
        with pytest.raises(Conflict):
            act(ident)


def test_nothing_is_accepted_for_what_has_ended(stall: Stall) -> None:
    ident = stall.offer()
    change(Opening, stall.opening, state=OpeningState.MET)
    with pytest.raises(Conflict):
        stall.accept(ident)
    change(Opening, stall.opening, state=OpeningState.OPEN)
    change(Business, stall.business, state=BusinessState.SUSPENDED)
    with pytest.raises(Refused):
        stall.accept(ident)
    change(Business, stall.business, state=BusinessState.VERIFIED)
    stall.at = START + 30 * DAY
    with pytest.raises(Conflict):
        stall.accept(ident)


def test_conflicts_are_on_record_without_names(
    stall: Stall, make: Factory, session: Session
) -> None:
    close = make.staff(Role.REVIEWER, stall.area, stall.department)
    stall.add_seat(stall.business, close, SeatRole.VIEWER)
    finance = make.staff(Role.FINANCE, stall.area)
    stall.add_seat(stall.business, finance, SeatRole.PAYER)
    body = timeline(session, ("pledge", stall.accepted()), types=("pledge.accepted",))[0].body
    assert {"kind": "official"} in body["conflicts"]
    assert all(set(one) == {"kind"} for one in body["conflicts"])
