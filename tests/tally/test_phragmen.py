"""Phragmen's rule: reckoned by hand for every reason; its order of ties; its bounds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally import loads
from budgeting.tally.election import Election
from budgeting.tally.limits import Ceiling, Limits
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome, Step, Value
from budgeting.tally.phragmen import phragmen
from budgeting.tally.ties import TieOrder
from tests.tally.drawn import elections, large_election, many
from tests.tally.elections import election

Told = dict[str, tuple[str, dict[str, Value]]]


def told(outcome: Outcome) -> Told:
    return {p.id: (p.reason.code, p.reason.params) for p in outcome.projects}


def limited(round_: Election, **limits: Any) -> Election:
    return replace(round_, limits=Limits(**limits))


def test_each_purchase_is_the_one_with_the_least_load() -> None:
    """a: 30 / 2 voters = 15. Then b: (15 + 0 + 40) / 2 = 27.5 is less than d's 50. Then d is
    less than c's 27.5 + 30, but costs 20 more than is left."""
    costs: dict[str, Number] = {"a": 30, "b": 40, "c": 30, "d": 50, "e": 101, "f": 5}
    outcome = phragmen(election(costs, ["a,b,e", "a", "b,c", "d"], 100))
    assert outcome.steps == (Step("a", 15, 2), Step("b", Fraction(55, 2), 2))
    assert outcome.selected == ("a", "b")
    assert told(outcome) == {
        "a": ("carried", {"round": 1, "load": 15, "supporters": 2}),
        "b": ("carried", {"round": 2, "load": Fraction(55, 2), "supporters": 2}),
        "c": ("load_after", {"stopped_at": "d"}),
        "d": ("load_stop", {"left": 30, "short": 20}),
        "e": ("too_dear", {"budget": 100, "short": 1}),
        "f": ("no_support", {}),
    }
    assert outcome.ties == ()
    assert outcome.settings == {"min_votes": 0, "ties": "id"}


def test_projects_with_too_few_votes_are_left_out_beforehand() -> None:
    outcome = phragmen(election({"a": 1, "b": 10}, ["a", "b", "b"], 20), min_votes=2)
    assert outcome.selected == ("b",)
    assert told(outcome)["a"] == ("below_threshold", {"needed": 2, "missing": 1})


def test_supporters_are_those_who_give_points_however_many() -> None:
    outcome = phragmen(election({"a": 9, "b": 9, "c": 9}, ["a:0,b:5", "b:1"], 30, "cumulative"))
    assert outcome.steps == (Step("b", Fraction(9, 2), 2),)
    assert told(outcome)["a"] == told(outcome)["c"] == ("no_support", {})


def test_what_costs_nothing_is_bought_first_if_anybody_wants_it() -> None:
    round_ = election({"a": 10, "b": 0, "c": 0, "d": 0}, ["a,b", "a,c"], 10)
    outcome = phragmen(round_)
    assert [(s.project, s.price) for s in outcome.steps] == [("b", 0), ("c", 0), ("a", 5)]
    assert told(outcome)["d"] == ("no_support", {})
    assert outcome.ties == ()
    assert phragmen(replace(round_, budget=0)).selected == ("b", "c")


def test_equals_who_do_not_get_in_each_others_way_are_no_tie() -> None:
    outcome = phragmen(election({"a": 10, "b": 10}, ["a", "b"], 20))
    assert outcome.selected == ("a", "b")
    assert outcome.ties == ()
    assert told(outcome)["a"][0] == "carried"


def test_a_tie_that_decides_is_named_with_its_order() -> None:
    round_ = election({"a": 10, "b": 10}, ["a", "b"], 15)
    for order, first, second in (("id", "a", "b"), ("seed:1", "b", "a")):
        outcome = phragmen(round_, ties=TieOrder(order))
        figures = {"round": 1, "load": 10, "supporters": 1}
        assert outcome.ties == ((first, second),)
        assert told(outcome) == {
            first: ("carried_tie", {**figures, "tied": (second,)}),
            second: ("load_stop", {"left": 5, "short": 5}),
        }


def test_a_tie_among_supporters_who_share_a_voter_is_named() -> None:
    outcome = phragmen(election({"a": 10, "b": 10, "c": 19}, ["a,b", "c"], 30))
    assert outcome.selected == ("a", "c")
    assert outcome.ties == (("a", "b"),)
    assert told(outcome)["b"] == ("load_stop", {"left": 1, "short": 9})


def test_the_rule_ends_if_any_of_several_equals_does_not_fit() -> None:
    costs: dict[str, Number] = {"a": 10, "b": 20, "c": 1}
    outcome = phragmen(election(costs, ["a", "b", "b", "c"], 20))
    assert outcome.selected == ("c",)
    assert told(outcome)["a"] == ("load_after", {"stopped_at": "b"})
    assert told(outcome)["b"] == ("load_stop", {"left": 19, "short": 1})
    assert outcome.ties == ()


def test_projects_that_a_limit_bars_leave_and_stop_nothing() -> None:
    costs: dict[str, Number] = {"a": 30, "b": 40, "c": 90, "d": 30, "e": 10, "f": 500}
    outcome = phragmen(
        limited(
            election(costs, ["a,b,c,f", "a,b,c,e", "a,b,c,e", "d"], 100),
            ceilings=(Ceiling("green", frozenset("abf"), 50),),
            exclusive=(frozenset("ac"), frozenset("ef")),
            funded=frozenset("f"),
        )
    )
    assert sorted(outcome.selected) == ["a", "d", "f"]
    assert outcome.cost == 60
    assert outcome.funded == frozenset("f")
    shown = told(outcome)
    assert shown["a"] == ("carried", {"round": 1, "load": 10, "supporters": 3})
    figures = {"amount": 50, "left": 20, "short": 20}
    assert shown["b"] == ("ceiling", {"ceiling": "green", **figures})
    assert shown["c"] == ("exclusive", {"winner": "a"})
    assert shown["d"] == ("carried", {"round": 2, "load": 30, "supporters": 1})
    assert shown["e"] == ("exclusive", {"winner": "f"})
    assert shown["f"] == ("funded", {})


@pytest.mark.parametrize("budget", [0, 10])
def test_elections_without_voters_or_projects(budget: int) -> None:
    assert phragmen(election({}, [], budget)).selected == ()
    assert phragmen(election({}, ["", ""], budget)).selected == ()
    assert told(phragmen(election({"a": 0}, [], budget))) == {"a": ("no_support", {})}


@given(elections())
def test_without_a_reported_tie_every_order_selects_the_same(election: Election) -> None:
    outcome = phragmen(election)
    if not outcome.ties:
        for seed in range(8):
            other = phragmen(election, ties=TieOrder(f"seed:{seed}"))
            assert set(other.selected) == set(outcome.selected)


@given(elections(), st.integers(2, 5))
def test_a_load_is_as_much_less_as_there_are_more_voters(election: Election, times: int) -> None:
    more = {ballot: weight * times for ballot, weight in election.ballots.items()}
    outcome, same = phragmen(election), phragmen(replace(election, ballots=more))
    assert [step.project for step in same.steps] == [step.project for step in outcome.steps]
    assert [step.price * times for step in same.steps] == [step.price for step in outcome.steps]


@given(elections())
@many(200)
def test_loads_never_fall_and_pay_what_was_bought(election: Election) -> None:
    outcome = phragmen(election)
    prices = [step.price for step in outcome.steps]
    assert prices == sorted(prices)
    carried: Number = 0
    for ballot, weight in election.ballots.items():
        wants = {key for key, points in zip(*ballot, strict=True) if points > 0}
        carried += weight * max((s.price for s in outcome.steps if s.project in wants), default=0)
    assert carried == outcome.cost


@pytest.mark.parametrize("bits", [0, 5, 300])
@pytest.mark.parametrize("seed", range(8))
def test_the_outcome_does_not_depend_on_how_near_the_bounds_are(
    seed: int, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = large_election(seed, 40, 300)
    expected = phragmen(drawn)
    monkeypatch.setattr(loads, "_BITS", bits)
    assert phragmen(drawn) == expected


def test_loads_that_no_decimal_can_tell_apart_are_told_apart() -> None:
    """c leads to two thirds more than a, and to a third less than b, in forty digits."""
    costs: dict[str, Number] = {"a": 10**40, "b": 10**40 + 1, "c": 3 * 10**40 + 2}
    outcome = phragmen(election(costs, ["a", "b", "c", "c", "c"], 10**42))
    assert [step.project for step in outcome.steps] == ["a", "c", "b"]
