"""What may win together: ceilings, groups of which one wins, projects that others pay for."""

from __future__ import annotations

import pytest

from budgeting.tally.limits import NO_LIMITS, Allowance, Ceiling, Limits
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Reason

COSTS: dict[str, Number] = {"a": 60, "b": 50, "c": 0, "d": 30}


def test_without_limits_nothing_is_barred() -> None:
    allowance = Allowance(NO_LIMITS, COSTS)
    for key in COSTS:
        assert allowance.bars(key) is None
        allowance.take(key)


def test_a_ceiling_bars_what_costs_more_than_is_left_of_it() -> None:
    allowance = Allowance(Limits((Ceiling("green", frozenset("abc"), 100),)), COSTS)
    allowance.take("d")
    assert allowance.bars("b") is None
    allowance.take("a")
    figures: dict[str, Number | str] = {"ceiling": "green", "amount": 100, "left": 40, "short": 10}
    assert allowance.bars("b") == Reason("ceiling", {**figures})
    assert allowance.bars("c") is None
    assert allowance.bars("d") is None


def test_a_ceiling_bars_what_is_dearer_than_all_of_it_and_may_be_filled_exactly() -> None:
    ceilings = (Ceiling("north", frozenset("ab"), 110), Ceiling("green", frozenset("bd"), 49))
    allowance = Allowance(Limits(ceilings), COSTS)
    barred = allowance.bars("b")
    assert barred
    assert barred.params["ceiling"] == "green"
    assert Allowance(Limits(ceilings[:1]), COSTS).bars("b") is None
    free = Allowance(Limits(ceilings[:1]), COSTS)
    free.take("a")
    assert free.bars("b") is None


def test_of_an_exclusive_group_one_wins() -> None:
    allowance = Allowance(Limits(exclusive=(frozenset("ab"), frozenset("bd"))), COSTS)
    allowance.take("a")
    assert allowance.bars("b") == Reason("exclusive", {"winner": "a"})
    assert allowance.bars("d") is None


def test_a_funded_project_wins_its_group_and_costs_no_ceiling() -> None:
    limits = Limits(
        (Ceiling("green", frozenset("ad"), 30),),
        (frozenset("abc"), frozenset("d")),
        frozenset("ca"),
    )
    allowance = Allowance(limits, COSTS)
    assert allowance.bars("b") == Reason("exclusive", {"winner": "a"})
    assert allowance.bars("d") is None


def test_a_copy_goes_its_own_way() -> None:
    first = Allowance(Limits((Ceiling("x", frozenset("ab"), 60),), (frozenset("cd"),)), COSTS)
    second = first.copy()
    second.take("a")
    second.take("c")
    assert second.bars("b")
    assert second.bars("d")
    assert first.bars("b") is None
    assert first.bars("d") is None


@pytest.mark.parametrize(
    "wrong",
    [
        Limits(funded=frozenset("z")),
        Limits(exclusive=(frozenset("az"),)),
        Limits((Ceiling("green", frozenset("z"), 1),)),
    ],
    ids=["funded", "exclusive", "ceiling"],
)
def test_limits_on_unknown_projects_are_refused(wrong: Limits) -> None:
    with pytest.raises(ValueError, match="not there: z"):
        Allowance(wrong, COSTS)


def test_a_ceiling_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero: green"):
        Allowance(Limits((Ceiling("green", frozenset("a"), -1),)), COSTS)
