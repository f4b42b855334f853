"""Closing a vote: sealed once, complete, and with nothing left that leads to a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from budgeting import closing
from budgeting.closing import close, close_due
from budgeting.keys import destroy_round_key
from budgeting.models import (
    Ballot,
    BallotCommitment,
    Elector,
    FinalBallot,
    Round,
    RoundState,
    Tally,
)
from budgeting.turnout import Group, merge_small
from core.db import Base, db, transaction
from core.errors import Conflict
from core.outbox import OutboxMessage
from core.web import settings
from tests.budgeting.polls import AFTER, Poll, in_english, open_poll
from tests.conftest import START
from tests.factories import Factory
from tests.together import together
from transparency.log import timeline
from transparency.models import Leaf, LeafSubject


@pytest.fixture
def poll(make: Factory) -> Poll:
    """Twelve of forty electors have voted, one of them twice; another one withdrew."""
    area = make.area()
    made = open_poll(make, {"Bench": 10_000_00, "Lamp": 20_000_00}, {area: 40})
    people = made.people[area]
    bench, lamp = made.codes["Bench"], made.codes["Lamp"]
    made.vote_all({person: {bench} for person in people[:13]})
    made.vote(people[0], {bench, lamp}, version=2)
    made.vote(people[12], [], version=2)
    return made


def count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def state_of(session: Session, poll: Poll) -> str:
    session.rollback()
    return session.get_one(Round, poll.round_id).state


def leaves(session: Session, poll: Poll) -> list[str]:
    return [entry.type for entry in timeline(session, ("round", poll.round_id))]


def test_a_vote_that_still_runs_is_not_closed(poll: Poll, session: Session) -> None:
    with transaction() as edge:
        assert not close(edge, poll.round_id, START)
    assert state_of(session, poll) == RoundState.FROZEN
    assert count(session, Ballot) == 15


def test_the_newest_ballot_of_everybody_is_sealed_in_the_order_of_commitments(
    poll: Poll, session: Session
) -> None:
    close_due(AFTER)
    assert state_of(session, poll) == RoundState.CLOSED
    rows = session.scalars(select(FinalBallot)).all()
    assert len(rows) == 12
    assert [row.commitment for row in rows] == sorted(row.commitment for row in rows)
    assert sorted(row.version for row in rows) == [1] * 11 + [2]
    for row in rows:
        said = f"{row.round_id}|{row.voter_tag}|{row.version}|{row.choices}|{row.nonce}"
        assert hashlib.sha256(said.encode()).hexdigest() == row.commitment


def test_every_sealed_ballot_has_its_commitment_in_the_record(poll: Poll, session: Session) -> None:
    close_due(AFTER)
    recorded = set(session.scalars(select(LeafSubject.ref).where(LeafSubject.kind == "ballot")))
    assert len(recorded) == 15
    assert set(session.scalars(select(FinalBallot.commitment))) <= recorded
    assert count(session, BallotCommitment) == 0


def test_no_working_ballot_and_no_key_is_left(poll: Poll, session: Session) -> None:
    close_due(AFTER)
    assert count(session, Ballot) == 0
    assert list(settings().keys.iterdir()) == []
    assert leaves(session, poll)[:2] == ["round.key_destroyed", "round.closed"]


def test_deleted_ballots_are_gone_from_the_database_files(poll: Poll, session: Session) -> None:
    """The superseded ballot of one voter is nowhere any more, in no page and no dead row."""
    rows = select(Ballot.voter_tag).where(Ballot.version == 2, Ballot.choices != "[]")
    superseded = select(Ballot.nonce).where(Ballot.version == 1)
    nonce = session.scalar(superseded.where(Ballot.voter_tag == session.scalar(rows)))
    assert nonce
    close_due(AFTER)
    if db.engine.dialect.name == "sqlite":
        files = [p for p in settings().instance.iterdir() if p.name.startswith("test.db")]
        assert files
        assert not any(nonce.encode() in path.read_bytes() for path in files)
    else:
        pages = "SELECT pg_relation_size('ballot')"
        assert session.scalar(text(pages)) == 0


def test_the_record_says_how_many_voted_and_hashes_the_ballots(
    poll: Poll, session: Session
) -> None:
    close_due(AFTER)
    closed = timeline(session, ("round", poll.round_id), types=["round.closed"])[0]
    lines = session.execute(
        select(FinalBallot.commitment, FinalBallot.choices).order_by(FinalBallot.commitment)
    )
    told = "".join(f"{commitment} {choices}\n" for commitment, choices in lines)
    assert closed.body == {
        "electors": 40,
        "ballots": 12,
        "ballots_sha256": hashlib.sha256(told.encode()).hexdigest(),
    }


def test_closing_again_changes_nothing(poll: Poll, session: Session) -> None:
    close_due(AFTER)
    before = leaves(session, poll)
    close_due(AFTER + timedelta(days=1))
    with transaction() as edge:
        assert not close(edge, poll.round_id, AFTER)
    assert leaves(session, poll) == before
    assert count(session, FinalBallot) == 12
    owed = select(func.count()).where(OutboxMessage.topic == "budgeting.tally")
    assert session.scalar(owed) == 1


def test_two_workers_at_once_close_once(app: Flask, poll: Poll, session: Session) -> None:
    together(app, lambda: close_due(AFTER))
    assert count(session, FinalBallot) == 12
    assert leaves(session, poll).count("round.closed") == 1
    assert leaves(session, poll).count("round.key_destroyed") == 1


@pytest.mark.parametrize("step", ["destroy_round_key", "_scrub"])
def test_a_crash_after_the_commit_is_made_good_by_the_next_tick(
    poll: Poll, session: Session, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def crash(*_args: Any, **_named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(closing, step, crash)
        with pytest.raises(SystemExit):
            close_due(AFTER)
    assert state_of(session, poll) == RoundState.CLOSED
    assert "round.key_destroyed" not in leaves(session, poll)
    close_due(AFTER + timedelta(minutes=1))
    assert list(settings().keys.iterdir()) == []
    assert leaves(session, poll).count("round.key_destroyed") == 1


def test_a_crash_before_the_commit_leaves_the_vote_as_it_was(
    poll: Poll, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: Any, **_named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(closing, "_announce", crash)
        with pytest.raises(SystemExit):
            close_due(AFTER)
    assert state_of(session, poll) == RoundState.FROZEN
    assert (count(session, Ballot), count(session, FinalBallot)) == (15, 0)
    close_due(AFTER)
    assert count(session, FinalBallot) == 12


def test_a_ballot_that_was_changed_behind_the_record_stops_the_close(
    poll: Poll, session: Session
) -> None:
    with transaction() as edge:
        edge.execute(update(Ballot).where(Ballot.version == 2).values(choices='["2"]'))
    with pytest.raises(Conflict) as caught:
        close_due(AFTER)
    assert "not the one that was recorded" in in_english(caught.value)
    assert state_of(session, poll) == RoundState.FROZEN
    assert count(session, Ballot) == 15


def test_a_ballot_of_nobody_stops_the_close(poll: Poll, session: Session) -> None:
    with transaction() as edge:
        edge.execute(
            Elector.__table__.delete().where(Elector.round_id == poll.round_id)  # type: ignore[attr-defined]  # the table
        )
    with pytest.raises(Conflict) as caught:
        close_due(AFTER)
    assert "belongs to no elector" in in_english(caught.value)
    assert state_of(session, poll) == RoundState.FROZEN


def test_a_round_that_cannot_close_does_not_keep_another_from_it(
    poll: Poll, make: Factory, session: Session
) -> None:
    area = make.area()
    other = open_poll(make, {"Tree": 10_000_00}, {area: 1})
    destroy_round_key(settings().keys, poll.round_id)
    with pytest.raises(Conflict):
        close_due(AFTER)
    assert state_of(session, poll) == RoundState.FROZEN
    assert state_of(session, other) == RoundState.CLOSED


def test_a_round_without_any_ballot_closes(make: Factory, session: Session) -> None:
    poll = open_poll(make, {"Tree": 10_000_00}, {make.area(): 3})
    close_due(AFTER)
    assert state_of(session, poll) == RoundState.CLOSED
    assert session.get_one(Tally, poll.round_id).ballots == 0


def test_turnout_is_kept_by_area_with_small_areas_merged(make: Factory, session: Session) -> None:
    town = make.area()
    big, small, tiny = (make.area(parent=town) for _ in range(3))
    poll = open_poll(make, {"Tree": 10_000_00}, {town: 0, big: 60, small: 15, tiny: 4})
    tree = poll.codes["Tree"]
    voters = poll.people[big][:30] + poll.people[small][:6] + poll.people[tiny]
    poll.vote_all({person: {tree} for person in voters})
    close_due(AFTER)
    statistics = session.get_one(Tally, poll.round_id).statistics
    assert statistics is not None
    assert statistics["electors"] == 79
    # Fifteen and four electors cast ten ballots together, and nine of them none.
    assert statistics["turnout"] == [[None, 79, 40]]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, []),
        ({1: (100, 50)}, [Group(1, 100, 50)]),
        ({1: (100, 50), 2: (90, 40)}, [Group(1, 100, 50), Group(2, 90, 40)]),
        # Alone among the others, a small area could be found by subtraction.
        ({1: (100, 50), 2: (90, 40), 3: (5, 2)}, [Group(1, 100, 50), Group(None, 95, 42)]),
        ({1: (99, 50), 2: (20, 6), 3: (20, 7)}, [Group(1, 99, 50), Group(None, 40, 13)]),
        # Nearly everybody voted: the few who did not are as few as few voters.
        ({1: (99, 50), 2: (60, 55), 3: (60, 20)}, [Group(1, 99, 50), Group(None, 120, 75)]),
        ({1: (4, 1), 2: (3, 3)}, [Group(None, 7, 4)]),
    ],
)
def test_no_figure_shows_fewer_than_ten_people(
    counts: dict[int, tuple[int, int]], shown: list[Group]
) -> None:
    assert merge_small(counts) == shown
    assert sum(group.ballots for group in shown) == sum(pair[1] for pair in counts.values())


def test_commitments_of_the_last_few_voters_enter_the_record_at_the_close(
    make: Factory, session: Session, clock: Callable[..., None]
) -> None:
    poll = open_poll(make, {"Tree": 10_000_00}, {make.area(): 5})
    for person in next(iter(poll.people.values())):
        poll.vote(person, {poll.codes["Tree"]})
    clock(AFTER)
    close_due(AFTER)
    rows = session.execute(select(Leaf.occurred_at).where(Leaf.type == "ballot.cast")).all()
    assert len(rows) == 5
    assert {row.occurred_at for row in rows} == {START - timedelta(days=5)}
