"""Sixty-five real elections against an independent library and against what cities decided."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pabulib.checker import Checker

from budgeting.tally.greedy import greedy
from budgeting.tally.pabulib import PabulibFile, read, write
from budgeting.tally.rules import RuleSpec, run
from budgeting.tally.ties import TieOrder

# What a rule named in a file is here. In Warszawa (Ursus, 2023) two projects with equal votes did
# not both fit, and the cheaper one was taken.
AS_CITIES_DO = {
    "greedy": "skip",
    "greedy-threshold": "skip",
    "greedy-exclusive": "skip",
    "greedy-no-skip": "stop",
}
CHEAPER_FIRST = TieOrder("cost,id")
RAISED = RuleSpec("equal-shares", completion="add1", until="over-budget")
SHARED_OUT = {
    "Poland_Wieliczka_2023_Green_Budget.pb": replace(RAISED, compare="greedy"),
    "Poland_Swiecie_2023.pb": RAISED,
}


@pytest.fixture(scope="module")
def files(shared_pabulib: Path) -> dict[str, PabulibFile]:
    read_files = {}
    for path in sorted(shared_pabulib.glob("*.pb")):
        with path.open("rb") as stream:
            read_files[path.name] = read(stream)
    assert len(read_files) == 65
    return read_files


@pytest.fixture(scope="module")
def reference(shared_pabulib: Path) -> dict[str, Any]:
    text = (shared_pabulib / "reference.json").read_text()
    elections: dict[str, Any] = json.loads(text)["elections"]
    return elections


@pytest.mark.parametrize(
    ("settings", "number"),
    [
        ("greedy", 40),
        ("phragmen", 64),
        ("equal-shares", 65),
        ("equal-shares/add1-utilitarian/exhaustive", 44),
    ],
)
def test_the_rules_select_what_an_independent_library_selects(
    settings: str, number: int, files: dict[str, PabulibFile], reference: dict[str, Any]
) -> None:
    rule, completion, until = (*settings.split("/"), "none", "exhaustive")[:3]
    spec = RuleSpec(rule, completion=completion, until=until)
    expected = {
        name: found["selected"][settings]
        for name, found in reference.items()
        if settings in found["selected"]
    }
    assert len(expected) == number
    ours = {name: sorted(run(files[name].election(), spec).selected) for name in expected}
    assert ours == expected


def test_greedy_selects_what_the_cities_selected(files: dict[str, PabulibFile]) -> None:
    compared = 0
    for name, file in files.items():
        misfit = AS_CITIES_DO.get(file.meta["rule"])
        if misfit and "selected" in file.projects[0].extra:
            least = int(file.meta.get("min_project_score_threshold", 0))
            outcome = greedy(file.election(), on_misfit=misfit, min_votes=least, ties=CHEAPER_FIRST)
            built = {p.id for p in file.projects if p.extra["selected"] == "1"}
            assert set(outcome.selected) == built, name
            compared += 1
    assert compared == 36


@pytest.mark.parametrize("name", SHARED_OUT)
def test_equal_shares_selects_what_the_cities_selected(
    name: str, files: dict[str, PabulibFile]
) -> None:
    file, spec = files[name], SHARED_OUT[name]
    built = {p.id for p in file.projects if p.extra["selected"] == "1"}
    outcome = run(file.election(), spec)
    assert set(outcome.selected) == built
    assert outcome.standing != "greedy"


def test_votes_are_counted_as_the_cities_counted_them(files: dict[str, PabulibFile]) -> None:
    for name, file in files.items():
        repeated = {warning.params["project"] for warning in file.warnings}
        counts = file.election().counts()
        for project in file.projects:
            difference = int(project.extra["votes"]) - counts[project.id].votes
            assert difference == (project.id in repeated), (name, project.id)


def test_a_project_named_twice_in_a_ballot_is_reported_with_its_line(
    files: dict[str, PabulibFile],
) -> None:
    warned = {name: list(map(str, f.warnings)) for name, f in files.items() if f.warnings}
    assert warned == {
        "Poland_Warszawa_2026_Golabki_Szamoty_Niedzwiadek.pb": [
            "line 475: The ballot names the project 792 twice. It is counted once."
        ],
        "Poland_Warszawa_2026_Pelcowizna_Nowa_Praga.pb": [
            "line 263: The ballot names the project 537 twice. It is counted once."
        ],
    }


def test_written_files_hold_the_same_votes_and_pass_the_public_checker(
    files: dict[str, PabulibFile],
) -> None:
    texts = []
    for file in files.values():
        stream = io.StringIO()
        election = file.election()
        write(stream, election, iter(file.votes), greedy(election))
        texts.append(stream.getvalue())
        again = read(io.BytesIO(texts[-1].encode()))
        assert again.votes == file.votes
        assert again.budget == file.budget
        assert {p.id: p.cost for p in again.projects} == {p.id: p.cost for p in file.projects}
    found = Checker().process_files(texts)
    assert found["metadata"] == {"processed": 65, "valid": 65, "invalid": 0}, found["summary"]


def test_the_largest_election_is_counted_in_little_memory(
    shared_pabulib: Path,
) -> None:
    command = [sys.executable, "-m", "budgeting.tally", str(shared_pabulib / "Poland_Lodz_2022.pb")]
    answer = subprocess.run([*command, "--json"], capture_output=True, check=True, timeout=60)
    assert json.loads(answer.stdout)["voters"] == 90494
    assert _peak(command) < 300_000


def _peak(command: list[str]) -> int:
    """Peak memory of a command, in KiB, measured in a process that starts nothing else."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True,"
        " stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, check=True, timeout=60
    )
    return int(shown.stdout)
