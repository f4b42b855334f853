"""What a tally leaves for the page of its result: the rule's way, and another rule beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.counting import spec_of
from budgeting.models import Outcome
from budgeting.reporting import rival
from budgeting.tally.election import Ballot, Election, Project
from budgeting.tally.outcome import Outcome as Decision
from budgeting.tally.rules import RuleSpec, run
from projects.models import Project as Place
from tests.budgeting.polls import Poll, decide, open_poll, tally_of
from tests.factories import Factory

Clock = Callable[..., None]
OLD = {"rule": "greedy", "misfit": "stop", "min_votes": 3, "ties": "cost,votes,seed"}
SHARES = {
    "rule": "equal-shares",
    "misfit": "skip",
    "min_votes": 0,
    "ties": "cost,votes,id",
    "utility": "cost",
    "completion": "add1-utilitarian",
    "until": "exhaustive",
    "compare": "none",
}


def parts_of(session: Session, poll: Poll) -> list[dict[str, Any]]:
    report = tally_of(session, poll).report or {}
    found: list[dict[str, Any]] = report["parts"]
    return found


def test_an_older_round_is_counted_greedily_as_it_said() -> None:
    spec = spec_of(OLD, "feed", 100)
    assert (spec.rule, spec.misfit, spec.min_votes, spec.step) == ("greedy", "stop", 3, 100)
    assert spec.ties.text == "cost,votes,seed:feed"
    assert spec_of(OLD, "feed", 1).compare == "none"


def test_a_round_is_counted_by_all_that_it_says() -> None:
    spec = spec_of(SHARES | {"completion": "add1", "until": "over-budget"}, "feed", 100)
    assert (spec.rule, spec.utility, spec.completion) == ("equal-shares", "cost", "add1")
    assert (spec.until, spec.compare, spec.step) == ("over-budget", "none", 100)
    with pytest.raises(ValueError, match="utility must be one of"):
        spec_of(SHARES | {"utility": "taste"}, "feed", 100)


def test_greedy_is_compared_with_equal_shares_and_others_with_greedy() -> None:
    election = Election((Project("a", 1),), {Ballot(("a",), (1,)): 1}, 1)
    own = RuleSpec(misfit="stop", min_votes=1, step=100, completion="none")
    outcome = run(election, own)
    assert rival(own, outcome) == RuleSpec("equal-shares", "stop", 1, step=100)
    shares = RuleSpec("equal-shares", misfit="stop", min_votes=1, step=100, compare="greedy")
    assert rival(shares, _standing(outcome, "equal-shares")).rule == "greedy"
    other = rival(shares, _standing(outcome, "greedy"))
    assert (other.rule, other.compare, other.misfit) == ("equal-shares", "none", "stop")


def _standing(outcome: Decision, standing: str) -> Decision:
    named = {"rule": "equal-shares", "settings": {}, "standing": standing}
    return Decision(**named, budget=1, unit="votes", voters=1, projects=outcome.projects)  # type: ignore[arg-type]  # as named


def test_a_greedy_round_says_what_equal_shares_would_have_done(
    make: Factory, session: Session, clock: Clock
) -> None:
    town = make.area()
    east = make.area("East", town)
    poll = open_poll(
        make,
        {"Park": 100_000_00, "Lamp": 40_000_00, "Tree": 20_000_00},
        {town: 2, east: 10},
        parts={east: 30_000_00},
        places={"Tree": east},
    )
    park, lamp, tree = poll.codes.values()
    poll.vote_all({person: {park, tree} for person in poll.people[east][:6]})
    poll.vote_all({person: {lamp, tree} for person in poll.people[east][6:]})
    whole, small = parts_of(session, decide(poll, clock))
    assert (whole["rule"]["selected"], whole["rule"]["standing"]) == ([park], "greedy")
    assert whole["rule"]["cost"] == 100_000_00
    # Four voters hold ¥40,000, as much as the lamp costs; six hold too little for the park.
    assert whole["other"] == {"rule": "equal-shares", "cost": 40_000_00, "selected": [lamp]}
    assert whole["summary"] == {
        "rule": {"without": 400, "shares": [400, 0, 0, 0, 0, 600], "money": 600},
        "other": {"without": 600, "shares": [600, 0, 0, 0, 0, 400], "money": 400},
    }
    assert whole["prefer"] == {"rule": 600, "other": 400, "equal": 0}
    assert small["rule"]["selected"] == small["other"]["selected"] == [tree]
    assert small["prefer"] == {"rule": 0, "other": 0, "equal": 1000}


def test_too_few_voters_are_not_told_of(make: Factory, session: Session, clock: Clock) -> None:
    area = make.area()
    poll = open_poll(make, {"Park": 70_000_00}, {area: 9})
    poll.vote_all({person: {poll.codes["Park"]} for person in poll.people[area]})
    only = parts_of(session, decide(poll, clock))[0]
    assert (only["summary"], only["prefer"]) == (None, None)
    assert only["other"]["selected"] == only["rule"]["selected"]


def test_a_round_by_equal_shares_is_stored_with_its_steps_in_minor_units(
    make: Factory, session: Session, clock: Clock
) -> None:
    area = make.area()
    costs = {"Park": 60_000_00, "Lamp": 30_000_00, "Bench": 10_000_00}
    poll = open_poll(make, costs, {area: 10}, rule=SHARES)
    park, lamp, bench = poll.codes.values()
    people = poll.people[area]
    poll.vote_all({person: {park} for person in people[:6]})
    poll.vote_all({person: {lamp, bench} for person in people[6:]})
    only = parts_of(session, decide(poll, clock))[0]
    assert only["rule"]["selected"] == sorted([park, lamp, bench])
    assert only["rule"]["start"] == only["rule"]["endowment"] == 10_000_00
    assert only["other"]["rule"] == "greedy"
    assert {step["project"]: step["full"] for step in only["rule"]["steps"]} == {
        park: 6,
        lamp: 4,
        bench: 4,
    }
    codes = dict(session.execute(select(Place.code, Place.id)).all())
    reason = select(Outcome.reason).where(Outcome.project_id == codes[park])
    assert (session.scalar(reason) or {})["code"] == "bought"


def test_money_is_raised_by_whole_units_of_the_currency(
    make: Factory, session: Session, clock: Clock
) -> None:
    area = make.area()
    rule = SHARES | {"completion": "add1", "until": "over-budget"}
    poll = open_poll(make, {"Park": 60_000_00, "Lamp": 50_000_00}, {area: 10}, rule=rule)
    park, lamp = poll.codes.values()
    poll.vote_all({person: {park} for person in poll.people[area][:5]})
    poll.vote_all({person: {lamp} for person in poll.people[area][5:]})
    only = parts_of(session, decide(poll, clock))[0]
    assert only["rule"]["selected"] == [lamp]
    # With ¥12,000 for each voter there would be both, and they cost too much.
    assert only["rule"]["start"] == 10_000_00
    assert only["rule"]["endowment"] == 11_999_00


def test_what_others_pay_for_costs_the_round_nothing(
    make: Factory, session: Session, clock: Clock
) -> None:
    area = make.area()
    costs = {"Park": 70_000_00, "Lamp": 40_000_00, "Bench": 20_000_00}
    poll = open_poll(
        make,
        costs,
        {area: 12},
        limits=lambda ids: {
            "payers": {str(ids["Park"]): "Mill Ltd"},
            "exclusive": [[ids["Lamp"], ids["Bench"]]],
        },
    )
    lamp, bench = poll.codes["Lamp"], poll.codes["Bench"]
    poll.vote_all({person: {lamp, bench} for person in poll.people[area][:7]})
    poll.vote_all({person: {bench} for person in poll.people[area][7:]})
    decide(poll, clock)
    rows = select(Place.code, Outcome.selected, Outcome.reason).join(Place)
    found = {code: (chosen, reason["code"]) for code, chosen, reason in session.execute(rows)}
    assert found == {
        poll.codes["Park"]: (True, "funded"),
        bench: (True, "selected"),
        lamp: (False, "exclusive"),
    }
    statistics = tally_of(session, poll).statistics or {}
    assert (statistics["selected"], statistics["spent"]) == (2, 20_000_00)
    assert statistics["average_share"] == 1000
