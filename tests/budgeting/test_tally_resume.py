"""A tally that is stopped, fails or takes long: it goes on where it was, and counts once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from accounts.models import Person
from budgeting import counting, reporting
from budgeting.closing import close_due
from budgeting.counting import COUNTED, READ
from budgeting.models import Outcome, Round, RoundState, Tally, TallyState
from budgeting.models.tally import PartialTally
from budgeting.tally.election import Election
from budgeting.tally.rules import RuleSpec, run
from budgeting.tallying import tally
from core import outbox
from core.db import transaction
from tests.budgeting.polls import AFTER, Poll, tally_of
from tests.factories import Factory
from tests.together import together
from transparency.log import timeline


@pytest.fixture
def closed(poll: Poll, clock: Callable[..., None]) -> Poll:
    """A vote in two budgets that has ended; the ballots are sealed."""
    clock(AFTER)
    close_due(AFTER)
    return poll


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The amounts of the budgets that are counted from now on, in their order."""
    counted: list[int] = []
    count = vars(counting)["count_part"]

    def note(election: Election, spec: RuleSpec, progress: Callable[[int], None]) -> Any:
        counted.append(int(election.budget))
        return count(election, spec, progress)

    monkeypatch.setattr(counting, "count_part", note)
    return counted


def die_at(monkeypatch: pytest.MonkeyPatch, budget: int, error: BaseException) -> None:
    count = vars(counting)["count_part"]

    def die(election: Election, spec: RuleSpec, progress: Callable[[int], None]) -> Any:
        if election.budget == budget:
            raise error
        return count(election, spec, progress)

    monkeypatch.setattr(counting, "count_part", die)


def kept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(PartialTally)) or 0


def uncount(poll: Poll) -> None:
    """Take a round back to where its ballots were sealed."""
    with transaction() as session:
        session.execute(delete(Outcome))
        session.execute(update(Round).values(state=RoundState.CLOSED))
        session.execute(update(Tally).values(state=TallyState.RUNNING, result_hash=None))


@pytest.mark.parametrize("error", [SystemExit(), ValueError("too many")], ids=["killed", "failed"])
def test_a_count_stopped_between_budgets_goes_on_with_the_rest(
    closed: Poll,
    session: Session,
    parts: list[int],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    with monkeypatch.context() as patch:
        die_at(patch, 30_000_00, error)
        with pytest.raises(type(error)):
            tally(closed.round_id, AFTER)
    assert kept(session) == 1
    tally(closed.round_id, AFTER)
    assert parts == [100_000_00, 30_000_00]
    assert kept(session) == 0
    resumed = tally_of(session, closed)
    bytes_of = resumed.result_hash, resumed.report
    assert [part["sub_budget"] for part in (resumed.report or {})["parts"]]
    uncount(closed)
    tally(closed.round_id, AFTER)
    assert parts[2:] == [100_000_00, 30_000_00]
    whole = tally_of(session, closed)
    assert (whole.result_hash, whole.report) == bytes_of


def test_what_was_kept_of_other_ballots_is_not_used(
    closed: Poll, session: Session, monkeypatch: pytest.MonkeyPatch, parts: list[int]
) -> None:
    with monkeypatch.context() as patch:
        die_at(patch, 30_000_00, SystemExit())
        with pytest.raises(SystemExit):
            tally(closed.round_id, AFTER)
    with transaction() as edge:
        edge.execute(update(PartialTally).values(input_hash="0" * 64, outcome={}, report={}))
    tally(closed.round_id, AFTER)
    assert parts == [100_000_00, 100_000_00, 30_000_00]
    assert tally_of(session, closed).state == TallyState.DONE


def test_two_workers_that_take_up_a_stopped_count_at_once_decide_once(
    app: Flask, closed: Poll, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        die_at(patch, 30_000_00, SystemExit())
        with pytest.raises(SystemExit):
            tally(closed.round_id, AFTER)
    together(app, lambda: tally(closed.round_id, AFTER))
    assert kept(session) == 0
    assert session.scalar(select(func.count()).select_from(Outcome)) == 4
    told = timeline(session, ("round", closed.round_id), types=["round.tallied"])
    assert len(told) == 1


def test_a_rule_that_fails_says_why_and_can_be_run_again(
    closed: Poll, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> Any:
        raise ValueError("limits name projects that are not there: 9")

    with monkeypatch.context() as patch:
        patch.setattr(reporting, "run", refuse)
        outbox.deliver(AFTER)
    failed = tally_of(session, closed)
    assert failed.state == TallyState.FAILED
    assert failed.error == "ValueError('limits name projects that are not there: 9')"
    seen: list[tuple[str, str | None]] = []

    def look(*args: Any) -> Any:
        found = tally_of(session, closed)
        seen.append((found.state, found.error))
        return run(*args)

    monkeypatch.setattr(reporting, "run", look)
    outbox.deliver(AFTER + timedelta(hours=1))
    assert seen[0] == (TallyState.RUNNING, None)
    assert tally_of(session, closed).state == TallyState.DONE


def test_progress_rises_over_all_budgets_and_holds_nobody_up(
    app: Flask,
    closed: Poll,
    make: Factory,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def write() -> None:
        with transaction() as other:
            other.execute(update(Tally).values(ballots=Tally.ballots))
            other.execute(update(Person).values(created_at=AFTER))

    def slow(election: Election, spec: RuleSpec, progress: Callable[[int], None]) -> Any:
        for percent in (0, 50, 100):
            progress(percent)
            with app.app_context():
                together(app, write, 1)
            seen.append(tally_of(session, closed).progress)
        return run(election, spec)

    monkeypatch.setattr(reporting, "run", slow)
    tally(closed.round_id, AFTER)
    assert len(seen) == 12
    assert seen == sorted(seen)
    assert (seen[0], seen[5], seen[-1]) == (READ, (READ + COUNTED) // 2, COUNTED)
    assert len(set(seen)) == 9
    assert tally_of(session, closed).progress == 100


def test_a_count_that_takes_long_is_left_to_its_worker(
    closed: Poll, session: Session, monkeypatch: pytest.MonkeyPatch, clock: Callable[..., None]
) -> None:
    delivered: list[int] = []

    def slow(election: Election, spec: RuleSpec, progress: Callable[[int], None]) -> Any:
        for minutes in (9, 18, 27):
            clock(AFTER + timedelta(minutes=minutes))
            progress(minutes)
            delivered.append(outbox.deliver(AFTER + timedelta(minutes=minutes + 9)))
        return run(election, spec)

    monkeypatch.setattr(reporting, "run", slow)
    assert outbox.deliver(AFTER) >= 1
    assert set(delivered) == {0}
    assert tally_of(session, closed).state == TallyState.DONE


def test_a_worker_that_died_leaves_the_count_to_the_next_after_a_while(
    closed: Poll, session: Session, monkeypatch: pytest.MonkeyPatch, clock: Callable[..., None]
) -> None:
    with monkeypatch.context() as patch:
        die_at(patch, 30_000_00, SystemExit())
        with pytest.raises(SystemExit):
            outbox.deliver(AFTER)
    assert tally_of(session, closed).state == TallyState.RUNNING
    assert outbox.deliver(AFTER + timedelta(minutes=1)) == 0
    outbox.deliver(AFTER + outbox.LEASE)
    assert tally_of(session, closed).state == TallyState.DONE
