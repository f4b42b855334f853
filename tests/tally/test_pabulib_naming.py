"""What files call a rule, and that the public checker agrees for every rule and setting."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from pabulib.checker import Checker

from budgeting.tally.election import Ballot, Election, Vote
from budgeting.tally.limits import NO_LIMITS, Ceiling, Limits
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome
from budgeting.tally.pabulib import PabulibFile, read, write
from budgeting.tally.rules import COMPARISONS, COMPLETIONS, STOPS, UTILITIES, RuleSpec, run
from budgeting.tally.ties import TieOrder
from tests.tally.drawn import large_election
from tests.tally.elections import META, election, votes

COSTS: dict[str, Number] = {"p1": 60, "p2": 40, "p3": 30}
ROUNDS = {
    "approval": (["p1,p2", "p2,p3", "p2"], {}),
    "choose-1": (["p1", "p2", "p3", "p3"], {}),
    "cumulative": (["p2:3,p1:2", "p3:5"], {"max_sum_points": "5"}),
    "ordinal": (["p3,p1", "p2", "p1,p2,p3"], {"max_length": "3"}),
    "knapsack": (["p1", "p2,p3"], {"max_sum_cost": "100"}),
}
LIMITS = {
    "none": NO_LIMITS,
    "ceiling": Limits((Ceiling("green", frozenset({"p2", "p3"}), 50),)),
    "exclusive": Limits(exclusive=(frozenset({"p1", "p2"}),)),
    "funded": Limits(funded=frozenset({"p1"})),
}
SPECS = [
    *(RuleSpec("greedy", misfit, least) for misfit, least in product(["skip", "stop"], [0, 2])),
    *(RuleSpec("phragmen", min_votes=least) for least in (0, 2)),
    *(
        RuleSpec("equal-shares", utility=utility, completion=fill, until=until, compare=compare)
        for utility, fill, until, compare in product(UTILITIES, COMPLETIONS, STOPS, COMPARISONS)
    ),
]


def written(election: Election, cast: list[Vote], outcome: Outcome) -> str:
    stream = io.StringIO()
    write(stream, election, iter(cast), outcome)
    return stream.getvalue()


def reread(text: str) -> PabulibFile:
    return read(io.BytesIO(text.encode()))


def complaints(texts: list[str]) -> list[Any]:
    found: Any = Checker().process_files(texts)
    assert found["metadata"]["processed"] == len(texts)
    return [errors for i in range(len(texts)) if (errors := found[i + 1]["results"]["errors"])]


def named(spec: RuleSpec, kind: str = "approval", **meta: str) -> dict[str, str]:
    ballots, more = ROUNDS[kind]
    round_ = election(COSTS, ballots, 100, kind, **more, **meta)
    return dict(reread(written(round_, votes(ballots), run(round_, spec))).meta)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("kind", ROUNDS)
def test_the_public_checker_accepts_every_rule_and_setting(kind: str, limits: str) -> None:
    ballots, meta = ROUNDS[kind]
    round_ = replace(election(COSTS, ballots, 100, kind, **meta), limits=LIMITS[limits])
    texts = []
    for spec in SPECS:
        outcome = run(round_, spec)
        texts.append(written(round_, votes(ballots), outcome))
        won = {p.id for p in reread(texts[-1]).projects if p.extra["selected"] in ("1", "3")}
        assert won == set(outcome.selected)
    assert complaints(texts) == []


def by_cost_and_votes(seed: int) -> Election:
    """An approval election of whole costs whose budget is so many units for each voter."""
    drawn = large_election(8 * seed + 1, 6, 15)
    ballots = {ballot: weight for ballot, weight in drawn.ballots.items() if ballot.choices}
    voters = sum(ballots.values())
    affordable = max(*(p.cost for p in drawn.projects), drawn.budget)
    budget = -(-affordable // voters) * voters
    return replace(drawn, ballots=ballots, budget=budget, meta=META)


def cast(election: Election) -> list[Vote]:
    repeated: list[Ballot] = [b for b, weight in election.ballots.items() for _ in range(weight)]
    return [Vote(str(i), ballot.choices) for i, ballot in enumerate(repeated, 1)]


@pytest.mark.parametrize("completion", ["none", "add1"])
def test_the_checker_repeats_what_is_named_equal_shares(completion: str) -> None:
    order = TieOrder("cost,votes,id")
    spec = RuleSpec("equal-shares", completion=completion, until="over-budget", ties=order)
    drawn = [by_cost_and_votes(seed) for seed in range(60)]
    texts = [written(one, cast(one), run(one, spec)) for one in drawn]
    names = [reread(text).meta["rule"] for text in texts]
    name = {"none": "equalshares", "add1": "equalshares/add1"}[completion]
    assert set(names) <= {name, "unknown"}
    assert names.count(name) > len(names) / 3
    assert complaints(texts) == []


def test_the_format_names_what_it_knows() -> None:
    shares = RuleSpec("equal-shares", completion="none")
    raised = RuleSpec("equal-shares", completion="add1", until="over-budget")
    assert named(shares, "ordinal")["rule"] == "equalshares"
    assert named(replace(shares, compare="greedy"), "ordinal")["rule"] == "equalshares-comparison"
    assert named(raised, "ordinal")["rule"] == "equalshares/add1"
    compared = named(replace(raised, compare="greedy"), "ordinal")
    assert compared["rule"] == "equalshares/add1-comparison"
    for unnamed in (
        replace(raised, until="exhaustive"),
        replace(raised, step=2),
        replace(raised, completion="add1-utilitarian"),
        replace(raised, min_votes=1),
        RuleSpec("phragmen"),
    ):
        assert named(unnamed, "ordinal")["rule"] == "unknown"


def test_equal_shares_of_approvals_are_named_only_where_the_checker_does_the_same() -> None:
    ordered = TieOrder("cost,votes,id")
    sure = RuleSpec("equal-shares", completion="none", ties=ordered)
    assert named(sure)["rule"] == "equalshares"
    assert named(replace(sure, ties=TieOrder("id")))["rule"] == "unknown"
    assert named(replace(sure, utility="cardinality"))["rule"] == "unknown"
    assert named(replace(sure, compare="greedy"))["rule"] == "unknown"
    raised = replace(sure, completion="add1", until="over-budget")
    assert named(raised)["rule"] == "unknown"  # 100 is not a whole number for each of 3 voters


def test_a_comment_says_what_the_name_does_not_after_those_there_were() -> None:
    meta = named(RuleSpec("phragmen", min_votes=1), comment="#1: Young people. #2: Once.")
    assert meta["comment"] == (
        "#1: Young people. #2: Once. #3: The rule is phragmen (min votes 1, ties id)."
    )
    assert "comment" not in named(RuleSpec("greedy"))


def test_a_comment_has_the_step_in_the_money_of_the_file() -> None:
    """A round counts in fen, and its file is in yuan."""
    ballots, meta = ROUNDS["ordinal"]
    yuan = election(COSTS, ballots, 100, "ordinal", **meta)
    fen = replace(
        yuan, projects=tuple(replace(p, cost=p.cost * 100) for p in yuan.projects), budget=10000
    )
    spec = RuleSpec("equal-shares", completion="add1", until="over-budget", step=100)
    file = reread(written(yuan, votes(ballots), run(fen, spec)))
    assert file.meta["rule"] == "equalshares/add1"
    assert "step 1, " in file.meta["comment"]


def test_projects_that_others_pay_for_are_marked_as_real_files_do() -> None:
    ballots, _ = ROUNDS["approval"]
    round_ = replace(election(COSTS, ballots, 100), limits=LIMITS["funded"])
    file = reread(written(round_, votes(ballots), run(round_, RuleSpec("greedy"))))
    assert {p.id: p.extra["selected"] for p in file.projects} == {"p1": "3", "p2": "1", "p3": "1"}
    assert file.meta["rule"] == "greedy-custom"
    assert file.meta["comment"].endswith("#2: Projects marked 3 are paid from other funds.")


def test_when_more_voters_preferred_greedys_winners_the_comment_says_so() -> None:
    round_ = election({"a": 10, "b": 6, "c": 6}, ["a,b", "a,b", "a,c", "a,c", "a"], 12)
    spec = RuleSpec("equal-shares", completion="none", utility="cost", compare="greedy")
    outcome = replace(run(round_, spec), standing="greedy")
    ballots = ["a,b", "a,b", "a,c", "a,c", "a"]
    assert (
        "greedy's winners stand" in reread(written(round_, votes(ballots), outcome)).meta["comment"]
    )
