"""Down a list by score within limits: who is passed over, what is tied, and filling up."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Election
from budgeting.tally.greedy import greedy
from budgeting.tally.limits import NO_LIMITS, Allowance, Ceiling, Limits
from budgeting.tally.outcome import Reason, Value
from budgeting.tally.ranking import Entry, ranking
from budgeting.tally.ties import BY_ID, TieOrder
from budgeting.tally.walk import Walk, walk_down
from tests.tally.drawn import elections
from tests.tally.elections import election

misfits = st.sampled_from(["skip", "stop"])


def walk(election: Election, entries: list[Entry], misfit: str) -> Walk:
    costs = {project.id: project.cost for project in election.projects}
    allowance = Allowance(election.limits, costs)
    free = [entry for entry in entries if entry.project.id not in election.limits.funded]
    return walk_down(free, allowance, election.budget, "votes", misfit=misfit)


@given(elections(), misfits)
def test_a_reported_tie_could_have_selected_others_and_no_other_could(
    election: Election, misfit: str
) -> None:
    entries = ranking(election, BY_ID)
    found = walk(election, entries, misfit)
    for tie in found.ties[:1]:
        start = next(i for i, entry in enumerate(entries) if entry.project.id in tie)
        end = start + sum(e.count.score == entries[start].count.score for e in entries[start:])
        orders = (
            [*entries[:start], *order, *entries[end:]] for order in permutations(entries[start:end])
        )
        assert any(set(walk(election, o, misfit).taken) != set(found.taken) for o in orders)
    if not found.ties:
        for seed in range(12):
            other = walk(election, ranking(election, TieOrder(f"seed:{seed}")), misfit)
            assert set(other.taken) == set(found.taken)
            assert not other.ties


@given(elections(), misfits, st.sampled_from([0, 0, 2]))
def test_limits_hold_and_nobody_is_barred_without_reason(
    election: Election, misfit: str, least: int
) -> None:
    outcome = greedy(election, on_misfit=misfit, min_votes=least)
    limits, selected = election.limits, set(outcome.selected)
    costs = {p.id: p.cost for p in outcome.projects if p.selected and p.id not in limits.funded}
    assert limits.funded <= selected
    assert outcome.cost == sum(costs.values()) <= election.budget
    for ceiling in limits.ceilings:
        assert sum(costs.get(key, 0) for key in ceiling.projects) <= ceiling.amount
    for members in limits.exclusive:
        assert len(members & selected) <= max(1, len(members & limits.funded))
    for result in outcome.projects:
        if result.reason.code == "exclusive":
            winner = result.reason.params["winner"]
            assert winner in selected
            assert any({winner, result.id} <= members for members in limits.exclusive)


def limited(round_: Election, **limits: Any) -> Election:
    return replace(round_, limits=Limits(**limits))


def test_a_project_barred_by_a_limit_is_passed_over_and_stops_nothing() -> None:
    round_ = limited(
        election(
            {"a": 60, "b": 50, "c": 70, "d": 20, "e": 20},
            ["a,b,c,d,e", "a,b,c,d", "a,b,c", "a,b", "a"],
            100,
        ),
        ceilings=(Ceiling("green", frozenset("ab"), 100),),
        exclusive=(frozenset("ac"),),
    )
    outcome = greedy(round_, on_misfit="stop")
    reasons = {p.id: (p.reason.code, p.reason.params) for p in outcome.projects}
    assert outcome.selected == ("a", "d", "e")
    assert reasons["b"] == (
        "ceiling",
        {"ceiling": "green", "amount": 100, "left": 40, "short": 10},
    )
    assert reasons["c"] == ("exclusive", {"winner": "a"})
    assert reasons["d"] == ("selected", {"left": 40, "remaining": 20})
    assert outcome.ties == ()


def test_a_funded_project_wins_whatever_its_votes_and_costs_the_budget_nothing() -> None:
    round_ = limited(
        election({"a": 60, "b": 500, "c": 40, "d": 10}, ["a,c", "a,d", "c"], 100),
        funded=frozenset("b"),
        exclusive=(frozenset("bd"),),
        ceilings=(Ceiling("green", frozenset("abc"), 100),),
    )
    outcome = greedy(round_, min_votes=1)
    assert sorted(outcome.selected) == ["a", "b", "c"]
    assert outcome.cost == 100
    assert outcome.funded == frozenset("b")
    codes = {p.id: p.reason.code for p in outcome.projects}
    assert codes == {"a": "selected", "b": "funded", "c": "selected", "d": "exclusive"}


def test_only_those_whom_a_limit_sets_against_each_other_are_tied() -> None:
    round_ = limited(
        election({"a": 10, "b": 10, "c": 10, "d": 10, "e": 10}, ["a,b,c,d,e"], 100),
        exclusive=(frozenset("ac"),),
        ceilings=(Ceiling("green", frozenset("de"), 15),),
    )
    outcome = greedy(round_)
    assert outcome.selected == ("a", "b", "d")
    assert outcome.ties == (("a", "c", "d", "e"),)
    codes = {p.id: p.reason.code for p in outcome.projects}
    assert codes == {
        "a": "selected_tie",
        "b": "selected",
        "c": "exclusive",
        "d": "selected_tie",
        "e": "ceiling",
    }


def test_filling_up_starts_from_what_is_left_of_the_budget_and_the_limits() -> None:
    round_ = limited(
        election({"a": 60, "b": 30, "c": 20, "d": 20, "e": 10, "f": 10}, ["a,b,c,d,e", "b,f"], 100),
        exclusive=(frozenset("af"),),
    )
    allowance = Allowance(round_.limits, {p.id: p.cost for p in round_.projects})
    allowance.take("a")
    entries = [entry for entry in ranking(round_, BY_ID) if entry.project.id != "a"]
    filled = walk_down(entries, allowance, 40, "votes")
    assert filled.taken == ["b", "e"]
    assert filled.left == 0
    assert filled.ties == []
    assert filled.reasons == {
        "b": Reason("filled", {"left": 40, "remaining": 10}),
        "c": Reason("misfit", {"left": 10, "short": 10}),
        "d": Reason("misfit", {"left": 10, "short": 10}),
        "e": Reason("filled", {"left": 10, "remaining": 0}),
        "f": Reason("exclusive", {"winner": "a"}),
    }


def test_a_tie_in_filling_up_names_the_others() -> None:
    round_ = election({"a": 30, "b": 30}, ["a,b"], 40)
    allowance = Allowance(NO_LIMITS, {"a": 30, "b": 30})
    filled = walk_down(ranking(round_, BY_ID), allowance, 40, "votes")
    figures: dict[str, Value] = {"left": 40, "remaining": 10, "tied": ("b",), "unit": "votes"}
    assert filled.reasons["a"] == Reason("filled_tie", figures)
