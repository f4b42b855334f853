"""Rounds as Pabulib files: they pass the public checker and count the same elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pabulib.checker import Checker
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.closing import close_due
from budgeting.models import BallotType, FinalBallot
from budgeting.pabulib_import import import_round
from budgeting.tally.pabulib import read
from budgeting.tallying import tally
from core.clock import now
from core.db import db, transaction
from tests.budgeting.files import SOME, count_again, exported, winners
from tests.budgeting.polls import AFTER, Poll, open_poll
from tests.factories import Factory


@pytest.mark.parametrize("name", sorted(SOME))
def test_a_real_election_goes_out_as_it_came_in(
    app: Flask, shared_pabulib: Path, tmp_path: Path, name: str
) -> None:
    data = (shared_pabulib / name).read_bytes()
    with transaction() as edge:
        made = import_round(edge, data, now())
    text = exported(made.round_id)
    before, after = read(io.BytesIO(data)), read(io.BytesIO(text.encode()))
    assert after.election().counts() == before.election().counts()
    assert {p.id: p.cost for p in after.projects} == {p.id: p.cost for p in before.projects}
    assert int(after.budget * 100) == int(before.budget * 100)
    found = Checker().process_files([text])
    assert found["metadata"]["valid"] == 1, found
    again = count_again(tmp_path, text, "--ties", "id")
    assert again["selected"] == winners(db.session, made.round_id)


@pytest.fixture(params=list(BallotType))
def closed(request: pytest.FixtureRequest, make: Factory, clock: Callable[..., None]) -> Poll:
    """A closed round of each kind of ballot, with a budget for all and one for a community."""
    town = make.area("Town")
    east = make.area("East; the “old” one", town)
    poll = open_poll(
        make,
        {"Park; with\nsigns": 70_000_00, "Lamp": 40_000_50, "Bench": 20_000_00, "Tree": 20_000_00},
        {town: 6, east: 6},
        parts={east: 30_000_00},
        places={"Tree": east},
        ballot_type=request.param,
        max_choices=3,
    )
    park, lamp, bench, tree = poll.codes.values()
    points = request.param == BallotType.POINTS
    kinds: list[Any] = [{park: 3, tree: 7}, {lamp: 1}] if points else [[park, tree], [lamp]]
    fourth = {bench: 9, lamp: 1} if points else [bench, lamp]
    if request.param in {BallotType.APPROVAL, BallotType.KNAPSACK}:
        kinds, fourth = [sorted(kinds[0]), kinds[1]], sorted(fourth)
    poll.vote_all(dict.fromkeys(poll.people[east], kinds[0]))
    poll.vote_all(dict.fromkeys(poll.people[town][:3], kinds[1]))
    poll.vote_all(dict.fromkeys(poll.people[town][3:5], fourth))
    clock(AFTER)
    close_due(AFTER)
    return poll


def test_an_exported_round_passes_the_public_checker_and_counts_the_same(
    closed: Poll, session: Session, tmp_path: Path
) -> None:
    tally(closed.round_id, AFTER)
    selected: list[str] = []
    for area, voters in zip(closed.people, (11, 6), strict=True):
        text = exported(closed.round_id, area)
        found = Checker().process_files([text])
        assert found["metadata"]["valid"] == 1, found
        again = count_again(tmp_path, text, "--ties", "cost,votes,id")
        assert again["voters"] == voters
        selected += again["selected"]
    assert sorted(selected) == winners(session, closed.round_id)


def test_an_exported_round_names_nobody(closed: Poll, session: Session) -> None:
    text = exported(closed.round_id, next(iter(closed.people)))
    assert read(io.BytesIO(text.encode())).votes[0].voter_id == "1"
    for tag in session.scalars(select(FinalBallot.voter_tag)):
        assert tag not in text
    assert "张三" not in text


def test_the_export_command_wants_to_know_which_of_several_budgets(
    app: Flask, closed: Poll, tmp_path: Path
) -> None:
    run = app.test_cli_runner().invoke
    town, east = closed.people
    answer = run(args=["rounds", "export", str(closed.round_id)])
    assert (answer.exit_code, f"Name the area: {town}, {east}" in answer.output) == (2, True)
    path = tmp_path / "out.pb"
    args = ["rounds", "export", str(closed.round_id), "--sub-budget", str(east), "--out", str(path)]
    assert run(args=args).exit_code == 0
    assert [p.name for p in read(io.BytesIO(path.read_bytes())).projects] == ["Tree"]


def test_nothing_is_exported_while_people_vote(app: Flask, make: Factory, tmp_path: Path) -> None:
    poll = open_poll(make, {"Park": 70_000_00}, {make.area(): 3})
    path = tmp_path / "out.pb"
    args = ["rounds", "export", str(poll.round_id), "--out", str(path)]
    answer = app.test_cli_runner().invoke(args=args)
    assert (answer.exit_code, path.exists()) == (2, False)
    assert "after the vote has closed" in answer.output
