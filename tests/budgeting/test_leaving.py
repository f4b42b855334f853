"""Leaving while a vote runs, and counting a vote whose key is lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.services.erasure import erase
from budgeting import ballots
from budgeting.booth import Booth, find_booth
from budgeting.closing import close
from budgeting.electors import count
from budgeting.keys import destroy_round_key, round_key
from budgeting.marking import Mark
from budgeting.models import FinalBallot, Tally
from core.db import db, transaction
from core.errors import Conflict
from core.jobs import run_due
from core.web import settings
from tests.budgeting.polls import AFTER, Poll, open_poll
from tests.conftest import START
from tests.factories import Factory
from transparency.log import timeline


@pytest.fixture
def poll(make: Factory) -> Poll:
    """A vote with twelve electors, three of whom have voted."""
    made = open_poll(make, {"bench": 10_000_00, "lamp": 20_000_00}, {make.area(): 12})
    made.vote_all({person: {made.codes["bench"]} for person in voters(made)})
    return made


def voters(poll: Poll) -> list[int]:
    return next(iter(poll.people.values()))[:3]


def leave(person: int) -> None:
    with transaction() as session:
        erase(session, person, START)


def counted(session: Session, poll: Poll) -> int:
    run_due(AFTER)
    return len(
        session.scalars(select(FinalBallot).where(FinalBallot.round_id == poll.round_id)).all()
    )


def test_erasing_an_account_withdraws_its_ballot_and_its_place(
    poll: Poll, session: Session
) -> None:
    leave(voters(poll)[0])
    assert count(session, poll.round_id) == 11
    assert counted(session, poll) == 2


def test_a_register_entry_used_again_gives_no_second_ballot(
    poll: Poll, make: Factory, session: Session
) -> None:
    area, people = next(iter(poll.people.items()))
    leave(people[0])
    again = make.person(area)
    run_due(START)
    poll.vote(again, {poll.codes["lamp"]})
    assert counted(session, poll) == 3
    assert session.get_one(Tally, poll.round_id).statistics["electors"] == 12  # type: ignore[index]  # a closed round has some


def test_a_vote_that_was_under_way_while_its_voter_left_is_not_taken(poll: Poll) -> None:
    class Leaving:
        id = voters(poll)[0]

    booth: Booth = find_booth(db.session, Leaving(), poll.round_id)  # type: ignore[arg-type]  # only its identity is read
    leave(Leaving.id)
    key = round_key(settings().keys, poll.round_id)
    with pytest.raises(Conflict), transaction() as session:
        ballots.cast(session, booth, key, Mark("add", poll.codes["lamp"]), START)


def test_erasing_works_although_the_key_of_a_vote_is_lost(poll: Poll, session: Session) -> None:
    destroy_round_key(settings().keys, poll.round_id)
    leave(voters(poll)[0])
    assert count(session, poll.round_id) == 12


def test_a_vote_whose_key_is_lost_waits_until_somebody_says_so(
    app: Flask, poll: Poll, session: Session
) -> None:
    destroy_round_key(settings().keys, poll.round_id)
    assert counted(session, poll) == 0
    app.extensions["clock"] = lambda: AFTER + timedelta(minutes=1)
    answer = app.test_cli_runner().invoke(
        args=["rounds", "close-without-key", str(poll.round_id), "--yes"]
    )
    assert answer.exit_code == 0, answer.output
    session.rollback()
    assert counted(session, poll) == 3
    closed = timeline(session, ("round", poll.round_id), types=["round.closed"])[0]
    assert closed.body["matched_to_electors"] is False
    assert (
        json.loads(json.dumps(session.get_one(Tally, poll.round_id).statistics))["electors"] == 12
    )


def test_a_vote_whose_key_is_there_is_not_closed_without_it(app: Flask, poll: Poll) -> None:
    app.extensions["clock"] = lambda: AFTER
    answer = app.test_cli_runner().invoke(
        args=["rounds", "close-without-key", str(poll.round_id), "--yes"]
    )
    assert answer.exit_code != 0


def test_more_ballots_than_electors_are_never_counted(poll: Poll, session: Session) -> None:
    destroy_round_key(settings().keys, poll.round_id)
    with transaction() as writing:
        ballots.store(
            writing,
            [ballots.new_version(poll.round_id, f"{i:064x}", 1, '["1"]') for i in range(10)],
        )
    with pytest.raises(Conflict), transaction() as writing:
        close(writing, poll.round_id, AFTER, key_lost=True)
