"""Marking a ballot: every kind, every limit, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from budgeting import ballots
from budgeting.ballots import Version
from budgeting.booth import find_booth
from budgeting.marking import Mark
from budgeting.models import Ballot, BallotCommitment, BallotType, Round
from core.clock import now
from core.db import Base, is_sqlite, transaction
from core.errors import Conflict
from projects.models import Project
from tests.budgeting.conftest import OpenVote
from tests.budgeting.voting import Vote, Voter, ballots_in
from tests.factories import Factory

A, K, P, R = BallotType.APPROVAL, BallotType.KNAPSACK, BallotType.POINTS, BallotType.RANKED


@pytest.mark.parametrize(
    ("kind", "steps", "stored"),
    [
        (A, ["add:2", "add:1"], '["1","2"]'),
        (A, ["add:2", "add:5", "remove:2"], '["5"]'),
        (K, ["add:4", "add:1", "add:5"], '["1","4","5"]'),
        (P, ["points 3:2", "points 1:1", "points 4:2"], '{"1":1,"2":4}'),
        (P, ["points 3:2", "points 0:2"], "[]"),
        (R, ["add:3", "add:1", "add:2"], '["3","1","2"]'),
        (R, ["add:3", "add:1", "add:2", "place 1:2"], '["2","3","1"]'),
        (R, ["add:3", "add:1", "add:2", "place 2:3"], '["1","3","2"]'),
        (R, ["add:5", "add:3", "add:1", "place 99:3"], '["1","3","5"]'),
        (A, ["add:2", "withdraw:"], "[]"),
    ],
)
def test_choices_add_up_to_one_ballot(
    open_vote: OpenVote, kind: BallotType, steps: list[str], stored: str
) -> None:
    voter = open_vote(kind)
    for step in steps:
        choice, item = step.split(":")
        assert voter.mark(choice, item).status_code == 303
    assert voter.stored() == stored


@pytest.mark.parametrize(
    ("kind", "steps", "last", "says"),
    [
        (A, ["add:1", "add:2"], "add:3", "You can choose 2 projects here, and you have."),
        (K, ["add:4"], "add:2", "Not enough money left: ¥10,000 short."),
        (P, ["points 6:1"], "points 5:2", "Not enough points left: 1 short."),
        (P, [], "points 11:2", "Not enough points left: 1 short."),
        (R, ["add:1", "add:2"], "add:3", "You can choose 2 projects here, and you have."),
        (A, [], "add:6", "That project is not on your ballot."),
        (A, [], "add:nowhere", "That project is not on your ballot."),
        (A, [], "points 3:1", "This ballot does not work that way."),
        (P, [], "add:1", "This ballot does not work that way."),
        (A, [], "grab:1", "This choice could not be read."),
        (P, [], "points:1", None),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    open_vote: OpenVote, kind: BallotType, steps: list[str], last: str, says: str | None
) -> None:
    voter = open_vote(kind, max_choices=2, max_points=10)
    for step in steps:
        voter.mark(*step.split(":"))
    before = voter.versions()
    answer = voter.mark(*last.split(":"))
    assert answer.status_code == (422 if says else 303)
    assert says is None or says in answer.text
    assert voter.versions() == before


def test_negative_points_are_refused(open_vote: OpenVote) -> None:
    answer = open_vote(P).mark("points", "1", points="-3")
    assert answer.status_code == 422
    assert "Please give 0 points or more." in answer.text


def test_limits_hold_for_each_budget_by_itself(open_vote: OpenVote) -> None:
    voter = open_vote(A, max_choices=1)
    voter.mark("add", "1")
    assert voter.mark("add", "5").status_code == 303
    assert voter.stored() == '["1","5"]'


def test_a_forged_price_is_ignored(open_vote: OpenVote) -> None:
    voter = open_vote(K)
    voter.mark("add", "4")
    answer = voter.mark("add", "2", price="1", cost="1", amount="99999999")
    assert answer.status_code == 422
    assert voter.stored() == '["4"]'


def test_prices_are_those_that_were_sealed(open_vote: OpenVote) -> None:
    voter = open_vote(K)
    with transaction() as session:
        for project in session.scalars(select(Project)):
            project.cost = 1
    voter.mark("add", "4")
    assert voter.mark("add", "2").status_code == 422


def test_rules_that_were_changed_after_sealing_take_no_votes(open_vote: OpenVote) -> None:
    voter = open_vote(K)
    with transaction() as session:
        made = session.get_one(Round, voter.vote.round_id)
        rules = json.loads(made.manifest or "") | {"title": {"en": "Rewritten"}}
        made.manifest, made.manifest_hash = json.dumps(rules), "0" * 64
    answer = voter.mark("add", "1")
    assert answer.status_code == 409
    assert ballots_in(voter.vote.round_id) == 0


def test_a_double_click_is_one_version_with_one_receipt(
    open_vote: OpenVote, session: Session
) -> None:
    voter = open_vote()
    pages = [voter.mark("add", "1").headers["Location"] for _ in range(2)]
    assert pages[0] == pages[1]
    assert voter.versions() == ['["1"]']
    assert len(session.scalars(select(BallotCommitment.commitment)).all()) == 1


def test_a_project_named_twice_counts_once(open_vote: OpenVote) -> None:
    voter = open_vote()
    data = {"csrf_token": voter.token, "choice": ["add", "add"], "item": ["1", "1"]}
    voter.client.post(voter.vote.path, data=data)
    voter.mark("add", "1")
    assert voter.stored() == '["1"]'


def test_two_tabs_merge(open_vote: OpenVote, come: Callable[[Vote, int], Voter]) -> None:
    phone = open_vote()
    desk = come(phone.vote, phone.person)
    phone.page()
    desk.page()
    phone.mark("add", "1")
    desk.mark("add", "2")
    phone.mark("add", "5")
    assert phone.stored() == desk.stored() == '["1","2","5"]'


def test_withdrawing_and_voting_again_leaves_the_newest(open_vote: OpenVote) -> None:
    voter = open_vote()
    for choice, item in [("add", "1"), ("withdraw", ""), ("withdraw", ""), ("add", "3")]:
        assert voter.mark(choice, item).status_code == 303
    assert voter.versions() == ['["1"]', "[]", '["3"]']


def test_every_version_has_its_commitment(open_vote: OpenVote, session: Session) -> None:
    voter = open_vote()
    for code in ("1", "2", "5"):
        voter.mark("add", code)
    stored = [
        Version(b.round_id, b.voter_tag, b.version, b.choices, b.nonce).commitment
        for b in session.scalars(select(Ballot))
    ]
    assert sorted(stored) == sorted(session.scalars(select(BallotCommitment.commitment)))
    assert len({b.nonce for b in session.scalars(select(Ballot))}) == 3


@pytest.mark.parametrize("late", [timedelta(days=5), timedelta(days=9)])
def test_after_the_close_nothing_is_taken(
    open_vote: OpenVote, clock: Callable[[datetime], None], make: Factory, late: timedelta
) -> None:
    voter = open_vote()
    voter.mark("add", "1")
    clock(make.at + late)
    assert voter.mark("add", "2").status_code == 403
    page = voter.page()
    assert page.status_code == 403
    assert "Voting has closed." in page.text
    assert voter.versions() == ['["1"]']


def test_a_round_that_closes_between_the_check_and_the_vote_takes_nothing(
    open_vote: OpenVote, session: Session
) -> None:
    voter = open_vote()
    actor = SimpleNamespace(id=voter.person, has_role=lambda roles, area_path: False)
    booth = find_booth(session, actor, voter.vote.round_id)
    with transaction() as writing:
        writing.get_one(Round, voter.vote.round_id).state = "closed"
    with pytest.raises(Conflict), transaction() as writing:
        ballots.cast(writing, booth, b"k" * 32, Mark("add", "1"), now())
    assert ballots_in(voter.vote.round_id) == 0


def test_without_a_csrf_token_nothing_is_taken(open_vote: OpenVote) -> None:
    voter = open_vote()
    voter.token = "forged"
    assert voter.mark("add", "1").status_code == 400
    assert voter.versions() == []


def test_nobody_votes_for_somebody_else(open_vote: OpenVote, make: Factory) -> None:
    voter = open_vote()
    voter.mark("add", "1", voter_tag="f" * 64, person=str(make.person()), elector="x")
    assert ballots_in(voter.vote.round_id) == 1
    assert voter.versions() == ['["1"]']


def test_the_vote_changes_no_row_but_ballots(open_vote: OpenVote, session: Session) -> None:
    voter = open_vote()
    voter.page()
    before = rows_beside_ballots(session)
    voter.mark("add", "1")
    assert rows_beside_ballots(session) == before


def rows_beside_ballots(session: Session) -> dict[str, list[str]]:
    """Everything in the database but ballots; on PostgreSQL with what its rows tell of the
    transactions that touched them. The round's own row may be held for a moment."""
    session.rollback()
    marks = "" if is_sqlite(session) else "xmin::text, xmax::text,"
    beside = set(Base.metadata.tables) - {"ballot", "ballot_commitment", "round"}
    return {
        name: sorted(
            str(row) for row in session.execute(text(f'SELECT {marks} t.* FROM "{name}" t'))
        )
        for name in beside
    }
