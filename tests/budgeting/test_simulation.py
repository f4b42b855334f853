"""Trying the rules: the same votes by every rule, shown to officers only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from budgeting.models import (
    Phase,
    PhaseKind,
    Simulation,
    SimulationFile,
    SimulationRun,
    SimulationState,
)
from budgeting.simulations.measuring import average_share
from budgeting.simulations.runs import RUNS
from budgeting.tally.election import Ballot, Election, Project
from budgeting.tally.rules import RuleSpec
from core import outbox
from core.db import transaction
from tests.budgeting.files import TEXT, imported, winners
from tests.budgeting.office import Office
from tests.budgeting.trials import (
    LARGE,
    PAGE,
    Counting,
    ask,
    asked,
    chosen,
    found,
    number,
    part_of,
    upload,
)
from tests.conftest import START
from tests.factories import Factory

Clock = Callable[..., None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
SignIn = Callable[..., FlaskClient]
LATER = START + timedelta(minutes=15)


def test_officers_see_the_page_others_do_not(
    office: Office, client: FlaskClient, make: Factory, sign_in: SignIn
) -> None:
    assert client.get(PAGE).status_code == 302
    assert sign_in(make.person(office.area)).get(PAGE).status_code == 403
    assert sign_in(make.staff(Role.AUDITOR, office.area)).get(PAGE).status_code == 403
    assert office.client.get(PAGE).status_code == 200


def test_a_simulation_is_seen_by_its_owner_and_the_officers_of_its_area_or_above(
    office: Office, past_round: int, make: Factory, sign_in: SignIn, counting: Counting
) -> None:
    address = ask(office, past_round).location
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
    office: Office, past_round: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, past_round))
    assert "Waiting for its turn" in office.client.get(f"/rounds/simulations/{ident}").text
    outbox.deliver(START)
    assert found(session, ident).state == SimulationState.DONE
    assert set(chosen(session, ident)) == {run.key for run in RUNS}
    assert chosen(session, ident)["greedy-skip"] == winners(session, past_round) == ["a", "c"]
    assert chosen(session, ident)["greedy-stop"] == ["a"]
    text = office.client.get(f"/rounds/simulations/{ident}").text
    assert "Northwood 2024" in text
    assert "A bridge" in text
    assert "14 ballots, 3 projects, budget €100.50" in text
    # Everybody but the voter of "c" has "a", who gets it as well.
    assert "Same winners as rule 1." in text
    assert {spec.step for spec in counting.seen} == {100}


def test_another_budget_and_threshold_are_tried(
    office: Office, past_round: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, past_round, budget="200", min_votes="2"))
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


def test_a_chosen_file_counts_whatever_is_ticked(
    office: Office, past_round: int, session: Session
) -> None:
    ident = asked(ask(office, past_round, file=upload()))
    assert number(session, SimulationFile) == 1
    assert found(session, ident).round_id is None


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


def test_what_is_left_open_or_makes_no_sense_is_asked_for(office: Office, past_round: int) -> None:
    assert "Please choose a file." in ask(office).text
    assert "Please choose a round." in ask(office, past_round, part="7-7").text
    assert "With no money nothing can win." in ask(office, past_round, budget="0").text
    assert "Please write an amount" in ask(office, past_round, budget="-5").text
    assert "A whole number from 0 to 1000000" in ask(office, past_round, min_votes="-1").text
    empty = TEXT.partition("1;a,b/2")[0].replace("num_votes;4", "num_votes;0")
    assert "no ballots or no projects" in ask(office, file=upload(empty)).text


def test_a_result_that_nobody_may_read_yet_cannot_be_tried(office: Office, past_round: int) -> None:
    assert part_of(past_round) in office.client.get(f"{PAGE}?round={past_round}").text
    with transaction() as session:
        wanted = (Phase.round_id == past_round, Phase.kind == PhaseKind.RESULTS)
        phase = session.scalars(select(Phase).where(*wanted)).one()
        phase.starts_at, phase.ends_at = START + timedelta(days=1), START + timedelta(days=2)
    assert part_of(past_round) not in office.client.get(PAGE).text
    assert ask(office, past_round).status_code == 422


def test_rounds_of_other_areas_are_not_offered(
    office: Office, past_round: int, make: Factory, sign_in: SignIn
) -> None:
    foreign = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    assert part_of(past_round) not in foreign.get(PAGE).text


def test_progress_asks_again_until_the_end(
    office: Office, past_round: int, session: Session, counting: Counting
) -> None:
    ident = asked(ask(office, past_round))
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
    office: Office, past_round: int, counting: Counting, count_queries: CountQueries
) -> None:
    first = ask(office, past_round).location
    with count_queries() as few:
        office.client.get(PAGE)
    ask(office, past_round)
    imported(TEXT, area_id=office.area)
    outbox.deliver(START)
    with count_queries() as more:
        office.client.get(PAGE)
    assert len(more) == len(few)
    with count_queries() as sent:
        office.client.get(first)
    assert len([s for s in sent if "simulation" in s]) == 2


def test_the_average_share_of_a_ballot_leaves_out_what_got_no_points() -> None:
    ballots = {
        Ballot(("a", "b"), (1, 1)): 3,  # half of it won
        Ballot(("a", "c"), (5, 0)): 1,  # all of it won: "c" got nothing
        Ballot(("c",), (1,)): 4,  # nothing won
        Ballot((), ()): 9,  # names nothing
    }
    election = Election(tuple(Project(key, 1) for key in "abc"), ballots, 1, "cumulative")
    assert average_share(election, {"a"}) == Fraction(3 * 1 + 2 * 1, 2 * 8)
    assert average_share(election, {"a", "b", "c"}) == 1
    assert average_share(replace(election, ballots={}), {"a"}) == 0
