"""Counting a published round again, with nothing but what its result page gives away."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import BallotType, Outcome
from config import ROOT
from core.types import Json
from projects.models import Project
from tests.budgeting.polls import Poll, decide, open_poll, tally_of
from tests.factories import Factory

Clock = Callable[..., None]
RESULT = "/rounds/{}/result"
SHARES = {"rule": "equal-shares", "misfit": "skip", "min_votes": 2, "ties": "cost,seed"}
UNTIL = {"utility": "ballot", "completion": "add1-utilitarian", "until": "exhaustive"}
COSTS = {
    "Park": 50_000_00,
    "Lamp": 40_000_50,
    "Bench": 30_000_00,
    "Bridge": 30_000_00,
    "Well": 9_000_00,
    "School": 90_000_00,
    "Path": 1_000_00,
    "Tree": 20_000_00,
}
POINTED = [{"Park": 6, "Bench": 4}, {"Lamp": 5, "Bridge": 3, "Well": 2}, {"Bench": 7, "Path": 3}]
CASES: dict[str, tuple[BallotType, Json]] = {
    "approvals": (BallotType.APPROVAL, SHARES | UNTIL | {"compare": "none"}),
    "points": (BallotType.POINTS, SHARES | UNTIL | {"compare": "greedy"}),
    "ranks": (BallotType.RANKED, SHARES | UNTIL | {"completion": "add1", "until": "over-budget"}),
    "by heads": (BallotType.KNAPSACK, SHARES | UNTIL | {"utility": "cardinality"}),
    "loads": (BallotType.APPROVAL, SHARES | {"rule": "phragmen"}),
    "most votes": (BallotType.APPROVAL, SHARES | {"rule": "greedy"}),
}


def limits(ids: dict[str, int], area: int) -> Json:
    """Two projects exclude each other, one is paid for, and those of the east have a ceiling."""
    return {
        "areas": {str(area): 45_000_00},
        "exclusive": [[ids["Park"], ids["Well"]]],
        "payers": {str(ids["School"]): "Mill Ltd"},
    }


@pytest.fixture(params=list(CASES))
def decided(request: pytest.FixtureRequest, make: Factory, clock: Clock) -> Poll:
    """A round with limits and a budget without, counted by every rule."""
    kind, rule = CASES[request.param]
    town = make.area("Town")
    east, west = make.area("East", town), make.area("West", town)
    poll = open_poll(
        make,
        COSTS,
        {town: 31, west: 12},
        parts={west: 30_000_00},
        places={"Bench": east, "Bridge": east, "Well": east, "Tree": west},
        limits=lambda ids: limits(ids, east),
        ballot_type=kind,
        max_choices=3,
        rule=rule,
    )
    for number, person in enumerate(poll.people[town]):
        poll.vote(person, marks(poll, kind, POINTED[number % 3]))
    for person in poll.people[west]:
        poll.vote(person, marks(poll, kind, {"Tree": 10}))
    return decide(poll, clock)


def marks(poll: Poll, kind: BallotType, points: dict[str, int]) -> Any:
    coded = {poll.codes[title]: given for title, given in points.items()}
    if kind == BallotType.POINTS:
        return coded
    return list(coded) if kind == BallotType.RANKED else set(coded)


def commands(page: str) -> list[list[str]]:
    """What the page says to type, budget by budget, without the name of the interpreter."""
    found = re.findall(r"<code>python (-m budgeting\.tally .*?) --explain</code>", page)
    return [html.unescape(line).split() for line in found]


def download(client: FlaskClient, page: str, folder: Path) -> None:
    """Save every file that the page offers, under the name that the server gives it."""
    for url in re.findall(r'href="([^"]+)" download', page):
        with client.get(url) as answer:
            assert answer.status_code == 200, url
            name = answer.headers["Content-Disposition"].partition("filename=")[2]
            (folder / name).write_bytes(answer.get_data())


def again(folder: Path, command: list[str]) -> Json:
    answer = subprocess.run(
        [sys.executable, *command, "--json"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    found: Json = json.loads(answer.stdout)
    return found


def reasons(session: Session, sub_budget: int) -> dict[str, str]:
    rows = select(Project.code, Outcome.reason).join(Project, Project.id == Outcome.project_id)
    rows = rows.where(Outcome.sub_budget_id == sub_budget)
    return {code or "": reason["code"] for code, reason in session.execute(rows)}


def test_the_published_files_and_options_give_the_same_result(
    decided: Poll, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    parts = (tally_of(session, decided).report or {})["parts"]
    page = client.get(RESULT.format(decided.round_id)).get_data(as_text=True)
    download(client, page, tmp_path)
    typed = commands(page)
    assert len(typed) == len(parts) == 2
    assert ["--limits" in command for command in typed] == [True, False]
    for command, part in zip(typed, parts, strict=True):
        found = again(tmp_path, command)
        rule = part["rule"]
        assert found["selected"] == rule["selected"]
        assert (found["rule"], found["standing"]) == (rule["rule"], rule["standing"])
        assert Fraction(found["cost"]) * 100 == Fraction(rule["cost"])
        codes = {line["id"]: line["reason"]["code"] for line in found["projects"]}
        assert codes == reasons(session, part["sub_budget"])
        assert [s["project"] for s in found["steps"]] == [s["project"] for s in rule["steps"]]
        if rule["endowment"] is not None:
            assert abs(Fraction(found["endowment"]) * 100 - Fraction(rule["endowment"])) < 1
    assert "funded" in reasons(session, parts[0]["sub_budget"]).values()


def test_the_limits_are_published_in_the_units_of_the_ballot_file(
    decided: Poll, client: FlaskClient, session: Session
) -> None:
    town, west = decided.people
    url = f"{RESULT.format(decided.round_id)}/limits-{{}}.json"
    codes = decided.codes
    assert client.get(url.format(town)).json == {
        "ceilings": [
            {
                "name": "East",
                "projects": sorted([codes["Bench"], codes["Bridge"], codes["Well"]]),
                "amount": 45_000,
            }
        ],
        "exclusive": [sorted([codes["Park"], codes["Well"]])],
        "funded": [codes["School"]],
    }
    assert client.get(url.format(west)).status_code == 404
    assert client.get(url.format(99)).status_code == 404


def test_no_limits_are_published_before_the_result(
    poll: Poll, client: FlaskClient, session: Session
) -> None:
    area = next(iter(poll.people))
    url = f"{RESULT.format(poll.round_id)}/limits-{area}.json"
    assert client.get(url).status_code == 409


def test_the_file_of_a_decided_round_is_not_counted_anew(
    decided: Poll, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("budgeting.pabulib_export.run", lambda *_args: 1 / 0)
    for area in decided.people:
        url = f"{RESULT.format(decided.round_id)}/ballots-{area}.pb"
        with client.get(url) as answer:
            assert answer.status_code == 200
