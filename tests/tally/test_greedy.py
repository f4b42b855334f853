"""Greedy: by hand at the edges, and at random against the plainest possible version."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Election, Project, Vote, group
from budgeting.tally.greedy import greedy
from budgeting.tally.numbers import Number
from budgeting.tally.rules import RuleSpec, run
from budgeting.tally.ties import TieOrder
from tests.tally.drawn import elections
from tests.tally.elections import cases, election

Case = tuple[tuple[Project, ...], list[Vote], Number, str]
misfits = st.sampled_from(["skip", "stop"])


def plain_greedy(case: Case, misfit: str, least: int) -> list[str]:
    """Greedy without any cleverness: one pass over the votes for each project."""
    projects, votes, budget, kind = case
    longest = max((len(vote.choices) for vote in votes), default=0)

    def worth(vote: Vote, key: str) -> Fraction:
        place = vote.choices.index(key)
        if kind == "ordinal":
            return Fraction(longest - place)
        return Fraction(vote.points[place] if vote.points else 1)

    backers = {p.id: [vote for vote in votes if p.id in vote.choices] for p in projects}
    score = {key: sum((worth(v, key) for v in named), Fraction()) for key, named in backers.items()}
    left, taken = Fraction(budget), []
    for project in sorted(projects, key=lambda p: (-score[p.id], p.id)):
        if len(backers[project.id]) < least:
            continue
        if project.cost <= left:
            left -= project.cost
            taken.append(project.id)
        elif misfit == "stop":
            break
    return taken


def as_election(case: Case) -> Election:
    projects, votes, budget, kind = case
    return Election(projects, group(votes, kind), budget, kind)


@given(cases(), misfits, st.integers(0, 3))
def test_it_agrees_with_the_plainest_version(case: Case, misfit: str, least: int) -> None:
    outcome = greedy(as_election(case), on_misfit=misfit, min_votes=least)
    assert list(outcome.selected) == plain_greedy(case, misfit, least)


@given(cases(), misfits)
def test_the_budget_is_never_exceeded(case: Case, misfit: str) -> None:
    outcome = greedy(as_election(case), on_misfit=misfit)
    assert outcome.cost <= outcome.budget


@given(cases())
def test_skipping_leaves_nothing_that_would_still_fit(case: Case) -> None:
    outcome = greedy(as_election(case))
    left = outcome.budget - outcome.cost
    assert all(result.selected or result.cost > left for result in outcome.projects)


@given(cases(), misfits, st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_projects_is_irrelevant(
    case: Case, misfit: str, chance: random.Random
) -> None:
    projects, votes, budget, kind = case
    mixed = (tuple(chance.sample(projects, len(projects))), list(votes), budget, kind)
    chance.shuffle(mixed[1])
    expected = greedy(as_election(case), on_misfit=misfit)
    assert greedy(as_election(mixed), on_misfit=misfit) == expected


@given(cases(), st.integers(2, 5))
def test_a_weight_counts_as_that_many_ballots(case: Case, times: int) -> None:
    projects, votes, budget, kind = case
    repeated = as_election((projects, votes * times, budget, kind))
    weighted = {ballot: weight * times for ballot, weight in group(votes, kind).items()}
    assert greedy(Election(projects, weighted, budget, kind)) == greedy(repeated)


@given(cases(), misfits)
def test_ties_are_reported_exactly_when_another_order_selects_others(
    case: Case, misfit: str
) -> None:
    outcome = greedy(as_election(case), on_misfit=misfit)
    orders = [TieOrder("cost,id"), *(TieOrder(f"seed:{n}") for n in range(12))]
    others = [greedy(as_election(case), on_misfit=misfit, ties=order) for order in orders]
    if any(set(other.selected) != set(outcome.selected) for other in others):
        assert outcome.ties
    if not outcome.ties:
        assert not any(other.ties for other in others)


@given(elections(), misfits)
def test_whoever_overtakes_the_named_rival_is_selected(election: Election, misfit: str) -> None:
    outcome = greedy(election, on_misfit=misfit)
    order = [result.id for result in outcome.projects if result.id not in outcome.funded]
    costs = {result.id: result.cost for result in outcome.projects}
    for result in outcome.projects:
        if "rival" in result.reason.params:
            place = order.index(str(result.reason.params["rival"]))
            before = [key for key in order[:place] if key in outcome.selected]
            assert sum(costs[key] for key in before) + result.cost <= outcome.budget
            after = [key for key in order[: place + 1] if key in outcome.selected]
            stopper = order[place] not in outcome.selected
            assert stopper or sum(costs[key] for key in after) + result.cost > outcome.budget


def test_each_project_learns_why() -> None:
    round_ = election(
        {"a": 60, "b": 50, "c": 40, "d": 200, "e": 1},
        ["a,b,c,d", "a,b,c,d", "a,b,d", "a,e"],
        100,
    )
    outcome = greedy(round_, min_votes=2)
    assert {p.id: (p.reason.code, p.reason.params) for p in outcome.projects} == {
        "a": ("selected", {"left": 100, "remaining": 40}),
        "b": ("misfit", {"left": 40, "short": 10, "rival": "a", "behind_by": 1, "unit": "votes"}),
        "c": ("selected", {"left": 40, "remaining": 0}),
        "d": ("too_dear", {"budget": 100, "short": 100}),
        "e": ("below_threshold", {"needed": 2, "missing": 1}),
    }


def test_stopping_says_where_and_how_far_behind() -> None:
    round_ = election({"a": 60, "b": 50, "c": 40}, ["a,b,c", "a,b", "a"], 100)
    last = greedy(round_, on_misfit="stop").projects[-1]
    assert (last.selected, last.reason.code) == (False, "after_stop")
    assert last.reason.params == {
        "stopped_at": "b",
        "rival": "b",
        "behind_by": 1,
        "unit": "votes",
    }


def test_a_tie_that_decides_is_named_with_its_order() -> None:
    round_ = election({"a": 60, "b": 60, "c": 5}, ["a,b", "a,b", "c"], 100)
    outcome = greedy(round_)
    assert outcome.ties == (("a", "b"),)
    winner, loser = outcome.projects[:2]
    assert winner.reason.code == "selected_tie"
    assert winner.reason.params["tied"] == ("b",)
    assert loser.reason.params["behind_by"] == 0
    assert loser.reason.params["rival"] == "a"


def test_a_tie_where_all_fit_or_none_does_decides_nothing() -> None:
    assert greedy(election({"a": 50, "b": 50}, ["a,b"], 100)).ties == ()
    assert greedy(election({"a": 500, "b": 500}, ["a,b"], 100)).ties == ()
    assert greedy(election({"a": 500, "b": 50}, ["a,b"], 100)).ties == ()
    assert greedy(election({"a": 500, "b": 50}, ["a,b"], 100), on_misfit="stop").ties


def test_ties_everywhere_follow_the_order() -> None:
    costs: dict[str, Number] = {str(n): 10 for n in range(1, 13)}
    outcome = greedy(election(costs, [], 30))
    assert outcome.selected == ("1", "10", "11")
    assert len(outcome.ties[0]) == 12


@pytest.mark.parametrize("misfit", ["skip", "stop"])
def test_edges(misfit: str) -> None:
    def chosen(costs: dict[str, Number], ballots: list[str], budget: Number) -> tuple[str, ...]:
        return greedy(election(costs, ballots, budget), on_misfit=misfit).selected

    assert chosen({}, [], 0) == ()
    assert chosen({}, ["", ""], 100) == ()
    assert chosen({"a": 10}, [], 100) == ("a",)
    assert chosen({"a": 10}, ["a"], 100) == ("a",)
    assert chosen({"a": 10}, ["a"], 0) == ()
    assert chosen({"a": 0}, ["a"], 0) == ("a",)
    assert chosen({"a": 101}, ["a"], 100) == ()
    assert chosen({"a": 10**15, "b": 1}, ["a", "a", "b"], 10**15) == ("a",)
    assert chosen({"a": 10**15 + 1, "b": 10**15}, ["b"], 10**15) == ("b",)
    assert chosen({"a": Fraction("0.1"), "b": Fraction("0.2")}, ["a,b"], Fraction("0.3")) == (
        "a",
        "b",
    )


def test_ranks_points_and_defaults_make_the_score() -> None:
    ranked = election({"a": 1, "b": 1}, ["a,b", "b"], 2, "ordinal", max_length="3")
    assert {p.id: p.score for p in greedy(ranked).projects} == {"a": 3, "b": 5}
    pointed = election({"a": 1, "b": 1}, ["a:2,b:0", "b:5"], 2, "cumulative")
    assert {p.id: (p.score, p.votes) for p in greedy(pointed).projects} == {
        "a": (2, 1),
        "b": (5, 2),
    }
    scored = Election(pointed.projects, pointed.ballots, 2, "scoring", default_score=-1)
    assert {p.id: p.score for p in greedy(scored).projects} == {"a": 1, "b": 5}


def test_running_by_name_is_the_same_as_calling_the_rule() -> None:
    round_ = election({"a": 60, "b": 50, "c": 40}, ["a,b,c", "a,b", "a"], 100)
    spec = RuleSpec("greedy", misfit="stop", min_votes=1, ties=TieOrder("cost,id"))
    expected = greedy(round_, on_misfit="stop", min_votes=1, ties=TieOrder("cost,id"))
    assert run(round_, spec) == expected


@pytest.mark.parametrize(
    "wrong", [{"rule": "lottery"}, {"misfit": "guess"}, {"min_votes": -1}], ids=str
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"rule must|misfit must|below zero"):
        RuleSpec(**wrong)  # type: ignore[arg-type]


def test_ballots_for_foreign_projects_or_without_points_are_refused() -> None:
    with pytest.raises(KeyError):
        greedy(election({"a": 1}, ["b"], 1))
    with pytest.raises(ValueError, match="points"):
        election({"a": 1}, ["a"], 1, "cumulative")
    with pytest.raises(ValueError, match="unknown vote type"):
        election({"a": 1}, ["a"], 1, "lottery")
