"""Elections for tests: made by hand, or drawn at random, small and full of ties."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from budgeting.tally.election import Election, Project, Vote, group
from budgeting.tally.numbers import Number

META = {
    "description": "Spring round",
    "country": "China",
    "unit": "Hefang",
    "instance": "2026",
    "rule": "unknown",
    "date_begin": "01.03.2026",
    "date_end": "31.03.2026",
}


def election(
    costs: dict[str, Number],
    ballots: Sequence[str],
    budget: Number,
    vote_type: str = "approval",
    **meta: str,
) -> Election:
    """Ballots as text: `"a,b"`, or with points `"a:3,b:1"`."""
    projects = tuple(Project(key, cost, f"Project {key}") for key, cost in costs.items())
    longest = int(meta["max_length"]) if "max_length" in meta else None
    grouped = group(votes(ballots), vote_type, longest)
    return Election(projects, grouped, budget, vote_type, meta=META | meta)


def votes(ballots: Sequence[str]) -> list[Vote]:
    """One vote for each text, by voters 1, 2, 3 and so on."""
    return [_vote(str(number), text) for number, text in enumerate(ballots, 1)]


def _vote(voter: str, text: str) -> Vote:
    choices = [choice.partition(":") for choice in text.split(",") if choice]
    points = tuple(int(points) for _, mark, points in choices if mark)
    return Vote(voter, tuple(key for key, _, _ in choices), points or None)


amounts = st.one_of(
    st.integers(0, 8),
    st.integers(0, 10**15),
    st.fractions(0, 8, max_denominator=100).filter(lambda value: 100 % value.denominator == 0),
)
vote_types = st.sampled_from(["approval", "choose-1", "knapsack", "cumulative", "ordinal"])


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[Project, ...], list[Vote], Number, str]:
    """Projects, votes, budget and vote type."""
    keys = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=6))
    projects = tuple(Project(key, _whole(draw(amounts)), f"Project {key}") for key in keys)
    kind = draw(vote_types)
    most = 1 if kind == "choose-1" else 4
    choices = st.lists(st.sampled_from(keys), unique=True, max_size=most) if keys else st.just([])
    drawn = [draw(choices) for _ in range(draw(st.integers(0, 8)))]
    worth = st.integers(0, 3)
    cast = []
    for voter, row in enumerate(drawn, 1):
        points = tuple(draw(worth) for _ in row) if kind == "cumulative" else None
        cast.append(Vote(str(voter), tuple(row), points))
    return projects, cast, _whole(draw(amounts)), kind


def _whole(value: Number) -> Number:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value
