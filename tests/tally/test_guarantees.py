"""What the rules promise, checked from their outcomes alone."""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Ballot, Election
from budgeting.tally.limits import Limits
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome
from budgeting.tally.rules import RULES, RuleSpec, run
from tests.tally.drawn import elections, exact, many, scaled_elections, specs

rules = st.sampled_from(sorted(RULES))
any_spec = rules.flatmap(specs)
WON = {"selected", "bought", "filled", "carried", "funded"}
WON |= {f"{code}_tie" for code in WON}
chances = st.randoms(use_true_random=False)


def costs_of(election: Election) -> dict[str, Number]:
    return {project.id: project.cost for project in election.projects}


def supported(election: Election, least: int) -> set[str]:
    """Projects that somebody wants, named on enough ballots and not paid for by others."""
    wanted = {
        choice
        for ballot in election.ballots
        for choice, points in zip(*ballot, strict=True)
        if points > 0
    }
    counts = election.counts()
    return {k for k in wanted - election.limits.funded if counts[k].votes >= least}


def allowed(election: Election, winners: Collection[str]) -> bool:
    """Whether these keep to the limits together."""
    limits, costs = election.limits, costs_of(election)
    paid = set(winners) - limits.funded
    return all(
        sum(costs[key] for key in paid & ceiling.projects) <= ceiling.amount
        for ceiling in limits.ceilings
    ) and all(
        len(group & paid) <= (0 if group & limits.funded else 1) for group in limits.exclusive
    )


def addable(election: Election, outcome: Outcome, least: int) -> set[str]:
    """Supported projects that budget and limits still allow."""
    costs = costs_of(election)
    rest = supported(election, least) - set(outcome.selected)
    return {
        key
        for key in rest
        if costs[key] + outcome.cost <= election.budget
        and allowed(election, {*outcome.selected, key})
    }


def is_by_points(election: Election, spec: RuleSpec) -> bool:
    return spec.utility == "score" or (spec.utility == "ballot" and election.unit == "points")


@given(elections(), any_spec)
@many(300)
def test_budget_and_limits_are_kept(election: Election, spec: RuleSpec) -> None:
    outcome = run(election, spec)
    assert outcome.cost <= election.budget
    assert set(outcome.selected) >= election.limits.funded
    assert allowed(election, outcome.selected)
    counts = election.counts()
    for key in set(outcome.selected) - election.limits.funded:
        assert counts[key].votes >= spec.min_votes
    assert outcome.cost == sum(
        p.cost for p in election.projects if p.id in set(outcome.selected) - election.limits.funded
    )


@given(elections(), specs("equal-shares", misfit="skip", compare="none"))
@many(200)
def test_filling_up_leaves_nothing_supported_that_fits(election: Election, spec: RuleSpec) -> None:
    for completion in ("utilitarian", "add1-utilitarian"):
        outcome = run(election, replace(spec, completion=completion))
        assert addable(election, outcome, spec.min_votes) == set()


@given(elections(), specs("equal-shares", completion="add1", compare="none"))
@many(200)
def test_raising_until_exhaustive_stops_at_the_first_exhaustive_outcome(
    election: Election, spec: RuleSpec
) -> None:
    outcome = run(election, replace(spec, until="exhaustive"))
    if outcome.start != outcome.endowment:
        before = replace(spec, completion="none")
        assert addable(election, run(election, before), spec.min_votes)
    further = run(election, replace(spec, until="over-budget"))
    assert (further.endowment or 0) >= (outcome.endowment or 0)
    if further.endowment != outcome.endowment:
        assert not addable(election, outcome, spec.min_votes)


@given(elections(), specs("equal-shares", compare="none"), st.sampled_from(["none", "add1"]))
@many(500)
def test_voters_pay_for_what_is_bought_and_keep_too_little_for_the_rest(
    election: Election, spec: RuleSpec, completion: str
) -> None:
    spec = replace(spec, completion=completion)
    outcome = run(election, spec)
    money = {ballot: Fraction(outcome.endowment or 0) for ballot in election.ballots}
    costs = costs_of(election)
    for step in outcome.steps:
        each = {
            ballot: (step.price * points if is_by_points(election, spec) else Fraction(step.price))
            for ballot in money
            for choice, points in zip(*ballot, strict=True)
            if choice == step.project and points > 0
        }
        number = election.ballots
        if not costs[step.project]:  # nobody has to have anything
            continue
        assert step.held == sum(money[b] * number[b] for b in each)
        assert step.full == sum(number[b] for b in each if money[b] >= each[b])
        assert step.part == sum(number[b] for b in each if 0 < money[b] < each[b])
        assert step.rest == sum(money[b] * number[b] for b in each if money[b] < each[b])
        assert sum(min(money[b], each[b]) * number[b] for b in each) == costs[step.project]
        for ballot, price in each.items():
            money[ballot] -= min(money[ballot], price)
    assert [step.project for step in outcome.steps if step.project in election.limits.funded] == []
    for key in left_over(election, spec, outcome):
        held = sum(money[b] * n for b, n in election.ballots.items() if gives(b, key))
        assert held < costs[key]


def left_over(election: Election, spec: RuleSpec, outcome: Outcome) -> set[str]:
    """Supported projects no dearer than the budget, not bought though the limits allow them."""
    costs = costs_of(election)
    rest = supported(election, spec.min_votes) - set(outcome.selected)
    fitting = {key for key in rest if costs[key] <= election.budget}
    return {key for key in fitting if allowed(election, {*outcome.selected, key})}


def gives(ballot: Ballot, key: str) -> bool:
    return any(c == key and points > 0 for c, points in zip(*ballot, strict=True))


@given(elections(), any_spec)
@many(200)
def test_a_loads_rule_never_lowers_the_greatest_load(election: Election, spec: RuleSpec) -> None:
    steps = run(election, replace(spec, rule="phragmen")).steps
    prices = [step.price for step in steps]
    assert prices == sorted(prices)


@given(elections(), any_spec, chances)
@many(200)
def test_the_order_of_projects_and_ballots_is_irrelevant(
    election: Election, spec: RuleSpec, chance: random.Random
) -> None:
    mixed = replace(
        election,
        projects=tuple(chance.sample(election.projects, len(election.projects))),
        ballots=dict(chance.sample(list(election.ballots.items()), len(election.ballots))),
    )
    assert run(mixed, spec) == run(election, spec)


@given(elections(), any_spec, chances)
@many(200)
def test_equal_ballots_may_be_counted_together_or_apart(
    election: Election, spec: RuleSpec, chance: random.Random
) -> None:
    """The same choices with the same points in another order are another ballot as counted."""
    apart: dict[Ballot, int] = {}
    for ballot, weight in election.ballots.items():
        share = chance.randint(0, weight)
        rows = list(zip(*ballot, strict=True))
        chance.shuffle(rows)
        other = Ballot(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
        for part, number in ((ballot, share), (other, weight - share)):
            if number:
                apart[part] = apart.get(part, 0) + number
    assert run(replace(election, ballots=apart), spec) == run(election, spec)


@given(scaled_elections(), st.data(), st.sampled_from([7, 10**12, Fraction(1, 7)]))
@many(200)
def test_the_currency_is_irrelevant(
    drawn: tuple[Election, Number], data: st.DataObject, times: Number
) -> None:
    election, scale = drawn
    spec = data.draw(specs("equal-shares", scale))
    scaled = replace(
        election,
        projects=tuple(replace(p, cost=exact(p.cost * times)) for p in election.projects),
        budget=exact(election.budget * times),
        limits=scaled_limits(election.limits, times),
    )
    one, other = run(election, spec), run(scaled, replace(spec, step=exact(spec.step * times)))
    assert one.selected == other.selected
    assert (one.preference, one.standing, one.ties) == (
        other.preference,
        other.standing,
        other.ties,
    )
    ends = None if one.endowment is None else one.endowment * times
    assert other.endowment == ends
    for step, same in zip(one.steps, other.steps, strict=True):
        assert (step.project, step.full, step.part) == (same.project, same.full, same.part)
        assert (step.price * times, step.rest * times) == (same.price, same.rest)
    assert [p.reason.code for p in one.projects] == [p.reason.code for p in other.projects]


def scaled_limits(limits: Limits, times: Number) -> Limits:
    ceilings = (replace(c, amount=exact(c.amount * times)) for c in limits.ceilings)
    return replace(limits, ceilings=tuple(ceilings))


@given(elections(), any_spec)
@many(150)
def test_running_twice_gives_the_same_bytes(election: Election, spec: RuleSpec) -> None:
    assert as_text(run(election, spec)) == as_text(run(election, spec))


@given(elections(), any_spec)
@many(150)
def test_every_project_has_a_reason_that_suits_its_lot(election: Election, spec: RuleSpec) -> None:
    outcome = run(election, spec)
    for project in outcome.projects:
        assert (project.reason.code in WON) == project.selected
        assert (project.reason.code == "funded") == (project.id in election.limits.funded)
    assert {p.id for p in outcome.projects} == set(costs_of(election))
    assert [p.rank for p in outcome.projects] == list(range(1, len(outcome.projects) + 1))


def as_text(outcome: Outcome) -> str:
    return json.dumps(outcome.to_json())
