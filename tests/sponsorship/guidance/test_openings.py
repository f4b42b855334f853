"""What partners are looked for: only what fits, once, and not while a vote runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.db import transaction
from core.errors import Conflict, Invalid
from projects.models import Project
from projects.states import State
from sponsorship import bookings
from sponsorship.guidance.money import needs
from sponsorship.guidance.services.openings import STATES
from sponsorship.models import Pledge
from sponsorship.states import OPENING_MOVES, OpeningState, PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.guidance.office import Office
from transparency.log import timeline

DAY = timedelta(days=1)


def test_every_state_of_an_opening_is_in_the_table() -> None:
    assert {state for state, _ in OPENING_MOVES} == {OpeningState.OPEN}
    assert set(OPENING_MOVES.values()) == set(OpeningState) - {OpeningState.OPEN}


@pytest.mark.parametrize(
    ("kind", "state"), [(k, s) for k, ss in STATES.items() for s in sorted(ss)]
)
def test_a_project_is_opened_as_what_it_is(
    office: Office, session: Session, kind: str, state: State
) -> None:
    proposer = office.make.person(office.community)
    project = office.runner_up(state, proposer_id=proposer)
    ident = office.look(project)
    row = office.opening_row(ident)
    assert (row.kind, row.state, row.target) == (kind, "open", 40_000 * YUAN)
    entry = timeline(session, ("project", project), types=("opening.opened",))[0]
    assert entry.body["target"] == 40_000 * YUAN
    assert entry.body["call"] == office.call
    assert session.scalars(select(Notice.person_id)).all() == [proposer]


@pytest.mark.parametrize(
    "state",
    sorted(set(State) - {State.ON_BALLOT} - {one for many in STATES.values() for one in many}),
)
def test_other_projects_are_not_opened(office: Office, state: State) -> None:
    with pytest.raises(Invalid) as refused:
        office.look(office.runner_up(state))
    assert list(refused.value.fields) == ["project"]


def test_nothing_is_opened_or_closed_while_the_vote_runs(office: Office) -> None:
    project = office.runner_up(State.ON_BALLOT)
    with pytest.raises(Conflict):
        office.look(project)
    office.move(project, State.ELIGIBLE)
    opening = office.look(project)
    office.move(project, State.ON_BALLOT)
    with pytest.raises(Conflict):
        office.end(opening)
    office.close(office.call)
    assert office.opening_row(opening).state == "open"
    office.move(project, State.NOT_SELECTED)
    office.end(opening)
    assert office.opening_row(opening).state == "closed"


def test_what_is_committed_is_not_missing(office: Office, session: Session) -> None:
    winner = session.get_one(Project, office.project)
    need = needs(session, [winner])[office.project]
    assert (need.cost, need.covered, need.missing) == (100_000 * YUAN, 100_000 * YUAN, 0)
    other = office.published()
    with pytest.raises(Invalid) as refused:
        office.look(office.project, other)
    assert list(refused.value.fields) == ["project"]


def test_what_sponsors_have_promised_is_not_missing_either(
    office: Office, session: Session
) -> None:
    project = office.runner_up()
    opening = office.look(project)
    for state in (PledgeState.SIGNED, PledgeState.OFFERED, PledgeState.LAPSED):
        office.add_pledge(10_000 * YUAN, state, opening_id=opening, match=2_000 * YUAN)
    need = needs(session, [session.get_one(Project, project)])[project]
    assert need.missing == 28_000 * YUAN
    assert need.sponsored == 10_000 * YUAN


def test_the_least_public_share_bounds_what_sponsors_are_asked_for(office: Office) -> None:
    call = office.published(public_least=40)
    project = office.runner_up()
    with pytest.raises(Invalid) as refused:
        office.look(project, call, target=24_000 * YUAN + 1)
    assert list(refused.value.fields) == ["target"]
    assert "24,000" in str(refused.value.message)
    assert office.opening_row(office.look(project, call)).target == 24_000 * YUAN


def test_no_more_is_asked_for_than_is_missing(office: Office) -> None:
    project = office.runner_up()
    for target in (40_000 * YUAN + 1, 0, -1):
        with pytest.raises(Invalid) as refused:
            office.look(project, target=target)
        assert list(refused.value.fields) == ["target"]


def test_a_project_of_another_area_or_currency_does_not_fit(office: Office) -> None:
    other = office.make.area("Beyond")
    side = office.make.area("Side", office.area)
    call = office.published(area_ids=(office.community,))
    far = office.make.project(office.round, other, State.NOT_SELECTED, cost=40_000 * YUAN)
    near = office.make.project(office.round, side, State.NOT_SELECTED, cost=40_000 * YUAN)
    money = office.runner_up(currency="EUR")
    for project, where in ((far, office.call), (near, call), (money, office.call)):
        with pytest.raises(Invalid) as refused:
            office.look(project, where)
        assert list(refused.value.fields) == ["project"]
    assert office.look(near)
    assert office.look(office.runner_up(), call)


def test_the_deadline_lies_ahead_and_within_the_call(office: Office) -> None:
    project = office.runner_up()
    for deadline in (office.at, office.at + 61 * DAY):
        with pytest.raises(Invalid) as refused:
            office.look(project, deadline=deadline)
        assert list(refused.value.fields) == ["deadline"]
    assert office.look(project, deadline=office.at + 60 * DAY)


def test_nothing_is_opened_twice(office: Office) -> None:
    project, other = office.runner_up(), office.published()
    opening = office.look(project)
    for call in (office.call, other):
        with pytest.raises(Invalid):
            office.look(project, call)
    office.end(opening)
    with pytest.raises(Invalid):
        office.look(project)
    assert office.look(project, other)


def test_a_category_and_the_pool_are_opened_once_each(office: Office) -> None:
    trees = {"en": "Trees", "zh_Hans": "树木"}
    kind = office.opening_row(office.look(category=trees)).kind
    assert (kind, office.opening_row(office.look()).kind) == ("category", "pool")
    for category in (trees, {"en": "TREES"}, None):
        with pytest.raises(Invalid):
            office.look(category=category)
    assert office.look(category={"en": "Lamps"}, target=5_000 * YUAN)
    with pytest.raises(Invalid):
        office.look(category={"en": "Bins"}, target=0)


def test_a_call_that_doubles_nothing_has_no_pool_to_add_to(office: Office) -> None:
    call = office.published(
        match_percent=0,
        match_pool=0,
        match_until=None,
        match_project_most=None,
        match_sponsor_most=None,
    )
    with pytest.raises(Conflict):
        office.look(call=call)


def test_only_an_open_call_looks_for_partners(office: Office) -> None:
    with pytest.raises(Conflict):
        office.look(office.runner_up(), office.draft())


def test_ending_says_why_to_everybody_who_gave(office: Office, session: Session) -> None:
    opening = office.look(office.runner_up())
    office.add_pledge(opening_id=opening)
    office.add_pledge(state=PledgeState.WITHDRAWN, opening_id=opening, person_id=office.resident)
    office.end(opening, "Trees are protected here.")
    row = office.opening_row(opening)
    assert (row.state, row.reason, row.decided_at) == (
        "closed",
        "Trees are protected here.",
        office.at,
    )
    entry = timeline(session, ("opening", opening), types=("opening.closed",))[0]
    assert entry.body["reason"] == "Trees are protected here."
    told = set(session.scalars(select(Notice.person_id)))
    assert told == {office.manager, office.signatory, office.payer}
    with pytest.raises(Conflict):
        office.end(opening)


def test_what_depended_on_a_target_goes_back_when_the_search_ends(
    office: Office, session: Session
) -> None:
    opening = office.look(office.runner_up())
    depends = office.add_signed(6_000 * YUAN, opening_id=opening, only_if_met=True)
    with transaction() as writing:
        pledge = writing.get_one(Pledge, depends)
        bookings.book(writing, pledge, [("settle", 6_000 * YUAN)], office.at, key="1")
        pledge.state, pledge.paid = PledgeState.PAID, 6_000 * YUAN
    stays = office.add_signed(5_000 * YUAN, opening_id=opening)
    office.end(opening)
    session.rollback()
    states = [session.get_one(Pledge, one).state for one in (depends, stays)]
    assert states == [PledgeState.LAPSED, PledgeState.SIGNED]
    assert timeline(session, ("pledge", depends), types=("pledge.lapsed",))
