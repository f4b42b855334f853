"""Writing Pabulib files: what is read back is what was written, and the public checker agrees."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabulib.checker import Checker

from budgeting.tally.election import Election, Project, Vote, group
from budgeting.tally.greedy import greedy
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome
from budgeting.tally.pabulib import PabulibFile, read, write
from tests.tally.elections import META, cases, election, votes

COSTS: dict[str, Number] = {"p1": 60, "p2": Fraction("40.50"), "p3": 30}
ROUNDS = {
    "approval": (["p1,p2", "p2,p3", "p2"], {"max_length": "2", "min_length": "1"}),
    "choose-1": (["p1", "p2", "p3", "p3"], {"max_length": "1"}),
    "cumulative": (["p2:3,p1:2", "p3:5"], {"max_sum_points": "5"}),
    "ordinal": (["p3,p1", "p2", "p1,p2,p3"], {"max_length": "3"}),
    "knapsack": (["p1", "p2,p3"], {"max_sum_cost": "100"}),
}


def written(election: Election, cast: list[Vote], outcome: Outcome | None = None) -> str:
    stream = io.StringIO()
    write(stream, election, iter(cast), outcome)
    return stream.getvalue()


def reread(text: str) -> PabulibFile:
    return read(io.BytesIO(text.encode()))


def complaints(text: str) -> dict[str, Any]:
    found: Any = Checker().process_files([text])
    assert found["metadata"]["processed"] == 1
    errors: dict[str, Any] = found[1]["results"]["errors"]
    return errors


@pytest.mark.parametrize("misfit", ["skip", "stop"])
@pytest.mark.parametrize("least", [0, 2])
@pytest.mark.parametrize("kind", ROUNDS)
def test_the_public_checker_accepts_every_kind_of_ballot_and_outcome(
    kind: str, least: int, misfit: str
) -> None:
    ballots, meta = ROUNDS[kind]
    round_ = election(COSTS, ballots, 100, kind, **meta)
    outcome = greedy(round_, on_misfit=misfit, min_votes=least)
    text = written(round_, votes(ballots), outcome)
    assert complaints(text) == {}
    file = reread(text)
    assert {p.id for p in file.projects if p.extra["selected"] == "1"} == set(outcome.selected)
    assert file.election().ballots == round_.ballots


def test_a_budget_that_affords_everything_is_marked_so() -> None:
    round_ = election(COSTS, ["p1"], 1000)
    text = written(round_, votes(["p1"]), greedy(round_))
    assert "fully_funded;1\n" in text
    assert complaints(text) == {}


def test_projects_stand_in_the_order_in_which_ties_were_broken() -> None:
    round_ = election({"b": 60, "a": 60}, ["a,b"], 100)
    text = written(round_, votes(["a,b"]), greedy(round_))
    assert [p.id for p in reread(text).projects] == ["a", "b"]
    assert complaints(text) == {}


def test_awkward_texts_stay_in_their_cell() -> None:
    awkward = 'Lamps; "warm"\r\n\r\nand  bright\0'
    extra = {"category": "streets, light", "description": "=1+1;\n", "secret": "x"}
    project = Project("p1", 60, awkward, extra)
    meta = META | {"description": awkward, "unknown": "x"}
    round_ = Election((project,), group(votes(["p1"]), "approval"), 60, meta=meta)
    text = written(round_, votes(["p1"]), greedy(round_))
    assert complaints(text) == {}
    file = reread(text)
    assert file.projects[0].name == file.meta["description"] == 'Lamps; "warm" and bright'
    assert file.projects[0].extra["category"] == "streets,light"
    assert "secret" not in text
    assert "unknown;" not in text


@given(cases(), st.booleans())
def test_what_was_written_is_read_back(
    case: tuple[tuple[Project, ...], list[Vote], Number, str], counted: bool
) -> None:
    projects, cast, budget, kind = case
    round_ = Election(
        projects, group(cast, kind), budget, kind, meta=META | {"max_sum_points": "12"}
    )
    file = reread(written(round_, cast, greedy(round_) if counted else None))
    assert file.votes == cast
    assert file.budget == budget
    assert {(p.id, p.cost, p.name) for p in file.projects} == {
        (p.id, p.cost, p.name) for p in projects
    }
    assert file.vote_type == ("approval" if kind == "knapsack" else kind)
    assert file.election().ballots == round_.ballots


def test_missing_meta_is_named() -> None:
    bare = Election((), {}, 1, "cumulative", meta={"country": "China"})
    with pytest.raises(ValueError, match=r"description, unit, instance, rule, .*max_sum_points"):
        written(bare, [])


@pytest.mark.parametrize("bad", ["", "a,b", " a", "a\nb", "a  b"])
def test_ids_that_the_format_cannot_hold_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="cannot hold this id"):
        written(Election((Project(bad, 1),), {}, 1, meta=META), [])


def test_votes_that_are_not_those_counted_are_noticed() -> None:
    with pytest.raises(ValueError, match="1 ballots were counted, but 2 written"):
        written(election(COSTS, ["p1"], 100), votes(["p1", "p2"]))
