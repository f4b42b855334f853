"""The published tie order."""

from __future__ import annotations

from hashlib import sha256

import pytest

from budgeting.tally.election import Project
from budgeting.tally.greedy import greedy
from budgeting.tally.ties import TieOrder
from tests.tally.elections import election


def ranked(order: str) -> list[str]:
    costs = {"2": 7, "10": 5, "a": 5, "B": 9}
    tied = election(costs, [], 0)  # type: ignore[arg-type]
    return [result.id for result in greedy(tied, ties=TieOrder(order)).projects]


def test_ids_are_compared_as_text() -> None:
    assert ranked("id") == ["10", "2", "B", "a"]


def test_the_cheaper_goes_first_and_then_the_smaller_id() -> None:
    assert ranked("cost,id") == ["10", "a", "2", "B"]


def test_more_votes_go_first_where_points_are_equal() -> None:
    pointed = election({"a": 1, "b": 1}, ["a:2,b:1", "b:1"], 1, "cumulative")
    assert greedy(pointed, ties=TieOrder("votes,id")).selected == ("b",)
    assert greedy(pointed, ties=TieOrder("cost,id")).selected == ("a",)


def test_a_seed_orders_by_the_hash_of_seed_and_id() -> None:
    expected = sorted(["2", "10", "a", "B"], key=lambda key: sha256(f"x,y{key}".encode()).digest())
    assert ranked("seed:x,y") == expected
    assert ranked("cost,seed:x,y")[2:] == ["2", "B"]


def test_another_seed_can_give_another_order() -> None:
    assert len({tuple(ranked(f"seed:{number}")) for number in range(30)}) > 5


@pytest.mark.parametrize(
    "text", ["", "cost", "votes,cost", "id,cost", "seed:", "costseed:x", ",id", "lot", "cost, id"]
)
def test_an_order_that_could_leave_a_tie_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="tie order"):
        TieOrder(text)


def test_a_key_ends_in_the_id_so_that_no_two_are_equal() -> None:
    order = TieOrder("cost,votes,id")
    assert order.key(Project("a", 5), 3) < order.key(Project("b", 5), 3)
    assert order.key(Project("b", 5), 4) < order.key(Project("a", 5), 3)
