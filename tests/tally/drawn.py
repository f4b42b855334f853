"""Elections and settings drawn at random, to see whether rules keep their promises.

Those by hypothesis are small and full of ties. Those from a seed are larger, of shapes in which
raising the voters' money changes who is short of what again and again.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from budgeting.tally.election import Ballot, Election, Project
from budgeting.tally.limits import NO_LIMITS, Ceiling, Limits
from budgeting.tally.numbers import Number, whole
from budgeting.tally.rules import COMPARISONS, COMPLETIONS, STOPS, UTILITIES, RuleSpec
from budgeting.tally.ties import TieOrder

MORE = int(os.environ.get("GONGZHI_MORE_EXAMPLES", "1"))
"""How many times as many examples as usual are tried."""

SCALES: tuple[Number, ...] = (1, 1, 1, Fraction(1, 2), Fraction(1, 100), Fraction(1, 3), 10**15)
STEPS = (Fraction(1), Fraction(3), Fraction(1, 3), Fraction(1, 7))
KINDS = ("approval", "approval", "choose-1", "knapsack", "cumulative", "ordinal", "scoring")
ORDERS = ("id", "cost,votes,id", "votes,id", "seed:x", "cost,seed:2026")


def many(examples: int) -> settings:
    """So many examples, however long each of them takes."""
    return settings(
        max_examples=examples * MORE, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def exact(value: Fraction | int) -> Number:
    return whole(Fraction(value))


@st.composite
def scaled_elections(draw: st.DrawFn, limited: bool = True) -> tuple[Election, Number]:
    """A small election, and by how much its money is scaled.

    Costs are a few whole numbers times the scale, or next to them by one.
    """
    keys = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=6))
    scale = draw(st.sampled_from(SCALES))
    most = draw(st.sampled_from([2, 6, 12]))
    off = st.sampled_from([0, 0, 1, -1]) if scale == 10**15 else st.just(0)
    costs = {k: max(0, draw(st.integers(0, most)) * scale + draw(off)) for k in keys}
    budget = draw(st.integers(0, 3 * most)) * scale
    kind = draw(st.sampled_from(KINDS))
    return Election(
        projects=tuple(Project(key, exact(cost)) for key, cost in costs.items()),
        ballots=draw(ballots(kind, keys, costs, budget)),
        budget=exact(budget),
        vote_type=kind,
        default_score=draw(st.sampled_from([0, -1, 1])) if kind == "scoring" else 0,
        limits=draw(limits(keys, most, scale)) if limited and keys else NO_LIMITS,
    ), scale


def elections(limited: bool = True) -> st.SearchStrategy[Election]:
    return scaled_elections(limited).map(lambda drawn: drawn[0])


@st.composite
def ballots(
    draw: st.DrawFn, kind: str, keys: list[str], costs: dict[str, Number], budget: Number
) -> dict[Ballot, int]:
    """Up to eight different ballots, some of them cast several times."""
    longest = 1 if kind == "choose-1" else draw(st.integers(1, 6))
    worth = st.integers(-1 if kind == "scoring" else 0, draw(st.sampled_from([1, 3, 10])))
    if kind == "cumulative" and draw(st.booleans()):
        worth = st.sampled_from([0, 1, Fraction(1, 2), Fraction(2, 3), 3])
    found: Counter[Ballot] = Counter()
    choices = (
        st.lists(st.sampled_from(keys), unique=True, max_size=longest) if keys else st.just([])
    )
    for _ in range(draw(st.integers(0, 8))):
        row = draw(choices) if keys else []
        if kind == "knapsack":
            spent = accumulate(costs[key] for key in row)
            row = [key for key, total in zip(row, spent, strict=True) if total <= budget]
        if kind == "ordinal":
            points: tuple[Number, ...] = tuple(longest - place for place in range(len(row)))
        elif kind in {"cumulative", "scoring"}:
            points = tuple(draw(worth) for _ in row)
        else:
            row, points = sorted(row), (1,) * len(row)
        found[Ballot(tuple(row), points)] += draw(st.sampled_from([1, 1, 1, 2, 3, 7]))
    return dict(found)


@st.composite
def limits(draw: st.DrawFn, keys: list[str], most: int, scale: Number) -> Limits:
    some = st.frozensets(st.sampled_from(keys), min_size=1)
    if draw(st.booleans()):
        return NO_LIMITS
    amounts = draw(st.lists(st.integers(0, 2 * most), max_size=2))
    return Limits(
        tuple(Ceiling(f"ceiling {n}", draw(some), exact(n * scale)) for n in amounts),
        tuple(draw(st.lists(some, max_size=2))),
        draw(st.frozensets(st.sampled_from(keys), max_size=2))
        if draw(st.booleans())
        else frozenset(),
    )


@st.composite
def specs(draw: st.DrawFn, /, rule: str, scale: Number = 1, **fixed: object) -> RuleSpec:
    """Settings; each step is so large that a few hundred of them suffice."""
    drawn: dict[str, object] = {
        "rule": rule,
        "misfit": draw(st.sampled_from(["skip", "stop"])),
        "min_votes": draw(st.sampled_from([0, 0, 0, 1, 2, 5])),
        "ties": TieOrder(draw(st.sampled_from(ORDERS))),
    }
    if rule == "equal-shares":
        drawn |= {
            "utility": draw(st.sampled_from(UTILITIES)),
            "completion": draw(st.sampled_from(COMPLETIONS)),
            "until": draw(st.sampled_from(STOPS)),
            "step": exact(scale * draw(st.sampled_from(STEPS))),
            "compare": draw(st.sampled_from(COMPARISONS)),
        }
    return RuleSpec(**(drawn | fixed))  # type: ignore[arg-type]  # by name


def wanted(chance: random.Random, costs: list[int], shape: str) -> list[int]:
    """Indices of the projects on one ballot."""
    number = len(costs)
    if shape == "chain":
        return list(range(chance.randrange(1, number + 1)))
    if shape == "districts":
        home = chance.randrange(3)
        near = [i for i in range(number) if i % 3 == home]
        return sorted({*near, chance.randrange(number)})
    if shape == "cheap":
        return [i for i in range(number) if chance.random() < min(costs) * 2 / (costs[i] + 1)]
    share = {"sparse": 0.12, "dense": 0.65}.get(shape, 0.35)
    return [i for i in range(number) if chance.random() < share]


SHAPES = ("sparse", "even", "dense", "chain", "districts", "cheap", "points", "twins")


def large_election(seed: int, projects: int, voters: int) -> Election:
    """A larger election, always the same for a seed."""
    chance = random.Random(seed)
    shape = SHAPES[seed % len(SHAPES)]
    draw_cost: Callable[[], int] = chance.choice(
        [lambda: chance.randint(50, 1500), lambda: 1000 + chance.randint(-9, 9), lambda: 600]
    )
    costs = [draw_cost() for _ in range(projects)]
    if shape == "twins":
        costs = [cost for cost in costs[: projects // 2] for _ in range(2)]
    found: Counter[Ballot] = Counter()
    for _ in range(voters):
        chosen = wanted(chance, costs, shape)
        if shape == "twins":
            chosen = sorted({i ^ bit for i in chosen for bit in (0, chance.random() < 0.95)})
        most = 5 if shape == "points" else 1
        points = tuple(chance.randint(1, most) for _ in chosen)
        found[Ballot(tuple(f"p{i:02}" for i in chosen), points)] += 1
    return Election(
        projects=tuple(Project(f"p{i:02}", cost) for i, cost in enumerate(costs)),
        ballots=dict(found),
        budget=int(sum(costs) * chance.choice([0.15, 0.3, 0.5, 0.8])),
        vote_type="cumulative" if shape == "points" else "approval",
    )


def large_spec(seed: int, election: Election, increments: int) -> RuleSpec:
    """Settings with steps so small that about so many of them, or a few times more, are taken."""
    chance = random.Random(-seed)
    return RuleSpec(
        "equal-shares",
        utility=chance.choice(["cost", "cost", "cardinality", "score"]),
        completion="add1",
        until=chance.choice(["over-budget", "over-budget", "exhaustive"]),
        step=exact(Fraction(election.budget, max(1, election.voters) * increments)),
        ties=TieOrder(chance.choice(ORDERS)),
    )
