"""Targets at their deadline: met or missed, once, whoever asks and however late."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.db import transaction
from core.jobs import run_due
from ledger.journal import Kind
from projects.models import Project
from projects.states import State
from sponsorship.models import Refund
from sponsorship.pledges.afterwards_jobs import settle_due
from sponsorship.pledges.services.targets import settle_opening
from sponsorship.states import OpeningState, PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import POOL
from tests.sponsorship.pledges.field import Field
from tests.together import together
from transparency.log import timeline

P = PledgeState


def test_money_its_match_and_signed_gifts_meet_a_target(field: Field, session: Session) -> None:
    field.add_paid(20_000 * YUAN, match=5_000 * YUAN, only_if_met=True)
    field.add_kind(5_000 * YUAN)
    settle_due(field.after(29))
    assert field.opening_row().state == OpeningState.OPEN
    settle_due(field.after(30))
    assert field.opening_row().state == OpeningState.MET
    (entry,) = timeline(session, ("opening", field.opening), types=("opening.met",))
    assert entry.body["paid"] == 20_000 * YUAN
    assert entry.body["match"] == 5_000 * YUAN
    assert entry.body["in_kind"] == 5_000 * YUAN
    assert {field.signatory, field.officer} <= set(session.scalars(select(Notice.person_id)))


def test_what_is_only_promised_does_not_count_and_half_paid_counts_half(field: Field) -> None:
    field.add_signed(30_000 * YUAN)
    field.add_kind(20_000 * YUAN, state=P.ACCEPTED)
    half = field.add_signed(20_000 * YUAN)
    field.reserve(half, 10_000 * YUAN)
    field.pay(half, 19_999 * YUAN)
    settle_due(field.after(30))
    assert field.opening_row().state == OpeningState.MISSED


def test_a_missed_target_sends_back_what_depended_on_it(field: Field, session: Session) -> None:
    paid = field.add_paid(10_000 * YUAN, match=5_000 * YUAN, only_if_met=True)
    owed = field.add_signed(8_000 * YUAN, only_if_met=True)
    offered = field.add_pledge(only_if_met=True)
    accepted = field.add_pledge(state=P.ACCEPTED, only_if_met=True)
    kind = field.add_kind(1_000 * YUAN, only_if_met=True)
    stays = field.add_paid(3_000 * YUAN)
    settle_due(field.after(45))
    assert field.opening_row().state == OpeningState.MISSED
    for ident in (paid, owed, offered, accepted, kind):
        assert field.row(ident).state == P.LAPSED
    assert field.row(stays).state == P.PAID
    assert field.net(Kind.PLEDGE_RECEIVABLE) == 0
    assert field.net(Kind.REFUND_PAYABLE) == 10_000 * YUAN
    assert field.net(Kind.SPONSOR_RESTRICTED) == 3_000 * YUAN
    assert field.net(Kind.APPROPRIATION, "call", field.call) == POOL
    assert [one.amount for one in session.scalars(select(Refund))] == [10_000 * YUAN]


def test_settling_again_changes_nothing(field: Field, session: Session) -> None:
    field.add_paid(10_000 * YUAN, only_if_met=True)
    for days in (30, 30, 31):
        settle_due(field.after(days))
    run_due(field.after(32))
    assert len(timeline(session, ("opening", field.opening), types=("opening.missed",))) == 1
    assert field.net(Kind.REFUND_PAYABLE) == 10_000 * YUAN


def test_many_runs_at_once_settle_once(app: Flask, field: Field, session: Session) -> None:
    paid = field.add_paid(10_000 * YUAN, match=5_000 * YUAN, only_if_met=True)
    at = field.after(30)

    def run() -> bool:
        with transaction() as own:
            return settle_opening(own, field.opening, at)

    assert Counter(together(app, run, 6)) == {True: 1, False: 5}
    assert field.row(paid).state == P.LAPSED
    assert len(session.scalars(select(Refund.id)).all()) == 1
    assert len(timeline(session, ("pledge", paid), types=("pledge.lapsed",))) == 1


@pytest.mark.parametrize("turn", range(3))
def test_money_that_settles_at_the_same_moment_counts_or_goes_back(
    app: Flask, field: Field, turn: int
) -> None:
    ident = field.add_signed(30_000 * YUAN, only_if_met=True)
    turns = iter(("settle", "pay"))

    def either() -> None:
        if next(turns) == "settle":
            settle_due(field.after(30))
        else:
            field.pay(ident, 30_000 * YUAN)

    together(app, either, 2)
    state, row = field.opening_row().state, field.row(ident)
    if state == OpeningState.MET:
        assert row.state == P.PAID
        assert field.net(Kind.SPONSOR_RESTRICTED) == 30_000 * YUAN
    else:
        assert row.state == P.LAPSED
        assert field.net(Kind.REFUND_PAYABLE) == 30_000 * YUAN
        assert field.net(Kind.SPONSOR_RESTRICTED) == 0


def test_under_vote_a_target_waits_for_the_close(field: Field) -> None:
    field.add_paid(30_000 * YUAN, only_if_met=True)
    _set(field, State.ON_BALLOT)
    settle_due(field.after(31))
    with transaction() as session:
        assert not settle_opening(session, field.opening, field.after(31))
    assert field.opening_row().state == OpeningState.OPEN
    _set(field, State.SELECTED)
    settle_due(field.after(32))
    assert field.opening_row().state == OpeningState.MET


def _set(field: Field, state: State) -> None:
    with transaction() as session:
        session.get_one(Project, field.project).state = state


def test_an_opening_without_a_target_stays_as_it_is(field: Field) -> None:
    opening = field.add_opening(kind="pool", project_id=None, target=None, deadline=field.after(1))
    settle_due(field.after(60))
    assert field.opening_row(opening).state == OpeningState.OPEN
