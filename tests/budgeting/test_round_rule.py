"""Choosing how a round counts, and the ceilings of its categories and areas."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from budgeting.category_text import read_categories, write_categories
from budgeting.limits import RoundLimits, limits_of, read_limits
from budgeting.models import BallotType
from budgeting.rule_settings import DEFAULTS, complete, settle, utility_of
from budgeting.rule_words import (
    COMPARISONS,
    COMPLETIONS,
    MISFITS,
    NOTES,
    RULES,
    STOPS,
    TIES,
    UTILITIES,
    counting_in_words,
)
from budgeting.tally import rules as tally
from budgeting.tally.ties import TieOrder
from core.types import MAX_MINOR
from projects.calls import get_call
from tests.budgeting.office import Office, stored
from tests.conftest import START

SHARES = {"rule": "equal-shares", "misfit": None}
CHOICES = {
    "rule": RULES,
    "utility": UTILITIES,
    "completion": COMPLETIONS,
    "until": STOPS,
    "compare": COMPARISONS,
    "misfit": MISFITS,
    "ties": TIES,
}
A_RULE = st.fixed_dictionaries(
    {name: st.sampled_from(sorted(values)) for name, values in CHOICES.items()}
)
A_NAME = st.text("环境路abcXYZ ", max_size=9).map(str.strip)
A_CATEGORY = st.fixed_dictionaries({"zh_Hans": A_NAME, "en": A_NAME}).filter(
    lambda name: any(name.values())
)


def test_the_form_offers_what_the_tally_knows_and_explains_each_choice() -> None:
    assert set(RULES) == set(tally.RULES)
    assert set(UTILITIES) == set(tally.UTILITIES)
    assert set(COMPLETIONS) == set(tally.COMPLETIONS)
    assert set(STOPS) == set(tally.STOPS)
    assert set(COMPARISONS) == set(tally.COMPARISONS)
    for name, values in CHOICES.items():
        assert NOTES[name].keys() == values.keys()


@given(A_RULE, st.sampled_from(BallotType))
def test_every_choice_is_a_rule_that_can_be_run_and_said(
    rule: dict[str, str], ballot: BallotType
) -> None:
    kept = settle(rule, ballot)
    assert settle(kept, ballot) == kept
    assert kept.keys() == DEFAULTS.keys()
    settings = {name: value for name, value in kept.items() if name != "ties"}
    assert tally.RuleSpec(**settings, ties=TieOrder("id")).rule == rule["rule"]
    assert kept["ties"] == rule["ties"]
    assert utility_of(kept, ballot) in {"cost", "cardinality", "score"}
    if ballot in {BallotType.APPROVAL, BallotType.KNAPSACK}:
        assert utility_of(kept, ballot) != "score"
    if rule["rule"] != "equal-shares":
        for name in ("utility", "completion", "until", "compare"):
            assert kept[name] == DEFAULTS[name]


def test_rounds_from_before_there_was_a_choice_are_greedy() -> None:
    old = {"rule": "greedy", "misfit": "stop", "min_votes": 7, "ties": "cost,votes,id"}
    assert complete(old) == {**DEFAULTS, **old}


def test_a_new_round_begins_with_equal_shares(office: Office) -> None:
    page = office.client.get(f"/areas/{office.area}/rounds/new").text
    chosen = page.split('value="equal-shares"')[0].rsplit("<input", 1)[1]
    assert "checked" in chosen
    assert stored(office.drafted(rule=None)).rule["rule"] == "equal-shares"


def test_a_rule_is_kept_shown_again_and_told_to_everybody(office: Office) -> None:
    ident = office.drafted(
        rule="equal-shares",
        ballot_type="points",
        utility="score",
        completion="add1",
        until="over-budget",
        compare="greedy",
        min_votes="5",
    )
    rule = stored(ident).rule
    assert rule["rule"] == "equal-shares"
    assert (rule["utility"], rule["completion"]) == ("score", "add1")
    assert (rule["until"], rule["compare"], rule["min_votes"]) == ("over-budget", "greedy", 5)
    page = office.client.get(f"/rounds/{ident}/edit").text
    for value in ("equal-shares", "score", "add1", "over-budget"):
        assert "checked" in page.split(f'value="{value}"')[0].rsplit("<input", 1)[1], value
    page = office.client.get(f"/rounds/{ident}/preview").text
    assert "Projects win by equal shares" in page
    assert "gave it more points" in page
    assert "A project needs at least 5 supporters." in page
    assert "those win instead" in page


def test_what_a_rule_does_not_heed_is_ignored(office: Office) -> None:
    made = stored(office.drafted(completion="none", compare="greedy", utility="cardinality"))
    assert made.rule == {**DEFAULTS, "ties": "cost,votes,seed"}
    made = stored(office.drafted(rule="equal-shares", utility="score"))
    assert made.rule["utility"] == "ballot"
    made = stored(office.drafted(rule="phragmen", misfit="stop"))
    assert made.rule == {**DEFAULTS, "rule": "phragmen", "ties": "cost,votes,seed"}


def test_a_refused_form_keeps_every_choice(office: Office) -> None:
    answer = office.open_round(
        rule="phragmen", completion="none", title_en="", title_zh_Hans="", categories="P | 5 | x"
    )
    assert answer.status_code == 422
    for value in ("phragmen", "none"):
        assert "checked" in answer.text.split(f'value="{value}"')[0].rsplit("<input", 1)[1]
    assert "P | 5 | x" in answer.text


@pytest.mark.parametrize(
    ("rule", "said", "unsaid"),
    [
        ({"rule": "phragmen"}, "Projects win by balanced burden", "skipped"),
        ({"rule": "phragmen"}, "Exactly equal?", "Equal votes?"),
        ({"completion": "none"}, "stays unspent", "Shares grow"),
        ({"completion": "utilitarian"}, "to the projects with the most votes", "Shares grow"),
        ({"completion": "add1"}, "something more could be paid", "What is left then"),
        ({"utility": "cardinality"}, "worth the same", "as it costs"),
        ({}, "as much to those who chose it as it costs", "points"),
        ({"compare": "none"}, "Projects win by equal shares", "instead"),
    ],
)
def test_settings_are_told_in_plain_words(rule: dict[str, str], said: str, unsaid: str) -> None:
    base = {"rule": "equal-shares", "ties": "seed"}
    words = " ".join(counting_in_words(base | rule, BallotType.APPROVAL))
    assert said in words
    assert unsaid not in words


def test_the_check_list_names_doubtful_rules_and_ceilings(office: Office) -> None:
    ident = office.drafted(
        rule="phragmen",
        ballot_type="ranked",
        categories="Parks | 900\nRoads | 2000000",
    )
    page = office.client.get(f"/rounds/{ident}/check").text
    assert "does not look at points or places" in page
    assert "Below a ceiling of ¥900 nothing can win" in page
    assert "A ceiling of ¥2,000,000 is not below any budget" in page
    plain = office.drafted(rule="equal-shares", categories="Parks | 50000")
    page = office.client.get(f"/rounds/{plain}/check").text
    assert "ceiling" not in page.lower()
    bare = office.drafted(rule="equal-shares", completion="none")
    assert "that is often much money" in office.client.get(f"/rounds/{bare}/check").text


@given(
    st.lists(A_CATEGORY, max_size=6),
    st.dictionaries(st.integers(0, 5), st.integers(1, MAX_MINOR)),
    st.sampled_from(["CNY", "JPY"]),
)
def test_categories_are_read_as_they_were_written(
    names: list[dict[str, str]], ceilings: dict[int, int], currency: str
) -> None:
    found = read_categories(write_categories(names, ceilings, currency), currency)
    wanted = [{k: v for k, v in name.items() if v} for name in names]
    assert [row.name for row in found] == [
        {k: " ".join(v.split()) for k, v in name.items()} for name in wanted
    ]
    assert [row.ceiling for row in found] == [ceilings.get(i) for i in range(len(names))]


def test_ceilings_are_kept_shown_again_copied_and_told(office: Office, client: FlaskClient) -> None:
    ident = office.drafted(
        categories="环境 | Environment | 50,000\nRoads | ¥60000.50\nParks",
        **{f"ceiling_{office.east}": "7000", f"ceiling_{office.west}": "8000"},
    )
    limits = limits_of(stored(ident))
    assert limits.categories == {0: 50_000_00, 1: 60_000_50}
    assert limits.areas == {office.west: 8_000_00}  # East has a budget of its own
    page = office.client.get(f"/rounds/{ident}/edit").text
    assert "环境 | Environment | 50000\n | Roads | 60000.50\n | Parks" in page
    assert 'value="8000"' in page
    office.post(f"/rounds/{ident}/publish")
    page = client.get(f"/rounds/{ident}").text
    assert "All winners in “Environment” together may cost at most ¥50,000, in each budget." in page
    assert "All winners in West together may cost at most ¥8,000." in page
    copy = int(office.post(f"/rounds/{ident}/duplicate").location.split("/")[2])
    assert limits_of(stored(copy)) == limits


@pytest.mark.parametrize("typed", ["cheap", "-5", "0", "1" + "0" * 18])
def test_a_ceiling_that_is_no_amount_is_refused_and_kept(office: Office, typed: str) -> None:
    field = f"ceiling_{office.west}"
    answer = office.open_round(**{field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert '<details class="field" open>' in answer.text


def test_projects_can_be_proposed_where_there_is_a_ceiling(
    office: Office, session: Session
) -> None:
    ident = office.drafted(**{f"ceiling_{office.west}": "8000"})
    office.post(f"/rounds/{ident}/publish")
    call = get_call(session, ident, START)
    assert [area for area, _name in call.areas] == [office.area, office.east, office.west]


def test_limits_are_read_as_they_were_stored() -> None:
    limits = RoundLimits({0: 5}, {7: 9}, [[1, 2]], {3: "Mill"})
    assert read_limits(limits.to_json()) == limits
    assert RoundLimits().to_json() is None
    assert read_limits(None).to_json() is None
    assert limits.without_projects() == RoundLimits({0: 5}, {7: 9})
