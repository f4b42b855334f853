"""Counting as a job: once, the same whoever counts, and only what was sealed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from accounts.models import Notice
from budgeting import tallying
from budgeting.closing import close_due
from budgeting.models import (
    FinalBallot,
    Outcome,
    Round,
    RoundState,
    Tally,
    TallyState,
)
from budgeting.tallying import tally
from core import outbox
from core.db import transaction
from core.errors import Conflict
from projects.states import State
from tests.budgeting.polls import (
    AFTER,
    Poll,
    in_english,
    open_poll,
    states,
    tally_of,
)
from tests.factories import Factory
from tests.together import together
from transparency.log import timeline

Clock = Callable[..., None]


def test_the_worker_counts_a_closed_round_and_decides_its_projects(
    decided: Poll, session: Session
) -> None:
    counted = tally_of(session, decided)
    assert (counted.state, counted.progress, counted.ballots) == (TallyState.DONE, 100, 40)
    assert session.get_one(Round, decided.round_id).state == RoundState.DECIDED
    # The lamp has 20 votes but no longer fits behind the park; the bench has 11 and does.
    assert states(session, decided) == {
        "Park": State.SELECTED,
        "Lamp": State.NOT_SELECTED,
        "Bench": State.SELECTED,
        "Tree": State.SELECTED,
    }


def test_the_record_has_the_tally_with_its_hashes(decided: Poll, session: Session) -> None:
    counted = tally_of(session, decided)
    entry = timeline(session, ("round", decided.round_id), types=["round.tallied"])[0]
    assert entry.number == counted.leaf_id
    assert entry.body == {
        "ballots": 40,
        "selected": 3,
        "input_sha256": counted.input_hash,
        "result_sha256": counted.result_hash,
    }


def test_counting_again_gives_the_same_bytes(decided: Poll, session: Session) -> None:
    before = tally_of(session, decided)
    kept = (before.input_hash, before.result_hash, json.dumps(before.statistics, sort_keys=True))
    outcomes = select(Outcome.project_id, Outcome.position, Outcome.reason).order_by(Outcome.id)
    rows = session.execute(outcomes).all()
    with transaction() as edge:
        edge.execute(delete(Outcome))
        edge.execute(update(Round).values(state=RoundState.CLOSED))
        edge.execute(update(Tally).values(state=TallyState.RUNNING, result_hash=None))
    tally(decided.round_id, AFTER)
    after = tally_of(session, decided)
    again = (after.input_hash, after.result_hash, json.dumps(after.statistics, sort_keys=True))
    assert again == kept
    assert session.execute(outcomes).all() == rows


def test_delivering_twice_and_two_workers_at_once_decide_once(
    app: Flask, poll: Poll, session: Session, clock: Clock
) -> None:
    clock(AFTER)
    close_due(AFTER)
    together(app, lambda: tally(poll.round_id, AFTER))
    tally(poll.round_id, AFTER)
    assert session.scalar(select(func.count()).select_from(Outcome)) == 4
    told = timeline(session, ("round", poll.round_id), types=["round.tallied"])
    assert len(told) == 1
    assert tally_of(session, poll).state == TallyState.DONE


def test_a_count_that_dies_half_way_is_begun_again(
    poll: Poll, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(AFTER)
    close_due(AFTER)
    with monkeypatch.context() as patch:
        patch.setattr(tallying, "settle", lambda *_args: 1 / 0)
        outbox.deliver(AFTER)
    assert tally_of(session, poll).state == TallyState.FAILED
    assert "ZeroDivisionError" in (tally_of(session, poll).error or "")
    outbox.deliver(AFTER + timedelta(hours=1))
    assert tally_of(session, poll).state == TallyState.DONE
    assert tally_of(session, poll).error is None


def test_ballots_changed_after_the_close_are_not_counted(
    poll: Poll, session: Session, clock: Clock
) -> None:
    clock(AFTER)
    close_due(AFTER)
    with transaction() as edge:
        edge.execute(update(FinalBallot).values(choices=f'["{poll.codes["Bench"]}"]'))
    with pytest.raises(Conflict) as caught:
        tally(poll.round_id, AFTER)
    assert "not those that were sealed" in in_english(caught.value)
    assert session.get_one(Round, poll.round_id).state == RoundState.CLOSED


def test_proposers_are_told_once(decided: Poll, session: Session) -> None:
    outbox.deliver(AFTER)
    texts = session.scalars(select(Notice.text)).all()
    assert sorted(text["en"] for text in texts) == [
        "“Lamp” was not chosen by the vote. Its page says why.",
        "“Park” was chosen by the vote. It will be built.",
    ]


def test_hundreds_of_projects_are_decided_at_once(
    make: Factory, session: Session, clock: Clock
) -> None:
    area = make.area()
    costs = {f"Project {number}": 1_000_00 for number in range(120)}
    poll = open_poll(make, costs, {area: 1})
    poll.vote(poll.people[area][0], {"1", "2"})
    clock(AFTER)
    close_due(AFTER)
    tally(poll.round_id, AFTER)
    found = list(states(session, poll).values())
    assert (found.count(State.SELECTED), found.count(State.NOT_SELECTED)) == (100, 20)
