"""Trying the rules: the same votes by every rule, for officers only, and nothing lost half way."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Role
from budgeting.models import (
    Phase,
    PhaseKind,
    Simulation,
    SimulationFile,
    SimulationRun,
    SimulationState,
)
from budgeting.simulations import job
from budgeting.simulations.runs import RUNS
from budgeting.tally import rules
from budgeting.tally.election import Election
from budgeting.tally.outcome import Outcome
from budgeting.tally.rules import RuleSpec
from core import outbox
from core.db import transaction
from tests.budgeting.files import TEXT, imported, winners
from tests.budgeting.office import Office, stored
from tests.conftest import START
from tests.factories import Factory

Clock = Callable[..., None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
SignIn = Callable[..., FlaskClient]
PAGE = "/rounds/simulate"
LATER = START + timedelta(minutes=15)
BALLOTS = "".join(f"{n};a\n" for n in range(5, 15))
LARGE = TEXT.replace("num_votes;4", "num_votes;14").replace("greedy-no-skip", "greedy") + BALLOTS


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule tells its percents to the database at once."""
    monkeypatch.setattr(job, "SECONDS_BETWEEN_NOTES", 0)


class Counting:
    """Stands for the rules with voters' own money: greedy, with what a test wants to happen."""

    def __init__(self) -> None:
        self.seen: list[RuleSpec] = []
        self.before: Callable[[RuleSpec], object] = lambda _spec: None

    def __call__(
        self, election: Election, spec: RuleSpec, progress: Callable[[int], None]
    ) -> Outcome:
        self.seen.append(spec)
        self.before(spec)
        progress(50)
        found = rules.RULES["greedy"](election, replace(spec, rule="greedy"), progress)
        return replace(found, rule=spec.rule)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Equal shares and Phragmén's rule, watched."""
    made = Counting()
    for name in ("equal-shares", "phragmen"):
        monkeypatch.setitem(rules.RULES, name, made)
    return made


@pytest.fixture
def round_id(office: Office) -> int:
    """A decided round of the office's area."""
    return imported(LARGE, area_id=office.area)


def ask(office: Office, round_id: int | None = None, **typed: object) -> TestResponse:
    """Send the form about a round, or about a file."""
    values: dict[str, object] = {"source": "file", "area": office.area}
    if round_id is not None:
        values = {"source": "round", "part": _part(round_id)}
    return office.post(PAGE, **(values | typed))


def _part(round_id: int) -> str:
    return f"{round_id}-{stored(round_id).sub_budgets[0].id}"


def upload(text: str = LARGE) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "votes.pb"


def asked(answer: TestResponse) -> int:
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def found(session: Session, ident: int) -> Simulation:
    session.rollback()
    return session.get_one(Simulation, ident)


def chosen(session: Session, ident: int) -> dict[str, list[str]]:
    """Winners by rule, of those that were counted."""
    session.rollback()
    rows = select(SimulationRun).where(SimulationRun.simulation_id == ident)
    return {r.rule: sorted(r.result["selected"]) for r in session.scalars(rows) if r.result}


def number(session: Session, model: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_officers_see_the_page_others_do_not(
    office: Office, client: FlaskClient, make: Factory, sign_in: SignIn
) -> None:
    assert client.get(PAGE).status_code == 302
    assert sign_in(make.person(office.area)).get(PAGE).status_code == 403
    assert sign_in(make.staff(Role.AUDITOR, office.area)).get(PAGE).status_code == 403
    assert office.client.get(PAGE).status_code == 200


def test_a_simulation_is_seen_by_its_owner_and_the_officers_of_its_area_or_above(
    office: Office, round_id: int, make: Factory, sign_in: SignIn, counting: Counting
) -> None:
    address = ask(office, round_id).location
    foreign = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    below = sign_in(make.staff(Role.OFFICER, office.east))
    same = sign_in(make.staff(Role.OFFICER, office.area))
    for path in ("", "/progress", "/projects.csv", "/rules.csv", "/all.json"):
        assert foreign.get(address + path).status_code == 403
        assert below.get(address + path).status_code == 403
        assert same.get(address + path).status_code == 200
        assert office.client.get(address + path).status_code == 200
    assert address not in foreign.get(PAGE).text
    assert address in same.get(PAGE).text
    assert foreign.get("/rounds/simulations/999999999999999999999").status_code == 404


def test_an_owner_who_is_no_officer_any_more_does_not_see_it(
    office: Office, make: Factory, sign_in: SignIn, counting: Counting, session: Session
) -> None:
    ident = asked(ask(office, file=upload()))
    owner = make.person(office.area)
    with transaction() as edge:
        edge.get_one(Simulation, ident).owner_id = owner
    assert sign_in(owner).get(f"/rounds/simulations/{ident}").status_code == 403


def test_a_round_is_counted_anew_by_every_rule(
    office: Office, round_id: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, round_id))
    assert "Waiting for its turn" in office.client.get(f"/rounds/simulations/{ident}").text
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.DONE
    assert set(chosen(session, ident)) == {run.key for run in RUNS}
    assert chosen(session, ident)["greedy-skip"] == winners(session, round_id) == ["a", "c"]
    assert chosen(session, ident)["greedy-stop"] == ["a"]
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "Northwood 2024" in text
    assert "A bridge" in text
    assert "14 ballots, 3 projects, budget €100.50" in text
    # Everybody but the voter of "c" has "a", who gets it as well.
    assert "Same winners as rule 1." in text
    assert {spec.step for spec in counting.seen} == {100}


def test_another_budget_and_threshold_are_tried(
    office: Office, round_id: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, round_id, budget="200", min_votes="2"))
    outbox.deliver(START)
    assert chosen(session, ident)["greedy-skip"] == ["a", "b/2"]
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "budget €200 (tried instead of its own); projects below 2 supporters left out" in text


def test_a_file_is_counted_and_then_forgotten(
    office: Office, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, file=upload(), budget="60.50"))
    assert number(session, SimulationFile) == 1
    outbox.deliver(START)
    assert chosen(session, ident)["greedy-skip"] == ["a"]
    assert number(session, SimulationFile) == 0
    assert found(session, ident).area_id == office.area
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "Northwood 2024" in text
    assert "roads" in text
    assert {spec.step for spec in counting.seen} == {1}


def test_shares_of_few_voters_are_not_told(
    office: Office, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, file=upload(TEXT)))
    outbox.deliver(START)
    rows = session.scalars(select(SimulationRun.result)).all()
    assert {row["summary"] is None for row in rows} == {True}
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "Fewer than ten people voted" in text


def test_figures_are_downloaded_without_formulas(
    office: Office, counting: Counting, session: Session
) -> None:
    ident = asked(ask(office, file=upload(LARGE.replace("Trees", "=1+1"))))
    outbox.deliver(START)
    address = f"/rounds/simulations/{ident}"
    lines = office.client.get(f"{address}/projects.csv").text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("project_id,name,categories,cost,votes,score,greedy-skip,")
    assert lines[1].startswith('a,A bridge,"roads, water",60,13,13,1,1,')
    assert lines[3].startswith("c,'=1+1,,40.25,1,1,1,0,")
    rows = office.client.get(f"{address}/rules.csv").text.splitlines()
    assert rows[1].startswith("greedy-skip,2,100.25,99.8,0,92.9,58.4,0,0,14.3,0,0,85.7,")
    told = office.client.get(f"{address}/all.json").json
    assert told is not None
    assert [rule["rule"] for rule in told["rules"]] == [run.key for run in RUNS]
    assert told["election"]["voters"] == 14


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Line 19, column 3: “60,5” has a comma"), ("zh-CN", "“60,5”里有逗号，小数请用点号")],
)
def test_a_bad_file_says_where_and_what_and_nothing_typed_is_lost(
    office: Office, session: Session, language: str, said: str
) -> None:
    office.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    bad = TEXT.replace("a;60;3", "a;60,5;3")
    answer = ask(office, file=upload(bad), budget="1,234.50", min_votes="7")
    assert answer.status_code == 422
    assert said in answer.text
    assert "19" in answer.text
    assert 'value="1,234.50"' in answer.text
    assert 'value="7"' in answer.text
    assert number(session, Simulation) == 0


def test_a_form_that_comes_back_asks_for_the_file_again(office: Office) -> None:
    answer = ask(office, file=upload(), budget="much")
    assert answer.status_code == 422
    assert "Please write an amount in figures" in answer.text
    assert "Please choose the file again" in answer.text
    assert 'value="much"' in answer.text


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("MOST_BYTES", 100, "This file is over 30 MB."),
        ("MOST_LINES", 10, "At most 500,000 ballots and 1,000 projects can be tried."),
        ("MOST_BALLOTS", 13, "At most 500,000 ballots and 1,000 projects can be tried."),
        ("MOST_PROJECTS", 2, "At most 500,000 ballots and 1,000 projects can be tried."),
    ],
)
def test_files_are_bounded(
    office: Office, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, said: str
) -> None:
    monkeypatch.setattr(f"budgeting.simulations.uploads.{limit}", value)
    answer = ask(office, file=upload())
    assert answer.status_code == 422
    assert said in answer.text


def test_what_is_left_open_or_makes_no_sense_is_asked_for(office: Office, round_id: int) -> None:
    assert "Please choose a file." in ask(office).text
    assert "Please choose a round." in ask(office, round_id, part="7-7").text
    assert "With no money nothing can win." in ask(office, round_id, budget="0").text
    assert "Please write an amount" in ask(office, round_id, budget="-5").text
    assert "A whole number from 0 to 1000000" in ask(office, round_id, min_votes="-1").text
    empty = TEXT.partition("1;a,b/2")[0].replace("num_votes;4", "num_votes;0")
    assert "no ballots or no projects" in ask(office, file=upload(empty)).text


def test_a_result_that_nobody_may_read_yet_cannot_be_tried(office: Office, round_id: int) -> None:
    assert _part(round_id) in office.client.get(f"{PAGE}?round={round_id}").text
    with transaction() as session:
        wanted = (Phase.round_id == round_id, Phase.kind == PhaseKind.RESULTS)
        phase = session.scalars(select(Phase).where(*wanted)).one()
        phase.starts_at, phase.ends_at = START + timedelta(days=1), START + timedelta(days=2)
    assert _part(round_id) not in office.client.get(PAGE).text
    assert ask(office, round_id).status_code == 422


def test_rounds_of_other_areas_are_not_offered(
    office: Office, round_id: int, make: Factory, sign_in: SignIn
) -> None:
    foreign = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    assert _part(round_id) not in foreign.get(PAGE).text


class Killed(BaseException):
    """The computer went off."""


def test_after_a_crash_only_the_missing_rules_are_counted(
    office: Office, round_id: int, session: Session, clock: Clock, counting: Counting
) -> None:
    ident = asked(ask(office, round_id))

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
    office: Office, round_id: int, session: Session, clock: Clock, counting: Counting
) -> None:
    ident = asked(ask(office, round_id))

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
    app: Flask, office: Office, round_id: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, round_id))
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
    office: Office, round_id: int, session: Session, clock: Clock, counting: Counting
) -> None:
    """It was only slow: meanwhile another has taken over and finished."""
    ident = asked(ask(office, round_id))

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
    office: Office, round_id: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, round_id))
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


def test_progress_asks_again_until_the_end(
    office: Office, round_id: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, round_id))
    address = f"/rounds/simulations/{ident}"
    seen: list[tuple[str, str | None]] = []

    def look(spec: RuleSpec) -> None:
        answer = office.client.get(f"{address}/progress")
        seen.append((answer.text, answer.headers.get("HX-Refresh")))

    counting.before = look
    assert 'http-equiv="refresh"' not in office.client.get(address).text
    assert '<noscript><meta http-equiv="refresh"' in office.client.get(f"{address}?watch=1").text
    outbox.deliver(START)
    assert [refresh for _text, refresh in seen] == [None] * 8
    assert "20% of the counting is done. Now: Balanced burden (Phragmén)" in seen[0][0]
    assert "90% of the counting is done." in seen[-1][0]
    answer = office.client.get(f"{address}/progress")
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.text


def test_pages_need_few_queries(
    office: Office, round_id: int, counting: Counting, count_queries: CountQueries
) -> None:
    first = ask(office, round_id).location
    with count_queries() as few:
        office.client.get(PAGE)
    ask(office, round_id)
    imported(TEXT, area_id=office.area)
    outbox.deliver(START)
    with count_queries() as more:
        office.client.get(PAGE)
    assert len(more) == len(few)
    with count_queries() as sent:
        office.client.get(first)
    assert len([s for s in sent if "simulation" in s]) == 2
