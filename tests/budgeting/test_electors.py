"""Who may vote, what the others are told, and the key that ties ballots to people."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.own_data import parts
from budgeting.electors import count, enrol, person_hmac
from budgeting.keys import create_round_key, destroy_round_key, round_key, voter_tag
from budgeting.models import BallotType, Elector, Round
from core.db import transaction
from core.errors import Conflict
from tests.budgeting.conftest import OpenVote
from tests.budgeting.voting import Vote, Voter, make_vote
from tests.factories import Factory
from transparency.log import timeline

PEOPLE: dict[str, dict[str, Any]] = {
    "resident": {},
    "just old enough": {"birth_year": 2008},
    "a year too young": {"birth_year": 2009},
    "of unknown age": {"birth_year": None},
    "not verified": {"verified": False},
    "erased": {"erased_at": datetime(2026, 2, 1).astimezone()},
}


@pytest.mark.parametrize(
    ("rules", "entitled"),
    [
        ({}, {"resident", "just old enough"}),
        ({"verified_only": False}, {"resident", "just old enough", "not verified"}),
        ({"min_age": 0}, set(PEOPLE) - {"not verified", "erased"}),
    ],
)
def test_electors_are_those_whom_the_rules_let_vote(
    make: Factory, session: Session, rules: dict[str, Any], entitled: set[str]
) -> None:
    people: dict[str, int] = {}

    def settle(vote: Vote) -> None:
        for name, values in PEOPLE.items():
            people[name] = make.person(vote.east, **values)
        people["from elsewhere"] = make.person(make.area("Elsewhere"))
        people["of no address"] = make.person(None)

    vote = make_vote(make, BallotType.APPROVAL, settle, **rules)
    entered = set(session.scalars(select(Elector.person_hmac)))
    assert entered == {person_hmac(vote.round_id, people[name]) for name in entitled}


def test_entering_again_adds_only_the_newly_verified(
    open_vote: OpenVote, make: Factory, session: Session
) -> None:
    vote = open_vote().vote
    make.person(vote.west)
    for expected in (1, 0):
        with transaction() as writing:
            assert enrol(writing, vote.round_id, make.at) == expected
    assert count(session, vote.round_id) == 2
    recorded = timeline(session, ("round", vote.round_id), types=["round.electors_entered"])
    assert [entry.body["added"] for entry in recorded] == [1, 1]


def test_moving_away_during_the_vote_changes_nothing(
    open_vote: OpenVote, make: Factory, session: Session
) -> None:
    voter = open_vote()
    with transaction() as writing:
        writing.execute(update(Person).values(area_id=voter.vote.west))
        enrol(writing, voter.vote.round_id, make.at)
    assert session.scalars(select(Elector.area_id)).all() == [voter.vote.east]


def test_an_elector_is_another_hash_in_each_round(app: object) -> None:
    assert person_hmac(1, 7) != person_hmac(2, 7) != person_hmac(1, 8)


@pytest.mark.parametrize(
    "told",
    [
        ({"verified": False}, "Your real name has not been checked yet.", "/me/verification"),
        ({"birth_year": 2010}, "Voters here turn 18 in 2026 or earlier.", None),
        ({"elsewhere": True}, "This vote is for people who live in Xinghe.", None),
    ],
)
def test_whoever_may_not_vote_reads_what_is_missing(
    open_vote: OpenVote,
    make: Factory,
    come: Callable[[Vote, int], Voter],
    told: tuple[dict[str, Any], str, str | None],
) -> None:
    values, says, link = told
    vote = open_vote().vote
    area = make.area("Elsewhere") if "elsewhere" in values else vote.east
    told_of = {name: value for name, value in values.items() if name != "elsewhere"}
    other = come(vote, make.person(area, **told_of))
    page = other.page()
    assert page.status_code == 403
    assert says in page.text
    assert link is None or f'href="{link}"' in page.text
    refused = other.mark("add", "1")
    assert refused.status_code == 403
    assert says in refused.text


def test_everything_that_is_missing_is_said_at_once(
    open_vote: OpenVote, make: Factory, come: Callable[[Vote, int], Voter]
) -> None:
    vote = open_vote().vote
    away = make.person(make.area("Elsewhere"), verified=False, birth_year=2012)
    page = come(vote, away).page().text
    for part in ("has not been checked", "people who live in Xinghe", "turn 18 in 2026"):
        assert part in page


def test_the_newly_verified_are_asked_to_wait_a_minute(
    open_vote: OpenVote, make: Factory, come: Callable[[Vote, int], Voter]
) -> None:
    vote = open_vote().vote
    newcomer = come(vote, make.person(vote.east))
    assert "being entered on the list of voters" in newcomer.page().text
    with transaction() as writing:
        enrol(writing, vote.round_id, make.at)
    assert newcomer.mark("add", "1").status_code == 303


def test_visitors_are_sent_to_sign_in_and_back(open_vote: OpenVote, client: FlaskClient) -> None:
    vote = open_vote().vote
    answer = client.get(vote.path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert client.post(vote.path).status_code == 400


def test_before_voting_opens_the_page_says_when(
    open_vote: OpenVote, clock: Callable[[datetime], None], make: Factory
) -> None:
    voter = open_vote()
    clock(make.at - timedelta(days=6))
    assert "Voting opens on" in voter.page().text
    assert voter.mark("add", "1").status_code == 403


def test_a_draft_round_has_no_ballot(
    open_vote: OpenVote, make: Factory, come: Callable[[Vote, int], Voter]
) -> None:
    voter = open_vote()
    with transaction() as session:
        session.get_one(Round, voter.vote.round_id).state = "draft"
    assert voter.page().status_code == 404


def test_own_data_names_the_list_and_says_why_there_is_no_ballot(
    open_vote: OpenVote, session: Session
) -> None:
    voter = open_vote()
    voter.mark("add", "1")
    part = parts()["voting"](session, voter.person)
    assert [row["round"] for row in part["on_the_list_of_voters_of"]] == [voter.vote.round_id]
    assert "kept apart from people" in part["ballots"]


def test_a_round_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    create_round_key(tmp_path, 7)
    key = round_key(tmp_path, 7)
    create_round_key(tmp_path, 7)
    assert round_key(tmp_path, 7) == key
    assert len(key) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["round-7.key"]
    assert stat.S_IMODE((tmp_path / "round-7.key").stat().st_mode) == 0o600


def test_a_destroyed_key_is_gone_for_good(tmp_path: Path) -> None:
    create_round_key(tmp_path, 7)
    assert destroy_round_key(tmp_path, 7)
    assert not destroy_round_key(tmp_path, 7)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Conflict):
        round_key(tmp_path, 7)


def test_the_same_elector_has_another_tag_under_another_key() -> None:
    assert voter_tag(b"a" * 32, "elector") != voter_tag(b"b" * 32, "elector")
