"""The clock moves a round: its rules are sealed once, when voting begins and not before."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Notice
from budgeting.jobs import turn
from budgeting.keys import round_key
from budgeting.models import Elector, PhaseKind, Round, RoundState
from budgeting.phases import FEATURES, allows, features
from budgeting.services.freeze import ballot_projects, freeze_round, manifest_of
from core.canonical import canonical
from core.db import transaction
from core.errors import Conflict
from core.web import settings
from projects.calls import get_call
from projects.models import Project
from projects.states import State
from tests.budgeting.office import events, stored
from tests.conftest import START
from tests.factories import Factory
from transparency.log import timeline

DAY = timedelta(days=1)
# Where the factory's voting phase lies for a round that is in its submission phase at START.
OPENS, ENDS = START + 15 * DAY, START + 25 * DAY
WORKERS = 4


@pytest.fixture
def round_id(make: Factory) -> int:
    """A public round in its submission phase, with a project and a resident."""
    area = make.area()
    ident = make.round(area)
    make.project(ident, area)
    make.person(area)
    return ident


def frozen_leaves(ident: int) -> int:
    return [entry.type for entry in events(ident)].count("round.frozen")


def test_rules_are_sealed_when_voting_begins_and_not_before(
    app: Flask, round_id: int, session: Session
) -> None:
    turn(OPENS - timedelta(seconds=1))
    assert stored(round_id).state == RoundState.PUBLISHED
    with pytest.raises(Conflict):
        round_key(settings().keys, round_id)
    turn(OPENS)
    sealed = stored(round_id)
    assert sealed.state == RoundState.FROZEN
    assert sealed.frozen_at == OPENS
    assert len(round_key(settings().keys, round_id)) == 32
    project = session.scalars(select(Project)).one()
    assert (project.state, project.code) == (State.ON_BALLOT, "1")
    assert session.scalar(select(func.count()).select_from(Elector)) == 1
    leaf = next(entry for entry in events(round_id) if entry.type == "round.frozen")
    assert leaf.body == {"manifest_sha256": sealed.manifest_hash, "projects": 1}


def test_a_worker_that_was_down_catches_up(app: Flask, round_id: int) -> None:
    turn(ENDS - timedelta(minutes=1))
    assert stored(round_id).state == RoundState.FROZEN


def test_a_vote_whose_time_was_missed_does_not_open(app: Flask, round_id: int) -> None:
    turn(ENDS)
    turn(ENDS + 3 * DAY)
    assert stored(round_id).state == RoundState.PUBLISHED
    assert frozen_leaves(round_id) == 0


def test_turning_again_changes_nothing(app: Flask, round_id: int) -> None:
    turn(OPENS)
    before = stored(round_id).manifest
    turn(OPENS)
    turn(OPENS + DAY)
    assert stored(round_id).manifest == before
    assert frozen_leaves(round_id) == 1


def test_workers_that_turn_at_once_seal_once(app: Flask, round_id: int, session: Session) -> None:
    ready = Barrier(WORKERS)

    def work(_number: int) -> bool:
        with app.app_context():
            ready.wait(10)
            with transaction() as writing:
                return freeze_round(writing, round_id, settings().keys, OPENS)

    session.rollback()
    with ThreadPoolExecutor(WORKERS) as pool:
        sealed = list(pool.map(work, range(WORKERS)))
    assert sorted(sealed) == [False] * (WORKERS - 1) + [True]
    assert frozen_leaves(round_id) == 1
    assert session.scalar(select(func.count()).select_from(Elector)) == 1


def test_without_a_project_the_vote_waits_and_opens_once_there_is_one(
    app: Flask, make: Factory, client: FlaskClient, clock: Callable[[datetime], None]
) -> None:
    area = make.area()
    ident = make.round(area)
    make.project(ident, area, State.IN_REVIEW)
    clock(OPENS)
    turn(OPENS)
    assert stored(ident).state == RoundState.PUBLISHED
    page = client.get(f"/rounds/{ident}").text
    assert "no project is ready for the ballot" in page
    assert "Go and vote" not in client.get("/").text
    make.project(ident, area)
    turn(OPENS + timedelta(minutes=1))
    assert stored(ident).state == RoundState.FROZEN
    assert "no project is ready for the ballot" not in client.get(f"/rounds/{ident}").text


def test_one_round_that_fails_keeps_no_other_from_opening(
    app: Flask, make: Factory, round_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = make.area()
    other = make.round(area)
    make.project(other, area)

    def fail_first(session: Session, ident: int, *rest: object) -> bool:
        if ident == round_id:
            raise RuntimeError("disk full")
        return freeze_round(session, ident, *rest)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr("budgeting.jobs.freeze_round", fail_first)
    turn(OPENS)
    assert stored(round_id).state == RoundState.PUBLISHED
    assert stored(other).state == RoundState.FROZEN
    monkeypatch.undo()
    turn(OPENS + timedelta(minutes=1))
    assert stored(round_id).state == RoundState.FROZEN


def test_people_verified_during_the_vote_are_entered_by_the_clock(
    app: Flask, make: Factory, round_id: int, session: Session
) -> None:
    turn(OPENS)
    area = stored(round_id).area_id
    make.person(area)
    make.person(area, verified=False)
    turn(OPENS + timedelta(minutes=1))
    assert session.scalar(select(func.count()).select_from(Elector)) == 2


def test_only_projects_that_can_win_are_put_on_the_ballot(make: Factory, session: Session) -> None:
    area = make.area()
    east = make.area("East", area)
    ident = make.round(area, PhaseKind.VOTING)
    make.project(ident, area, cost=None, shuffle=1)
    make.project(ident, area, cost=1_000_000_01, shuffle=2)
    make.project(ident, area, State.INELIGIBLE, shuffle=3)
    late = make.project(ident, area, cost=1_000_000_00, shuffle=5)
    paid_by_the_whole = make.project(ident, east, shuffle=4)
    turn(START)
    session.rollback()
    numbered = select(Project.id).where(Project.code.is_not(None)).order_by(Project.code)
    assert list(session.scalars(numbered)) == [paid_by_the_whole, late]


def test_a_manifest_has_the_same_bytes_however_often_it_is_made(
    make: Factory, round_id: int, session: Session
) -> None:
    made = []
    for _ in range(3):
        session.expunge_all()
        round_ = stored(round_id)
        made.append(canonical(manifest_of(round_, ballot_projects(session, round_), "00")))
    assert len(set(made)) == 1
    assert json.loads(made[0])["lot"] == "00"
    turn(OPENS)
    first = json.loads(stored(round_id).manifest or "")
    assert len(first["lot"]) == 32
    assert canonical(first).decode() == stored(round_id).manifest


def test_the_seal_covers_every_rule_price_and_date(make: Factory, round_id: int) -> None:
    turn(OPENS)
    sealed = stored(round_id)
    manifest = json.loads(sealed.manifest or "")
    assert manifest["rule"] == sealed.rule
    assert manifest["languages"] == sealed.languages
    assert [row["cost"] for row in manifest["projects"]] == [10_000_00]
    assert [row["amount"] for row in manifest["sub_budgets"]] == [1_000_000_00]
    assert [row["kind"] for row in manifest["phases"]] == [p.kind for p in sealed.phases]
    assert manifest["phases"][2]["starts"] == sealed.phases[2].starts_at.isoformat()


@pytest.mark.parametrize("kind", [kind for kind in PhaseKind if kind != PhaseKind.DISCUSSION])
def test_each_phase_allows_what_it_declares_and_nothing_else(kind: PhaseKind) -> None:
    sealed = {PhaseKind.VOTING: "frozen", PhaseKind.RESULTS: "decided"}
    made = Round(state=sealed.get(kind, "published"), phases=Factory(START).phases(kind))
    wanted = FEATURES[kind] - ({"read_result"} if made.state == "published" else set())
    assert features(made, START) == wanted
    assert not allows(Round(state="draft", phases=made.phases), "propose", START)


def test_projects_know_of_a_round_what_they_need(make: Factory, round_id: int) -> None:
    with transaction() as session:
        call = get_call(session, round_id, START)
        later = get_call(session, round_id, OPENS)
    assert call.features == {"propose", "review", "revise"}
    assert later.features == frozenset()
    assert (call.cost_min, call.cost_max, call.currency) == (100_00, 500_000_00, "CNY")
    assert [area for area, _name in call.areas] == [stored(round_id).area_id]
    assert call.submission_ends == START + 5 * DAY
    assert call.revision_ends == OPENS
    assert call.url == f"/rounds/{round_id}"


def test_commands_list_rounds_and_seal_one(
    app: Flask, make: Factory, round_id: int, clock: Callable[[datetime], None]
) -> None:
    run = app.test_cli_runner().invoke
    listed = run(args=["rounds", "list"])
    assert f"{round_id}\tpublished\tSmall works 2026" in listed.output
    for ident in (round_id, 999):
        early = run(args=["rounds", "freeze", str(ident)])
        assert early.exit_code == 2
        assert "Only a public round can be sealed" in early.output
    clock(OPENS)
    assert run(args=["rounds", "freeze", str(round_id)]).exit_code == 0
    assert stored(round_id).state == RoundState.FROZEN


def test_a_project_dearer_than_its_budget_is_left_off_and_its_proposer_told(
    make: Factory, session: Session
) -> None:
    area = make.area()
    round_id = make.round(area, PhaseKind.VOTING)
    proposer = make.person(area)
    make.project(round_id, area)
    dear = make.project(round_id, area, cost=2_000_000_00, proposer_id=proposer)
    turn(make.at)
    told = session.scalars(select(Notice.url).where(Notice.person_id == proposer)).all()
    assert told == [f"/projects/{dear}"]
    assert [e.type for e in timeline(session, ("project", dear))] == ["project.left_off"]
    assert session.get_one(Project, dear).state == State.ELIGIBLE
