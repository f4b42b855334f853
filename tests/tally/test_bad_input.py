"""Elections at the edge: every rule answers, soon and sensibly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from budgeting.tally.election import Ballot, Election, Project
from budgeting.tally.limits import Ceiling, Limits
from budgeting.tally.numbers import Number
from budgeting.tally.rules import COMPLETIONS, STOPS, RuleSpec, run
from tests.tally.elections import election

SPECS = [RuleSpec("greedy"), RuleSpec("greedy", misfit="stop"), RuleSpec("phragmen")] + [
    RuleSpec("equal-shares", completion=completion, until=until, compare=compare)
    for completion, until, compare in product(COMPLETIONS, STOPS, ("none", "greedy"))
]
UNFILLED = [RuleSpec("phragmen")] + [
    RuleSpec("equal-shares", completion=completion, until=until)
    for completion, until in product(("none", "add1"), STOPS)
]
HUGE = 10**18


def setting(spec: RuleSpec) -> str:
    return f"{spec.rule} {spec.misfit} {spec.completion} {spec.until} {spec.compare}"


def wide(number: int, cost: Number, budget: Number, voters: int = 1) -> Election:
    """Projects that are all alike, wanted by everybody."""
    keys = tuple(f"{n:03}" for n in range(number))
    projects = tuple(Project(key, cost) for key in keys)
    return Election(projects, {Ballot(keys, (1,) * number): voters}, budget)


def limited(found: Election, limits: Limits) -> Election:
    return replace(found, limits=limits)


Case = tuple[Election, int | None]
"""An election, and how many win by every rule; none where that differs."""

CASES: dict[str, Callable[[], Case]] = {
    "nothing at all": lambda: (election({}, [], 0), 0),
    "no projects": lambda: (election({}, ["", ""], 100), 0),
    "no money": lambda: (election({"a": 1, "b": 2}, ["a", "b"], 0), 0),
    "no money but no cost": lambda: (election({"a": 0, "b": 1}, ["a,b"], 0), 1),
    "one voter": lambda: (election({"a": 3, "b": 3, "c": 4}, ["a,b"], 7), 2),
    "all is affordable": lambda: (election({"a": 3, "b": 4, "c": 0}, ["a,b", "b,c"], 10**6), None),
    "all wanted by all": lambda: (wide(5, 10, 50, 4), 5),
    "too dear": lambda: (election({"a": 101, "b": 1000}, ["a,b", "a"], 100), 0),
    "too dear by a little": lambda: (election({"a": Fraction(1001, 10)}, ["a", "a"], 100), 0),
    "just not too dear": lambda: (election({"a": Fraction(1000, 10)}, ["a", "a"], 100), 1),
    "all free": lambda: (election({"a": 0, "b": 0}, ["a", "b"], 10), 2),
    "two hundred alike": lambda: (wide(200, 10, 1005, 3), 100),
    "two hundred alike in thirds": lambda: (wide(200, Fraction(1, 3), 40, 7), 120),
    "trillions": lambda: (wide(3, 10**15, 2 * 10**15, 3), 2),
    "more than doubles hold": lambda: (wide(3, HUGE + 1, 2 * HUGE + 2, 3), 2),
    "a hair too dear together": lambda: (wide(2, HUGE + 1, 2 * HUGE + 1, 3), 1),
    "fractions": lambda: (
        election({"a": Fraction(1, 10), "b": Fraction(2, 10)}, ["a,b"], Fraction(3, 10)),
        2,
    ),
    "all barred": lambda: (
        limited(
            wide(9, 10**15, 9 * 10**15, 5),
            Limits((Ceiling("none", frozenset(f"{n:03}" for n in range(9)), 0),)),
        ),
        0,
    ),
    "one of all": lambda: (
        limited(
            wide(9, 10**15, 9 * 10**15, 5),
            Limits(exclusive=(frozenset(f"{n:03}" for n in range(9)),)),
        ),
        1,
    ),
    "all paid by others": lambda: (
        limited(wide(9, 10**15, 0, 5), Limits(funded=frozenset(f"{n:03}" for n in range(9)))),
        9,
    ),
}


@pytest.mark.timeout(120)  # what never ends is found; how fast it is, bench measures
@pytest.mark.parametrize(
    "spec", SPECS, ids=lambda s: f"{s.rule} {s.misfit} {s.completion} {s.until} {s.compare}"
)
@pytest.mark.parametrize("name", CASES)
def test_every_rule_answers(name: str, spec: RuleSpec) -> None:
    found, winners = CASES[name]()
    outcome = run(found, spec)
    assert outcome.cost <= found.budget
    assert {p.id for p in outcome.projects} == {p.id for p in found.projects}
    assert winners is None or len(outcome.selected) == winners
    json.dumps(outcome.to_json())


@pytest.mark.parametrize("spec", UNFILLED, ids=setting)
def test_where_nobody_supports_anything_only_what_others_pay_for_wins(spec: RuleSpec) -> None:
    funded = Limits(funded=frozenset("b"))
    empty = Election((Project("a", 0), Project("b", 5), Project("c", 1)), {}, 10, limits=funded)
    blank = replace(empty, ballots={Ballot((), ()): 3})
    worthless = replace(empty, ballots={Ballot(("a", "c"), (0, 0)): 3}, vote_type="cumulative")
    for found in (empty, blank, worthless):
        assert run(found, spec).selected == ("b",)
        assert run(found, spec).cost == 0


@pytest.mark.timeout(120)  # what never ends is found; how fast it is, bench measures
@pytest.mark.parametrize("until", STOPS)
@pytest.mark.parametrize("utility", ["cost", "cardinality", "score"])
def test_money_is_raised_a_quadrillion_times_without_trying_each(until: str, utility: str) -> None:
    """Half the voters want what is too dear for them for a long time."""
    big = 10**15
    found = Election(
        (Project("a", big // 2), Project("b", big // 2 - 7), Project("c", big // 3)),
        {Ballot(("a",), (1,)): 10, Ballot(("b", "c"), (1, 1)): 7, Ballot(("c",), (1,)): 3},
        big,
    )
    spec = RuleSpec("equal-shares", utility=utility, completion="add1", until=until)
    outcome = run(found, spec)
    assert 0 < outcome.cost <= big
    assert (outcome.endowment or 0) >= Fraction(big, 20)


@pytest.mark.timeout(120)  # what never ends is found; how fast it is, bench measures
def test_many_steps_with_nobody_to_buy_for_end_soon() -> None:
    """What one voter wants is far dearer than a share, and there is little else."""
    found = Election(
        tuple(Project(key, 10**15 - n) for n, key in enumerate("abc")),
        {Ballot((key,), (1,)): 1 for key in "abc"} | {Ballot((), ()): 10**6},
        10**15,
    )
    outcome = run(found, RuleSpec("equal-shares", completion="add1", until="over-budget"))
    assert len(outcome.selected) == 1
