"""The demo's written content: complete, in both languages, and true to its own map and rules."""

from __future__ import annotations

from typing import Any

import pytest

from budgeting.demo.content import ROUNDS, read
from budgeting.demo.pictures import SCENES
from core.text import tidy

ROWS = [(name, row) for name in ROUNDS for row in read(f"round_{name}")["projects"]]
HANDED_IN = [(name, row) for name, row in ROWS if row.get("verdict") != "draft"]
FIELDS = {"title": 120, "summary": 300, "description": 10_000, "beneficiaries": 300}


def ring_of(area: str) -> list[list[float]]:
    content = read("community")
    corners = next(row["ring"] for row in content["areas"] if row["key"] == area)
    return [content["points"][name] for name in corners]


def inside(place: list[float], ring: list[list[float]]) -> bool:
    """Whether a ray from ``place`` (latitude, longitude) crosses ``ring`` an odd time."""
    y, x = place
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def test_there_are_sixty_four_projects() -> None:
    assert len(ROWS) == 64


@pytest.mark.parametrize(("name", "row"), HANDED_IN)
def test_a_project_that_was_handed_in_is_complete_in_both_languages(
    name: str, row: dict[str, Any]
) -> None:
    for field, longest in FIELDS.items():
        for text in row[field]:
            assert 0 < len(text) <= longest
            assert tidy(text) == text


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_project_keeps_to_the_rules_of_its_round(name: str, row: dict[str, Any]) -> None:
    rules = read(f"round_{name}")
    least, most = rules["bounds"]
    assert row["category"] in rules["categories"]
    assert row["area"] in rules["budgets"]
    assert row["picture"] in SCENES
    if "estimate" in row:
        assert least <= row["estimate"] <= most
    for review in row.get("reviews", []):
        if row.get("verdict", "eligible") == "eligible":
            assert least <= review.get("cost", least) <= most


@pytest.mark.parametrize(("name", "row"), [(n, r) for n, r in ROWS if "place" in r])
def test_a_project_lies_in_the_community_that_it_names(name: str, row: dict[str, Any]) -> None:
    assert inside(row["place"], ring_of(row["area"]))


def test_the_communities_meet_without_gap_or_overlap() -> None:
    def sides(area: str) -> set[frozenset[tuple[float, ...]]]:
        ring = [tuple(point) for point in ring_of(area)]
        return {frozenset(pair) for pair in zip(ring, [*ring[1:], ring[0]], strict=True)}

    parts = [sides(area) for area in ("binhe", "qingsong", "laojie")]
    outline = parts[0] ^ parts[1] ^ parts[2]
    assert outline == sides("wide")


@pytest.mark.parametrize("name", ["delivery", "results", "voting"])
def test_more_is_asked_for_than_there_is_money_so_that_the_vote_decides(name: str) -> None:
    rules = read(f"round_{name}")
    asked = sum(row["estimate"] for row in rules["projects"])
    assert asked > sum(rules["budgets"].values())
