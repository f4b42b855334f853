"""The command, run as its users run it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from budgeting.tally.pabulib import write
from tests.tally.elections import election, votes

ROOT = Path(__file__).parents[2]
BALLOTS = ["a,b,c", "a,b,c", "b,a", "a"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    stream = io.StringIO()
    write(stream, election({"a": 60, "b": 50, "c": 40}, BALLOTS, 100), votes(BALLOTS))
    path = tmp_path / "round.pb"
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


def tally(*options: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "budgeting.tally", *map(str, options)]
    done = subprocess.run(
        command, cwd=ROOT, input=given, capture_output=True, check=False, timeout=60
    )
    return subprocess.CompletedProcess(
        command, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_json_has_rule_budget_cost_selected_and_projects(file: Path) -> None:
    answer = tally(file, "--rule", "greedy", "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    shown = json.loads(answer.stdout)
    assert shown["rule"] == "greedy"
    assert (shown["budget"], shown["cost"], shown["selected"]) == (100, 100, ["a", "c"])
    assert shown["settings"] == {"misfit": "skip", "min_votes": 0, "ties": "id"}
    assert shown["projects"][1] == {
        "id": "b",
        "selected": False,
        "rank": 2,
        "score": 3,
        "votes": 3,
        "cost": 50,
        "reason": {
            "code": "misfit",
            "params": {"left": 40, "short": 10, "rival": "a", "behind_by": 1, "unit": "votes"},
        },
        "support": None,
    }


def test_standard_input_gives_the_same_as_a_file(file: Path) -> None:
    assert tally("-", given=file.read_bytes()).stdout == tally(file).stdout


def test_settings_reach_the_rule(file: Path) -> None:
    def selected(*options: str) -> list[str]:
        chosen: list[str] = json.loads(tally(file, "--json", *options).stdout)["selected"]
        return chosen

    assert selected("--misfit", "stop") == ["a"]
    assert selected("--min-votes", "3") == ["a"]
    assert selected("--ties", "cost,votes,seed:x") == ["a", "c"]


def test_the_table_explains_in_both_languages(file: Path) -> None:
    assert "2 of 3 projects for 100 of 100; 4 ballots" in tally(file).stdout
    assert "With 1 vote fewer than “Project a”" in tally(file, "--explain").stdout
    assert "它比“Project a”少 1 票" in tally(file, "--explain", "--lang", "zh").stdout
    shown = json.loads(tally(file, "--explain", "--json").stdout)
    assert shown["projects"][0]["why"].startswith("Chosen: 100 was left")


def test_the_table_names_a_tie_that_decided(tmp_path: Path) -> None:
    stream = io.StringIO()
    write(stream, election({"a": 60, "b": 60}, ["a,b"], 100), votes(["a,b"]))
    answer = tally("-", given=stream.getvalue().encode())
    assert "tie, decided in this order: a, b" in answer.stdout


def test_a_bad_file_ends_with_2_and_the_place_of_the_fault(file: Path) -> None:
    bad = file.read_text().replace("2;a,b,c", "2;a,zz")
    answer = tally("-", "--json", given=bad.encode())
    assert (answer.returncode, answer.stdout) == (2, "")
    line = bad.splitlines().index("2;a,zz") + 1
    assert f"-: line {line}, column 3: The ballot names the project zz" in answer.stderr


def test_a_repeated_project_is_reported_but_counted_once(file: Path) -> None:
    twice = file.read_text().replace("2;a,b,c", "2;a,b,b,c")
    answer = tally("-", "--json", given=twice.encode())
    assert answer.returncode == 0
    assert "The ballot names the project b twice" in answer.stderr
    assert answer.stdout == tally(file, "--json").stdout


def test_many_warnings_are_cut_short_and_counted(file: Path) -> None:
    many = file.read_text().replace("num_votes;4\n", "")
    many += "".join(f"x{number};a,a\n" for number in range(150))
    answer = tally("-", given=many.encode())
    assert answer.returncode == 0
    assert answer.stderr.count("twice") == 100
    assert "150 warnings in all" in answer.stderr


@pytest.mark.parametrize(
    "wrong",
    [["--rule", "lottery"], ["--ties", "cost"], ["--min-votes", "-1"], ["--min-votes", "few"]],
)
def test_wrong_options_end_with_2(file: Path, wrong: list[str]) -> None:
    answer = tally(file, *wrong)
    assert answer.returncode == 2
    assert "usage:" in answer.stderr


def test_a_missing_file_ends_with_2(tmp_path: Path) -> None:
    answer = tally(tmp_path / "none.pb")
    assert answer.returncode == 2
    assert "none.pb" in answer.stderr
    assert "Traceback" not in answer.stderr
