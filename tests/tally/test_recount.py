"""A recount comes to the result, and notices when a figure of the result is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgeting.tally.election import Election, Project, Vote, group
from budgeting.tally.limits import Ceiling, Limits
from budgeting.tally.numbers import Number
from budgeting.tally.outcome import Outcome, Reason
from budgeting.tally.recount import recount
from budgeting.tally.recount_text import recount_text
from budgeting.tally.replay import Payment
from budgeting.tally.rules import COMPARISONS, COMPLETIONS, RULES, UTILITIES, RuleSpec, run
from budgeting.tally.sentences import LOCALES
from tests.tally.elections import cases, election

COSTS: dict[str, Number] = {"a": 60, "b": 50, "c": 40, "d": 30}
BALLOTS = ["a,b", "a,c", "a,b", "c,d", "d", "b,c"]
POINTS = ["a:3,b:2", "a:1,c:4", "a:2,b:3", "c:4,d:1", "d:5", "b:2,c:3"]
Case = tuple[tuple[Project, ...], list[Vote], Number, str]


def outcome_of(round_: Election, **settings: str) -> Outcome:
    return run(round_, RuleSpec(**settings))  # type: ignore[arg-type]  # only the texts of a rule


def shares(completion: str = "none") -> tuple[Election, Outcome]:
    round_ = election(COSTS, BALLOTS, 130)
    return round_, outcome_of(round_, rule="equal-shares", completion=completion)


def test_equal_shares_says_who_paid_what() -> None:
    found = recount(*shares())
    assert (found.start, found.endowment) == (Fraction(130, 6), Fraction(130, 6))
    first, second = found.purchases
    assert (first.project, first.payments, first.left) == ("a", (Payment(3, 20, True),), 70)
    assert first.held == 65
    assert second.payments == (
        Payment(2, Fraction(115, 6), True),
        Payment(1, Fraction(5, 3), False),
    )
    assert (second.project, second.cost, second.left) == ("c", 40, 30)
    assert {(s.project, s.cost, s.held) for s in found.shortages} == {
        ("b", 50, Fraction(35, 6)),
        ("d", 30, Fraction(145, 6)),
    }
    assert (found.selected, found.turns, found.others) == (("a", "c"), (), ())


def test_what_is_filled_up_is_counted_from_what_is_left() -> None:
    found = recount(*shares("utilitarian"))
    assert [(t.project, t.left, t.selected) for t in found.turns] == [
        ("b", 30, False),
        ("d", 30, True),
    ]
    assert found.cost == 130


def test_points_are_paid_point_by_point() -> None:
    round_ = election(COSTS, POINTS, 130, "cumulative")
    found = recount(round_, outcome_of(round_, rule="equal-shares"))
    first = found.purchases[0]
    assert (first.project, first.price) == ("c", Fraction(40, 11))
    assert [(p.voters, p.paid) for p in first.payments] == [
        (2, Fraction(160, 11)),
        (1, Fraction(120, 11)),
    ]
    assert found.per_point
    assert "The price for each point is ≈3.64." in recount_text(found)


def test_greedy_goes_down_the_ranking() -> None:
    round_ = election(COSTS, BALLOTS, 130)
    found = recount(round_, outcome_of(round_))
    assert [(t.project, t.left, t.selected) for t in found.turns] == [
        ("a", 130, True),
        ("b", 70, True),
        ("c", 20, False),
        ("d", 20, False),
    ]


def test_phragmen_says_what_each_load_rose_by() -> None:
    round_ = election(COSTS, BALLOTS, 130)
    found = recount(round_, outcome_of(round_, rule="phragmen"))
    assert [(p.project, p.price) for p in found.purchases] == [
        ("c", Fraction(40, 3)),
        ("d", Fraction(65, 3)),
        ("b", Fraction(190, 9)),
    ] or [p.project for p in found.purchases] == ["c", "b", "d"]
    for purchase in found.purchases:
        assert sum(p.voters * p.paid for p in purchase.payments) == purchase.cost


def test_every_fraction_is_exact_in_json() -> None:
    shown = recount(*shares()).to_json()
    assert json.loads(json.dumps(shown)) == shown
    assert shown["start"] == "65/3"
    assert shown["purchases"][1]["price"] == "115/6"
    assert shown["purchases"][1]["payments"][1] == {"voters": 1, "paid": "5/3", "in_full": False}


def test_the_text_can_be_followed_line_by_line() -> None:
    lines = recount_text(recount(*shares("utilitarian")), title=str.upper).splitlines()
    assert lines == [
        "6 ballots share a budget of 130.",
        "Each begins with ≈21.67, together 130.",
        "1. “A” costs 60. The price for each supporter is 20.",
        "   3 × 20 = 60",
        "   Together 60, exactly the cost.",
        "   All voters together have 70 left.",
        "2. “C” costs 40. The price for each supporter is ≈19.17.",
        "   2 × ≈19.17 = ≈38.33",
        "   1 × ≈1.67 = ≈1.67, all they had left",
        "   Together 40, exactly the cost.",
        "   All voters together have 30 left.",
        "In the end the money of their supporters was not enough for these:",
        "   “B” costs 50; its supporters have ≈5.83, ≈44.17 too little.",
        "   “D” costs 30; its supporters have ≈24.17, ≈5.83 too little.",
        "What is left of the budget is offered to the others one by one:",
        "   “B” (3): 50 does not fit into 30",
        "   “D” (2): 30 − 30 = 0",
        "3 projects for 130 of 130: “A”, “C”, “D”.",
    ]


def test_many_different_payments_share_a_line() -> None:
    names = "abcdefghij"
    costs: dict[str, Number] = {key: 10 + place for place, key in enumerate(names)}
    costs["z"] = 400
    ballots = [f"{key},z" for key in names] + ["z"] * 10
    round_ = election(costs, ballots, 600)
    found = recount(round_, outcome_of(round_, rule="equal-shares", utility="cardinality"))
    text = recount_text(found)
    last = max(found.purchases, key=lambda purchase: len(purchase.payments))
    assert len(last.payments) > 7
    assert "others gave all they had left, from " in text
    assert max(map(len, text.splitlines())) < 400


def test_limits_are_counted_too() -> None:
    parks = Ceiling("Parks", frozenset({"a", "c"}), 70)
    limits = Limits((parks,), (frozenset({"b", "d"}),), frozenset("d"))
    round_ = replace(election(COSTS, BALLOTS, 130), limits=limits)
    for rule in RULES:
        found = recount(round_, outcome_of(round_, rule=rule))
        assert "d" in found.selected
        assert "b" not in found.selected
        codes = {other.project: other.reason.code for other in found.others}
        assert (codes["d"], codes["b"]) == ("funded", "exclusive")
        assert "somebody else pays for it" in recount_text(found)


def changed(outcome: Outcome, at: int, **values: object) -> Outcome:
    steps = list(outcome.steps)
    steps[at] = replace(steps[at], **values)  # type: ignore[arg-type]  # wrong on purpose
    return replace(outcome, steps=tuple(steps))


def with_result(outcome: Outcome, at: int, **values: object) -> Outcome:
    results = list(outcome.projects)
    results[at] = replace(results[at], **values)  # type: ignore[arg-type]  # wrong on purpose
    return replace(outcome, projects=tuple(results))


def test_a_wrong_purchase_is_found() -> None:
    round_, outcome = shares()
    with pytest.raises(ValueError, match="project a: cost should be 597/10, not 60"):
        recount(round_, changed(outcome, 0, price=Fraction(199, 10)))
    with pytest.raises(ValueError, match="project c: voters who paid in full should be 2, not 3"):
        recount(round_, changed(outcome, 1, full=3))
    with pytest.raises(ValueError, match="rest of their money should be 1, not 2"):
        recount(round_, changed(outcome, 1, part=2))
    with pytest.raises(ValueError, match="the others' payments should be 5/3, not 1"):
        recount(round_, changed(outcome, 1, rest=1))
    with pytest.raises(ValueError, match="supporters' money should be 65, not 66"):
        recount(round_, changed(outcome, 0, held=66))
    lost = with_result(outcome, 2, selected=False, reason=Reason("unaffordable"))
    stopped = replace(lost, steps=outcome.steps[:1])
    with pytest.raises(ValueError, match="project c: its supporters could still have bought it"):
        recount(round_, stopped)


def test_a_wrong_count_or_winner_is_found() -> None:
    round_, outcome = shares("utilitarian")
    for wrong, said in [
        (with_result(outcome, 0, votes=4), "project a: its votes are counted differently"),
        (with_result(outcome, 0, score=4), "project a: its votes are counted differently"),
        (with_result(outcome, 0, cost=61), "project a: it costs 60"),
        (with_result(outcome, 1, selected=True), "the winners cost more than the budget"),
        (with_result(outcome, 0, selected=False), "the winners are a, c, d"),
        (replace(outcome, budget=131), "the outcome is of another election"),
        (replace(outcome, projects=outcome.projects[1:]), "the outcome says nothing of a"),
        (replace(outcome, projects=outcome.projects[::-1]), "not in the order of their scores"),
        (replace(outcome, funded=frozenset("a")), "are paid for by somebody else"),
        (
            with_result(outcome, 3, reason=Reason("filled", {"left": 31, "remaining": 1})),
            "project d: 30 was left at its turn, not 31",
        ),
        (
            with_result(outcome, 1, reason=Reason("filled", {"left": 30, "remaining": 0})),
            "project b: 30 was left for its cost of 50",
        ),
    ]:
        with pytest.raises(ValueError, match=said):
            recount(round_, wrong)


def test_a_wrong_load_is_found() -> None:
    round_ = election(COSTS, BALLOTS, 130)
    outcome = outcome_of(round_, rule="phragmen")
    with pytest.raises(ValueError, match="project c: cost"):
        recount(round_, changed(outcome, 0, price=13))
    with pytest.raises(ValueError, match="project c: supporters should be 3, not 2"):
        recount(round_, changed(outcome, 0, full=2))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits((Ceiling("Parks", frozenset("ac"), 99),)), "more than the ceiling of Parks"),
        (Limits(exclusive=(frozenset("ac"),)), "only one of a, c may win"),
    ],
)
def test_winners_against_the_limits_are_found(limits: Limits, said: str) -> None:
    round_, outcome = shares()
    with pytest.raises(ValueError, match=said):
        recount(replace(round_, limits=limits), outcome)


specs = st.builds(
    RuleSpec,
    rule=st.sampled_from(sorted(RULES)),
    misfit=st.sampled_from(["skip", "stop"]),
    min_votes=st.integers(0, 2),
    utility=st.sampled_from(UTILITIES),
    completion=st.sampled_from(COMPLETIONS),
    compare=st.sampled_from(COMPARISONS),
    step=st.just(Fraction(10**15, 3)),
)


@st.composite
def limited(draw: st.DrawFn, projects: tuple[Project, ...]) -> Limits:
    some = (
        st.frozensets(st.sampled_from([p.id for p in projects]))
        if projects
        else st.just(frozenset[str]())
    )
    ceilings = st.builds(Ceiling, st.just("Parks"), some, st.integers(0, 20))
    return Limits(
        tuple(draw(st.lists(ceilings, max_size=2))),
        tuple(draw(st.lists(some, max_size=1))),
        draw(some) if draw(st.booleans()) else frozenset(),
    )


@given(cases(), specs, st.data())
def test_every_result_of_every_rule_comes_out_again(
    case: Case, spec: RuleSpec, data: st.DataObject
) -> None:
    projects, votes, budget, kind = case
    round_ = Election(
        projects, group(votes, kind), budget, kind, limits=data.draw(limited(projects))
    )
    outcome = run(round_, spec)
    found = recount(round_, outcome)
    for purchase in found.purchases:
        assert sum(p.voters * p.paid for p in purchase.payments) == purchase.cost
    told = [x.project for part in (found.purchases, found.turns, found.others) for x in part]
    assert set(told) | {s.project for s in found.shortages} == {p.id for p in projects}
    for locale in LOCALES:
        assert recount_text(found, locale).count("\n") >= 1
