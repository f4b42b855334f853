"""Every rule against its plain version, on thousands of elections drawn at random."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Election
from budgeting.tally.numbers import Number
from budgeting.tally.pabulib import read
from budgeting.tally.rules import RuleSpec, run
from tests.tally.drawn import (
    MORE,
    elections,
    large_election,
    large_spec,
    many,
    scaled_elections,
    specs,
)
from tests.tally.plain import plain

SMALL_FILES = (
    "Netherlands_Assen_2024.pb",
    "Poland_Czestochowa_2024_Dzbow.pb",
    "Poland_Gdansk_2020_Wyspa_Sobieszewska.pb",
    "Poland_Krakow_2018_Czyzyny.pb",
    "Poland_Krakow_2018_Nowa_Huta.pb",
    "Poland_Poznan_2026_9_-_Stare_Miasto__small.pb",
    "Poland_Zabrze_2021_Helenka.pb",
    "Switzerland_Zurich_D5.pb",
    "Worldwide_Mechanical_Turk_Utilities_3.pb",
)


def assert_same(election: Election, spec: RuleSpec) -> None:
    outcome, expected = run(election, spec), plain(election, spec)
    assert outcome.endowment == expected.endowment
    steps = [(s.project, s.price, s.full, s.part, s.rest) for s in outcome.steps]
    assert steps == [purchase[:5] for purchase in expected.purchases]
    assert set(outcome.selected) == expected.selected
    preference = outcome.preference
    found = (preference.rule, preference.greedy) if preference else None
    assert (found, outcome.standing or spec.rule) == (
        expected.preference,
        expected.standing or spec.rule,
    )


@given(elections(), specs("greedy"))
@many(400)
def test_greedy_is_the_plain_one(election: Election, spec: RuleSpec) -> None:
    assert_same(election, spec)


@given(elections(), specs("phragmen"))
@many(600)
def test_phragmen_is_the_plain_one(election: Election, spec: RuleSpec) -> None:
    assert_same(election, spec)


@given(scaled_elections(), st.data())
@many(1500)
def test_equal_shares_is_the_plain_one(drawn: tuple[Election, Number], data: st.DataObject) -> None:
    election, scale = drawn
    assert_same(election, data.draw(specs("equal-shares", scale)))


@given(scaled_elections(limited=False), st.data())
@many(500)
def test_raised_money_buys_what_it_plainly_buys(
    drawn: tuple[Election, Number], data: st.DataObject
) -> None:
    election, scale = drawn
    fixed = {"completion": "add1", "compare": "none", "min_votes": 0}
    step = scale * data.draw(st.sampled_from([Fraction(1, 20), Fraction(1, 13), Fraction(1, 50)]))
    assert_same(election, data.draw(specs("equal-shares", scale, step=Fraction(step), **fixed)))


@pytest.mark.parametrize("block", range(8))
def test_leaping_over_steps_misses_none(block: int) -> None:
    for seed in range(block, 160 * MORE, 8):
        size = 6 + seed % 7
        election = large_election(seed, size, 4 * size)
        assert_same(election, large_spec(seed, election, 60))


@pytest.mark.parametrize("seed", range(6 * MORE))
def test_leaping_over_steps_misses_none_among_many_projects(seed: int) -> None:
    election = large_election(seed, 40, 300)
    assert_same(election, large_spec(seed, election, 12))


@pytest.mark.parametrize("name", SMALL_FILES)
def test_the_plain_rules_select_what_an_independent_library_selects(
    name: str, shared_pabulib: Path
) -> None:
    with (shared_pabulib / name).open("rb") as stream:
        election = read(stream).election()
    reference = json.loads((shared_pabulib / "reference.json").read_text())["elections"][name]
    for settings, selected in reference["selected"].items():
        rule, completion, until = (*settings.split("/"), "none", "exhaustive")[:3]
        spec = RuleSpec(rule, completion=completion, until=until)
        assert sorted(plain(election, spec).selected) == sorted(selected), settings
