"""What a result gives to the voters as a whole."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Election, Project, Vote, group
from budgeting.tally.limits import Limits
from budgeting.tally.numbers import Number
from budgeting.tally.summary import Comparison, Summary, compare, permille, summarise
from tests.tally.elections import cases, election

COSTS: dict[str, Number] = {"a": 60, "b": 30, "c": 10, "d": 5, "e": 5}
Case = tuple[tuple[Project, ...], list[Vote], Number, str]


def test_each_ballot_falls_into_the_class_of_its_share_of_winners() -> None:
    ballots = ["d", "a,c,d,e", "a,d,e", "a,d", "a,b,d", "a,b,c,d", "a,b,c,d,e", "a", "a,b", ""]
    found = summarise(election(COSTS, ballots, 100), {"a", "b", "c"})
    assert (found.voters, found.choosing, found.without) == (10, 9, 1)
    assert found.shares == (1, 0, 3, 3, 0, 2)


def test_the_borders_of_the_classes_belong_below() -> None:
    ballots = ["a,b,c,d"]
    shares = [summarise(election(COSTS, ballots, 100), set("abcd"[:n])).shares for n in range(5)]
    assert [found.index(1) for found in shares] == [0, 1, 2, 3, 5]


def test_money_is_the_average_share_of_what_was_spent() -> None:
    found = summarise(election(COSTS, ["a", "a,b", "c", ""], 100), {"a", "b", "c"})
    assert found.money == Fraction(60 + 90 + 10, 3 * 100)
    assert found.to_json() is None


def test_thousandths_are_told_of_ten_ballots_and_more() -> None:
    found = summarise(election(COSTS, ["a"] * 4 + ["c,d"] * 3 + ["e"] * 3, 100), {"a", "c"})
    assert found.to_json() == {
        "without": 300,
        "shares": [300, 0, 300, 0, 0, 400],
        "money": permille(Fraction(4 * 60 + 3 * 10, 10 * 70), 1),
    }


def test_a_project_paid_by_others_is_a_winner_but_gets_no_money() -> None:
    round_ = replace(election(COSTS, ["a", "b"], 100), limits=Limits(funded=frozenset("a")))
    found = summarise(round_, {"a", "b"})
    assert (found.without, found.money) == (0, Fraction(1, 2))


def test_no_points_are_no_choice() -> None:
    found = summarise(election(COSTS, ["a:0,b:3", "a:0"], 100, "cumulative"), {"a"})
    assert (found.voters, found.choosing, found.without) == (2, 1, 1)


def test_nothing_won_and_nobody_voted() -> None:
    assert summarise(election(COSTS, ["a"], 100), ()) == Summary(1, 1, (1, 0, 0, 0, 0, 0), 0)
    assert summarise(election(COSTS, [], 100), {"a"}) == Summary(0, 0, (0,) * 6, 0)


def test_comparison_is_by_the_money_for_each_ballot() -> None:
    round_ = election(COSTS, ["a", "b", "b,c", "a,b", "d,e", "d", ""], 100)
    assert compare(round_, {"a", "d"}, {"b", "c", "e", "d"}) == Comparison(2, 3, 1)
    many = election(COSTS, ["a"] * 5 + ["b"] * 3 + ["c"] * 2, 100)
    assert compare(many, {"a"}, {"b"}).to_json() == {"rule": 500, "other": 300, "equal": 200}
    assert compare(round_, {"a"}, {"b"}).to_json() is None


def test_thousandths_are_rounded_to_the_nearest() -> None:
    assert [permille(1, 3), permille(2, 3), permille(1, 2000), permille(0, 7)] == [333, 667, 1, 0]


@given(cases(), st.sets(st.sampled_from("abcdefg")), st.sets(st.sampled_from("abcdefg")))
def test_counting_voter_by_voter_gives_the_same(
    case: Case, first: set[str], second: set[str]
) -> None:
    projects, votes, budget, kind = case
    round_ = Election(projects, group(votes, kind), budget, kind)
    costs = {project.id: Fraction(project.cost) for project in projects}
    spent = sum(cost for key, cost in costs.items() if key in first)
    shares, money, sides = [0] * 6, Fraction(), {-1: 0, 0: 0, 1: 0}
    for vote in votes:
        points = vote.points or (1,) * len(vote.choices)
        chosen = {key for key, given in zip(vote.choices, points, strict=True) if given > 0}
        if not chosen:
            continue
        won = Fraction(len(chosen & first), len(chosen))
        borders = [Fraction(quarter, 4) for quarter in range(4)]
        shares[5 if won == 1 else sum(won > border for border in borders)] += 1
        money += sum((costs[key] for key in chosen & first), Fraction())
        gain = sum(costs[key] * ((key in first) - (key in second)) for key in chosen)
        sides[(gain > 0) - (gain < 0)] += 1
    found = summarise(round_, first)
    assert found.shares == tuple(shares)
    assert found.money * spent * found.choosing == money
    assert compare(round_, first, second) == Comparison(sides[1], sides[-1], sides[0])
