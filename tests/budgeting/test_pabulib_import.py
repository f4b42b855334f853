"""Elections that come as Pabulib files: the same votes, the same winners, nothing by halves."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.models import BallotType, FinalBallot, Outcome, Round, RoundState, Tally
from budgeting.pabulib_import import import_round
from budgeting.tally.pabulib import read
from core.clock import now
from core.db import db, transaction
from projects.models import Category, Project
from projects.states import State
from tests.budgeting.files import FILES, SOME, TEXT, imported, winners
from tests.factories import Factory

# Every file once; what differs on PostgreSQL is not the file.
CASES = [("sqlite", name) for name in FILES] + [("postgresql", name) for name in sorted(SOME)]
LONG = "c" * 61


@pytest.fixture(scope="session")
def reference(shared_pabulib: Path) -> dict[str, list[str]]:
    """Greedy outcomes by an independent library, for the files where it has them."""
    elections = json.loads((shared_pabulib / "reference.json").read_text())["elections"]
    return {
        name: found["selected"]["greedy"]
        for name, found in elections.items()
        if "greedy" in found["selected"]
    }


def test_every_real_election_is_at_hand(
    shared_pabulib: Path, reference: dict[str, list[str]]
) -> None:
    assert len(FILES) == 65
    assert len(reference) == 40
    assert set(FILES) >= SOME


@pytest.mark.parametrize(("shared_app", "name"), CASES, indirect=["shared_app"])
def test_a_real_election_imports_and_comes_out_as_an_independent_library_says(
    app: Flask,
    session: Session,
    shared_pabulib: Path,
    reference: dict[str, list[str]],
    name: str,
) -> None:
    data = (shared_pabulib / name).read_bytes()
    with transaction() as edge:
        made = import_round(edge, data, now(), rule={"rule": "greedy"})
    file = read(io.BytesIO(data))
    assert (made.ballots, made.projects) == (len(file.votes), len(file.projects))
    if name in reference:
        assert winners(session, made.round_id) == reference[name]
    assert made.warnings == file.warnings


def test_an_import_is_a_decided_round_with_projects_and_categories(
    app: Flask, session: Session
) -> None:
    round_id = imported()
    made = session.get_one(Round, round_id)
    assert (made.state, made.imported) == (RoundState.DECIDED, True)
    assert (made.ballot_type, made.max_choices) == (BallotType.APPROVAL, 2)
    assert made.title == {"en": "Northwood 2024"}
    assert made.area.name == {"en": "Northwood"}
    assert made.sub_budgets[0].amount == 100_50
    projects = {p.code: p for p in session.scalars(select(Project))}
    assert {code: p.cost for code, p in projects.items()} == {"a": 6000, "b/2": 5025, "c": 4025}
    assert projects["a"].state == State.SELECTED
    assert projects["b/2"].state == State.NOT_SELECTED
    assert (projects["a"].latitude, projects["c"].latitude) == (52.1, None)
    names = session.scalars(select(Category.name).order_by(Category.position)).all()
    assert names == [{"en": "culture"}, {"en": "roads"}]
    statistics = session.get_one(Tally, round_id).statistics or {}
    assert statistics["source"] == {"rule": "greedy", "selected": 2, "same": True}


def test_a_second_election_of_a_city_uses_its_area(app: Flask, session: Session) -> None:
    imported()
    imported()
    assert session.scalar(select(func.count()).select_from(Area)) == 1


def test_an_import_goes_into_the_area_and_under_the_title_asked_for(
    make: Factory, session: Session
) -> None:
    area = make.area()
    made = session.get_one(Round, imported(area_id=area, title="The old vote"))
    assert (made.area_id, made.title) == (area, {"en": "The old vote"})


def test_an_import_has_pages_like_any_round(app: Flask, client: FlaskClient) -> None:
    round_id = imported()
    shown = client.get(f"/rounds/{round_id}/result").get_data(as_text=True)
    assert "2 projects were chosen" in shown
    assert "€100.25 of €100.50 used" in shown
    assert "The file marks the same projects as chosen." in shown
    assert client.get(f"/rounds/{round_id}").status_code == 200
    assert client.get(f"/rounds/{round_id}/result/ballots.jsonl").status_code == 404
    project = db.session.scalar(select(Project.id).where(Project.code == "a"))
    assert client.get(f"/projects/{project}").status_code == 200
    assert "A bridge" in client.get("/projects?q=bridge").get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("currency;EUR\n", "currency;XYZ\n"), "“XYZ” is not a currency"),
        (("currency;EUR\n", ""), "META does not say “currency”"),
        (("a;60;", "a;60.001;"), "has parts smaller than EUR has"),
        (("budget;100.505", "budget;99999999999999999999"), "more than any round can hold"),
        (("date_begin;01.03.2024", "date_begin;31.02.2024"), "is not a date (date_begin)"),
        (("date_end;10.03.2024", "date_end;10.02.2024"), "would end before it begins"),
        ((TEXT, TEXT.replace("c;4", LONG + ";4").replace("4;c\n", f"4;{LONG}\n")), "is too long"),
        (("4;c\n", "4;nothing\n"), "line 27, column 3"),
        (("num_votes;4", "num_votes;5"), "5 ballots, but there are 4"),
        ((TEXT, ""), "line 1, column 1: The file is empty."),
        ((TEXT, TEXT[: TEXT.index("VOTES")]), "The section VOTES is missing"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_leaves_nothing(
    app: Flask, session: Session, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = tmp_path / "bad.pb"
    path.write_text(TEXT.replace(*change), "utf-8")
    answer = app.test_cli_runner().invoke(args=["rounds", "import", str(path)])
    assert answer.exit_code == 2
    assert message in answer.output
    for model in (Round, Project, Area, FinalBallot):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_an_area_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "good.pb"
    path.write_text(TEXT, "utf-8")
    answer = app.test_cli_runner().invoke(args=["rounds", "import", str(path), "--area", "7"])
    assert (answer.exit_code, "There is no area 7." in answer.output) == (2, True)


def test_a_project_named_twice_is_counted_once_and_reported_with_its_line(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "twice.pb"
    path.write_text(TEXT.replace("2;a\n", "2;a,a\n"), "utf-8")
    answer = app.test_cli_runner().invoke(args=["rounds", "import", str(path)])
    assert answer.exit_code == 0, answer.output
    assert "line 25: The ballot names the project a twice. It is counted once." in answer.output
    assert "4 ballots, 3 projects, 2 selected" in answer.output
    votes = select(Outcome.votes).join(Project).where(Project.code == "a")
    assert session.scalar(votes) == 3
