"""What public money adds: by the pure rule for any figures, and as it is read from the rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.db import db
from sponsorship.matching import Limit, Match, Matched, match_for
from sponsorship.models import Opening
from sponsorship.pledges.matching import Sponsor, explain, matched, preview
from sponsorship.terms import Terms
from tests.ledger.books import YUAN
from tests.sponsorship.pledges.ground import Stall

DAY = date(2026, 3, 2)
# What is slow on a busy machine is nothing wrong with the rule.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
money = st.integers(0, 10**12)
caps = st.none() | st.integers(1, 10**12)


@st.composite
def terms(draw: Any) -> Terms:
    return Terms(
        opens_on=DAY,
        closes_on=DAY,
        match_until=DAY,
        match_percent=draw(st.integers(1, 300)),
        match_pool=draw(st.integers(1, 10**12)),
        match_project_most=draw(caps),
        match_sponsor_most=draw(caps),
    )


already = st.builds(Matched, project=money, sponsor=money, total=money, free=money)


@patient
@given(money, terms(), already)
def test_no_limit_is_ever_passed(amount: int, rules: Terms, held: Matched) -> None:
    found = match_for(amount, rules, held, DAY)
    assert 0 <= found.amount <= amount * rules.match_percent / 100
    if found.amount:
        assert found.amount <= held.free
        assert held.total + found.amount <= rules.match_pool
        for cap, reserved in (
            (rules.match_project_most, held.project),
            (rules.match_sponsor_most, held.sponsor),
        ):
            assert cap is None or reserved + found.amount <= cap


@patient
@given(money, money, terms(), already)
def test_who_gives_more_never_gets_less_added(
    amount: int, more: int, rules: Terms, held: Matched
) -> None:
    less = match_for(amount, rules, held, DAY).amount
    assert match_for(amount + more, rules, held, DAY).amount >= less


@patient
@given(money, terms(), already, money)
def test_what_is_reserved_already_never_adds(
    amount: int, rules: Terms, held: Matched, more: int
) -> None:
    fuller = Matched(held.project + more, held.sponsor + more, held.total + more, held.free)
    found = match_for(amount, rules, held, DAY).amount
    assert match_for(amount, rules, fuller, DAY).amount <= found


@patient
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=6), st.integers(1, 300))
def test_split_pledges_never_get_more_than_one(parts: list[int], percent: int) -> None:
    """Rounding is downwards, each time."""
    rules = Terms(opens_on=DAY, closes_on=DAY, match_percent=percent, match_pool=10**15)
    held = Matched(0, 0, 0, 10**15)
    one = match_for(sum(parts), rules, held, DAY).amount
    several = sum(match_for(part, rules, held, DAY).amount for part in parts)
    assert one - len(parts) < several <= one


@pytest.mark.usefixtures("in_english")
def test_every_limit_is_said_in_words() -> None:
    rules = Terms(opens_on=DAY, closes_on=DAY, match_until=DAY, match_percent=50)
    for limit in Limit:
        assert "%" not in explain(Match(0, limit), rules, "CNY").replace("50 %", "")
    for limit in (Limit.NONE, Limit.SPONSOR, Limit.PROJECT, Limit.POOL):
        assert "¥12" in explain(Match(12_00, limit), rules, "CNY")


@pytest.mark.usefixtures("in_english")
def test_a_preview_is_what_the_acceptance_reserves(app: Flask, stall: Stall) -> None:
    for amount in (12_345_67, 15_000 * YUAN, 9_999_99, 100_00):
        opening = db.session.get_one(Opening, stall.opening)
        sponsor = Sponsor(business_id=stall.business)
        seen = preview(db.session, opening, sponsor, amount, stall.today())
        assert seen.words
        assert stall.pledge(stall.accepted(amount)).match == seen.match.amount
    opening = db.session.get_one(Opening, stall.opening)
    held = matched(db.session, opening, Sponsor(business_id=stall.business))
    assert held.sponsor == held.project == held.total == 10_000 * YUAN
    assert held.free == 40_000 * YUAN
    assert matched(db.session, opening, Sponsor(person_id=stall.resident)).sponsor == 0
