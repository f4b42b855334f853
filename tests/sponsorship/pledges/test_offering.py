"""Offering pledges: what a call's terms allow, drafts, small gifts, withdrawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.db import transaction
from core.errors import Conflict, DomainError, Invalid, Refused
from ledger.journal import Kind
from projects.models import Project
from projects.states import State
from sponsorship.models import (
    Business,
    GuidanceCall,
    Instalment,
    Opening,
    OpeningKind,
    Pledge,
    PledgeKind,
)
from sponsorship.pledges.services import offering
from sponsorship.states import BusinessState, CallState, OpeningState, PledgeState
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.pledges.ground import Stall
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")


def change(model: type[Any], ident: int, **values: Any) -> None:
    """Change a row as it stands."""
    with transaction() as session:
        row = session.get_one(model, ident)
        for name, value in values.items():
            setattr(row, name, value)


def fields(stall: Stall, **about: Any) -> set[str]:
    """By which fields an offer is refused."""
    amount = about.pop("amount", 10_000 * YUAN)
    with pytest.raises(Invalid) as refused:
        stall.offer(stall.new(amount, **about))
    return set(refused.value.fields)


def test_an_offer_is_kept_told_and_on_record(stall: Stall, session: Session) -> None:
    ident = stall.offer(stall.new(message="Good luck.", only_if_met=True))
    pledge = stall.pledge(ident)
    assert pledge.state == PledgeState.OFFERED
    assert pledge.version_id == stall.version
    assert [one.amount for one in pledge.instalments] == [10_000 * YUAN]
    assert pledge.only_if_met
    entry = timeline(session, ("pledge", ident))[0]
    assert (entry.type, entry.body) == ("pledge.offered", {"pledge": ident, "by": "sponsor"})
    told = set(session.scalars(select(Notice.person_id)))
    assert {stall.signatory, stall.manager, stall.payer, stall.officer} <= told


def test_the_same_form_twice_is_one_pledge(stall: Stall, session: Session) -> None:
    offer = stall.new()
    assert stall.offer(offer) == stall.offer(offer)
    assert session.scalar(select(func.count()).select_from(Pledge)) == 1
    assert len(timeline(session, ("call", stall.call), types=("pledge.offered",))) == 1


def test_nobody_comes_upon_another_form_by_its_key(stall: Stall) -> None:
    offer = stall.new()
    assert stall.offer(offer) != stall.offer(offer, by=stall.manager)


def test_a_draft_is_kept_changed_and_offered_as_one(stall: Stall, session: Session) -> None:
    offer = stall.new(1_000 * YUAN)
    with transaction() as writing:
        draft = offering.save_draft(writing, offer, stall.signatory, stall.at).id
    assert stall.pledge(draft).state == PledgeState.DRAFT
    assert timeline(session, ("pledge", draft)) == []
    days = [stall.today() + n * 30 * DAY for n in (1, 2)]
    parts = ((1_500 * YUAN, days[0]), (500 * YUAN, days[1]))
    assert stall.offer(replace(offer, amount=2_000 * YUAN, parts=parts)) == draft
    pledge = stall.pledge(draft)
    assert [(one.number, one.amount) for one in pledge.instalments] == [
        (1, 1_500 * YUAN),
        (2, 500 * YUAN),
    ]
    assert pledge.due_on == days[1]
    assert session.scalar(select(func.count()).select_from(Instalment)) == 2
    session.rollback()
    with pytest.raises(Conflict), transaction() as writing:
        offering.save_draft(writing, offer, stall.signatory, stall.at)


def test_money_is_within_the_terms(stall: Stall) -> None:
    soon, later = stall.today() + DAY, stall.today() + 5 * DAY
    assert fields(stall, amount=99_99) == {"amount"}
    assert fields(stall, due_on=stall.today() - DAY) == {"due_on"}
    assert fields(stall, due_on=stall.today() + 800 * DAY) == {"due_on"}
    assert fields(stall, amount=300_00, parts=((100_00, soon), (100_00, later))) == {"parts"}
    assert fields(stall, amount=200_00, parts=((100_00, later), (100_00, soon))) == {"parts"}
    assert fields(stall, anonymous=True) == {"anonymous"}
    days = [stall.today() + n * DAY for n in range(7)]
    assert fields(stall, amount=700_00, parts=[(100_00, day) for day in days]) == {"parts"}
    stall.offer(stall.new(200 * YUAN, anonymous=True))


def test_gifts_in_kind_are_bounded_and_valued(stall: Stall) -> None:
    kind = PledgeKind.GOODS
    assert fields(stall, kind=kind) == {"what", "valuation"}
    with pytest.raises(Invalid) as refused:
        stall.offer(stall.in_kind(500_000 * YUAN + 1))
    assert set(refused.value.fields) == {"amount"}
    pledge = stall.pledge(stall.offer(stall.in_kind(50_000 * YUAN)))
    assert (pledge.instalments, pledge.match) == ([], 0)


def test_without_a_target_nothing_depends_on_it(stall: Stall) -> None:
    change(Opening, stall.opening, target=None)
    assert fields(stall, only_if_met=True) == {"only_if_met"}


def test_the_pool_takes_money_only(stall: Stall) -> None:
    pool = stall.add_opening(kind=OpeningKind.POOL, project_id=None, target=None)
    change(Opening, pool, project_id=None)
    with pytest.raises(Invalid) as refused:
        stall.offer(stall.in_kind(opening_id=pool))
    assert set(refused.value.fields) == {"kind"}
    stall.offer(stall.new(opening_id=pool))


def test_enough_of_a_project_stays_public(make: Factory, session: Session) -> None:
    stall = Stall.begin(make, public_least=70)  # of ¥100,000, ¥30,000 may come from sponsors
    with pytest.raises(Invalid) as refused:
        stall.offer(stall.new(30_000 * YUAN + 1))
    assert "¥30,000" in str(refused.value.message)
    first = stall.offer(stall.new(20_000 * YUAN))
    second = stall.offer(stall.new(20_000 * YUAN))  # not decided yet: both may be offered
    stall.accept(first)
    with pytest.raises(Conflict, match="¥10,000"):
        stall.accept(second)
    with pytest.raises(Invalid):
        stall.offer(stall.in_kind(10_001 * YUAN))


@pytest.mark.parametrize(
    "state", [one for one in BusinessState if one != BusinessState.VERIFIED], ids=str
)
def test_only_verified_businesses_give(stall: Stall, state: BusinessState) -> None:
    change(Business, stall.business, state=state)
    with pytest.raises(Refused):
        stall.offer()


def test_excluded_sectors_do_not_give(stall: Stall) -> None:
    change(Business, stall.business, sector="tobacco")
    with pytest.raises(Refused, match="sector"):
        stall.offer()


@pytest.mark.parametrize("who", ["payer", "resident", "officer"])
def test_only_those_who_sign_offer(stall: Stall, who: str) -> None:
    with pytest.raises(Refused):
        stall.offer(by=getattr(stall, who))
    with pytest.raises(Refused), transaction() as session:
        offering.save_draft(session, stall.new(), getattr(stall, who), stall.at)


def test_nothing_is_offered_after_the_end(stall: Stall) -> None:
    at = stall.at
    for moment in (at - 11 * DAY, at + 61 * DAY, at + 30 * DAY):
        stall.at = moment
        with pytest.raises(Conflict):
            stall.offer(stall.new(due_on=at.date() + 90 * DAY))
    stall.at = at + 30 * DAY - timedelta(seconds=1)
    stall.offer(stall.new(due_on=at.date() + 90 * DAY))
    change(Opening, stall.opening, state=OpeningState.CLOSED)
    with pytest.raises(Conflict):
        stall.offer()
    change(Opening, stall.opening, state=OpeningState.OPEN)
    change(GuidanceCall, stall.call, state=CallState.CLOSED)
    with pytest.raises(Conflict, match="closed"):
        stall.offer()


def test_nothing_goes_on_while_the_vote_runs(stall: Stall) -> None:
    ident = stall.offer()
    change(Project, stall.project, state=State.ON_BALLOT)
    acts = (
        stall.offer,
        stall.give,
        lambda: stall.accept(ident),
        lambda: withdrawn(stall, ident),
    )
    for act in acts:
        with pytest.raises(Conflict, match="vote"):
            act()


def withdrawn(stall: Stall, ident: int, by: int = 0) -> None:
    """Withdrawn by the signatory."""
    with transaction() as session:
        offering.withdraw(session, ident, by or stall.signatory, stall.at)


def test_an_offer_is_withdrawn_until_it_is_decided(stall: Stall, session: Session) -> None:
    ident = stall.offer()
    with pytest.raises(Refused):
        withdrawn(stall, ident, by=stall.payer)
    withdrawn(stall, ident)
    assert stall.pledge(ident).state == PledgeState.WITHDRAWN
    assert timeline(session, ("pledge", ident))[0].type == "pledge.withdrawn"
    other = stall.accepted()
    with pytest.raises(Conflict):
        withdrawn(stall, other)


def test_a_draft_is_thrown_away_without_a_trace(stall: Stall, session: Session) -> None:
    with transaction() as writing:
        draft = offering.save_draft(writing, stall.new(), stall.signatory, stall.at).id
    withdrawn(stall, draft)
    assert timeline(session, ("pledge", draft)) == []


def test_a_small_gift_is_owed_and_matched_at_once(stall: Stall, session: Session) -> None:
    ident = stall.give(500 * YUAN)
    pledge = stall.pledge(ident)
    assert (pledge.state, pledge.match) == (PledgeState.SIGNED, 250 * YUAN)
    assert stall.net(Kind.PLEDGE_RECEIVABLE) == 500 * YUAN
    assert stall.net(Kind.MATCHING) == 250 * YUAN
    body = timeline(session, ("pledge", ident), types=("pledge.given",))[0].body
    assert body["version"] == 1
    assert "organisation" not in body


def test_small_gifts_have_their_own_bounds(stall: Stall) -> None:
    for about in ({"amount": 1_000 * YUAN + 1}, {"amount": 99 * YUAN}):
        with pytest.raises(Invalid) as refused:
            stall.give(**about)
        assert set(refused.value.fields) == {"amount"}
    with pytest.raises(Invalid):
        stall.give(201 * YUAN, anonymous=True)
    stall.give(200 * YUAN, anonymous=True)
    with pytest.raises(Invalid) as refused:
        stall.give(kind=PledgeKind.GOODS, what="A", valuation="B", due_on=stall.today())
    assert set(refused.value.fields) == {"kind"}
    with pytest.raises(Refused), transaction() as session:
        offering.give_small(session, stall.new(500 * YUAN), stall.signatory, stall.at)
    with pytest.raises(Refused), transaction() as session:
        offering.offer(session, stall.new(500 * YUAN, business_id=None), stall.resident, stall.at)


def test_what_cannot_be_offered_is_no_server_error(stall: Stall) -> None:
    with pytest.raises(DomainError):
        stall.offer(stall.new(opening_id=10**6))
