"""The counting of a simulation: begun again, stopped, overtaken, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import (
    Simulation,
    SimulationFile,
    SimulationRun,
    SimulationState,
)
from budgeting.simulations import job
from budgeting.simulations.runs import RUNS
from budgeting.tally.rules import RuleSpec
from core import outbox
from core.db import transaction
from tests.budgeting.office import Office
from tests.budgeting.trials import (
    LARGE,
    Counting,
    ask,
    asked,
    chosen,
    found,
    number,
    upload,
)
from tests.conftest import START

Clock = Callable[..., None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
SignIn = Callable[..., FlaskClient]
LATER = START + timedelta(minutes=15)


class Killed(BaseException):
    """The computer went off."""


def test_after_a_crash_only_the_missing_rules_are_counted(
    office: Office, past_round: int, session: Session, clock: Clock, counting: Counting
) -> None:
    ident = asked(ask(office, past_round))

    def die(spec: RuleSpec) -> None:
        raise Killed

    counting.before = die
    with pytest.raises(Killed):
        outbox.deliver(START)
    assert found(session, ident).state == SimulationState.RUNNING
    assert set(chosen(session, ident)) == {"greedy-skip", "greedy-stop"}
    counting.before = lambda spec: None
    kept = session.scalars(select(SimulationRun.id)).all()
    # Its message comes back too early for the worker to be given up: nothing happens.
    clock(START + timedelta(minutes=5))
    job.simulate(ident)
    assert len(chosen(session, ident)) == 2
    clock(LATER)
    job.tend(LATER)
    outbox.deliver(LATER)
    assert found(session, ident).state == SimulationState.DONE
    assert len(chosen(session, ident)) == len(RUNS)
    assert set(kept) < set(session.scalars(select(SimulationRun.id)).all())


def test_what_kills_every_worker_is_given_up_and_says_so(
    office: Office, past_round: int, session: Session, clock: Clock, counting: Counting
) -> None:
    ident = asked(ask(office, past_round))

    def die(spec: RuleSpec) -> None:
        raise Killed

    counting.before = die
    for hour in range(job.MOST_TRIES):
        clock(START + timedelta(hours=hour))
        with pytest.raises(Killed):
            job.simulate(ident)
    assert found(session, ident).tries == 2  # two rules were finished by the first
    for hour in range(job.MOST_TRIES, job.MOST_TRIES + 2):
        clock(START + timedelta(hours=hour))
        try:
            job.simulate(ident)
        except Killed:
            continue
    assert found(session, ident).state == SimulationState.FAILED
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "broke off several times" in text


def test_two_deliveries_at_once_count_once(
    app: Flask, office: Office, past_round: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, past_round))
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                job.simulate(ident)
            except BaseException as error:  # noqa: BLE001 - shown by the main thread
                failures.append(error)

    session.rollback()
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.deliver(START)
    assert failures == []
    assert found(session, ident).state == SimulationState.DONE
    assert number(session, SimulationRun) == len(RUNS)
    assert len(counting.seen) == len(RUNS) - 2


def test_a_worker_that_was_given_up_writes_nothing_more(
    office: Office, past_round: int, session: Session, clock: Clock, counting: Counting
) -> None:
    """It was only slow: meanwhile another has taken over and finished."""
    ident = asked(ask(office, past_round))

    def overtaken(spec: RuleSpec) -> None:
        counting.before = lambda _spec: None
        clock(LATER)
        job.simulate(ident)

    counting.before = overtaken
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.DONE
    assert found(session, ident).claim == 2
    assert number(session, SimulationRun) == len(RUNS)


def test_a_rule_that_fails_says_why_and_can_be_tried_again(
    office: Office, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, file=upload()))

    def fail(spec: RuleSpec) -> None:
        if spec.rule == "phragmen":
            raise ZeroDivisionError("no voters <b>")

    counting.before = fail
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.FAILED
    assert len(chosen(session, ident)) == len(RUNS) - 1
    assert number(session, SimulationFile) == 1
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "Could not be counted: " in text
    assert "no voters &lt;b&gt;" in text
    counting.before = lambda spec: None
    counting.seen.clear()
    assert office.post(f"/rounds/simulations/{ident}/resume").status_code == 303
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.DONE
    assert [spec.rule for spec in counting.seen] == ["phragmen"]
    assert number(session, SimulationFile) == 0


def test_ballots_that_cannot_be_read_are_said_to_be(
    office: Office, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, file=upload()))
    with transaction() as edge:
        edge.delete(edge.get_one(SimulationFile, ident))
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.FAILED
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "The file is no longer kept. Please upload it again." in text


def test_stopping_keeps_what_was_counted_and_resuming_goes_on(
    office: Office, past_round: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, past_round))
    stops = f"/rounds/simulations/{ident}/stop"
    counting.before = lambda spec: office.post(stops) if len(counting.seen) == 1 else None
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.STOPPED
    assert set(chosen(session, ident)) == {"greedy-skip", "greedy-stop"}
    assert "ended already" in office.client.get(office.post(stops).location).text
    office.post(f"/rounds/simulations/{ident}/resume")
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.DONE


def test_deleting_ends_the_count_and_leaves_nothing(
    office: Office, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, file=upload()))
    address = f"/rounds/simulations/{ident}"
    counting.before = lambda spec: office.post(f"{address}/delete")
    outbox.deliver(START)
    assert [number(session, m) for m in (Simulation, SimulationFile, SimulationRun)] == [0, 0, 0]
    assert office.client.get(address).status_code == 404
    assert office.post(f"{address}/delete").status_code == 404


def test_after_thirty_days_it_is_deleted(
    office: Office, session: Session, counting: Counting
) -> None:
    asked(ask(office, file=upload()))
    job.tend(START + job.KEPT - timedelta(minutes=1))
    assert number(session, SimulationFile) == 1
    job.tend(START + job.KEPT)
    assert [number(session, m) for m in (Simulation, SimulationFile, SimulationRun)] == [0, 0, 0]


def test_an_officer_has_so_many_under_way_at_most(office: Office, counting: Counting) -> None:
    for _ in range(3):
        asked(ask(office, file=upload()))
    answer = ask(office, file=upload())
    assert answer.status_code == 422
    assert "You have 3 simulations under way." in answer.text
    outbox.deliver(START)
    asked(ask(office, file=upload()))


def test_every_rule_of_the_tally_takes_what_it_is_given(office: Office, session: Session) -> None:
    """Here none is replaced: points in a file, with a budget and a threshold of the officer's."""
    text = LARGE.replace("vote_type;approval", "vote_type;cumulative")
    head, ballots = text.split("voter_id;vote\n")
    points = {"a,b/2": "3,1", "a": "4", "c": "4"}
    lines = (line.split(";") for line in ballots.splitlines())
    rows = "".join(f"{voter};{vote};{points[vote]}\n" for voter, vote in lines)
    file = upload(f"{head}voter_id;vote;points\n{rows}")
    ident = asked(ask(office, file=file, budget="120.25", min_votes="1"))
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.DONE
    assert set(chosen(session, ident)) == {run.key for run in RUNS}
    assert {"a"} <= set.intersection(*map(set, chosen(session, ident).values()))
