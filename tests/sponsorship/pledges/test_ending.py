"""Pledges that come to nothing: what is owed, reserved and kept goes back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.db import db, transaction
from core.errors import Conflict, Invalid, Refused
from ledger.journal import Kind
from projects.models import Project
from projects.states import State
from sponsorship.models import Refund
from sponsorship.payments.services import refunding
from sponsorship.pledges.services import ending
from sponsorship.pledges.services.ending import Why
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import POOL
from tests.sponsorship.pledges.field import Field
from transparency.log import timeline

WHY = "The shop closes for good."


def cancel(field: Field, ident: int, by: int, reason: str = WHY) -> None:
    """Call a pledge off."""
    with transaction() as session:
        ending.cancel(session, ident, by, reason, field.at)


def lapse(field: Field, ident: int, why: Why = Why.UNPAID) -> None:
    """Let a pledge lapse."""
    with transaction() as session:
        ending.lapse(session, ident, why, field.at)


@pytest.mark.parametrize("side", ["signatory", "manager", "officer"])
def test_either_side_calls_an_unpaid_pledge_off(field: Field, side: str, session: Session) -> None:
    ident = field.add_signed(10_000 * YUAN)
    field.reserve(ident, 5_000 * YUAN)
    cancel(field, ident, getattr(field, side))
    row = field.row(ident)
    assert (row.state, row.match, row.ended_reason) == (PledgeState.CANCELLED, 0, WHY)
    assert field.net(Kind.PLEDGE_RECEIVABLE) == 0
    assert field.net(Kind.SPONSOR) == 0
    assert field.net(Kind.APPROPRIATION, "call", field.call) == POOL
    told = set(session.scalars(select(Notice.person_id)))
    assert {field.signatory, field.payer, field.officer, field.finance} <= told
    assert len(timeline(session, ("pledge", ident), types=("pledge.cancelled",))) == 1


def test_what_was_paid_goes_back_when_the_office_calls_it_off(field: Field) -> None:
    ident = field.add_signed(10_000 * YUAN)
    field.pay(ident, 4_000 * YUAN, fee=24 * YUAN)
    field.reserve(ident, 5_000 * YUAN)
    with pytest.raises(Conflict):
        cancel(field, ident, field.signatory)
    cancel(field, ident, field.officer)
    assert field.net(Kind.PLEDGE_RECEIVABLE) == 0
    assert field.net(Kind.SPONSOR_RESTRICTED) == 0
    assert field.net(Kind.REFUND_PAYABLE) == 4_000 * YUAN
    assert field.net(Kind.APPROPRIATION, "call", field.call) == POOL
    finish(field)
    assert field.row(ident).state == PledgeState.REFUNDED


def finish(field: Field) -> None:
    """Everything that goes back has arrived."""
    with transaction() as session:
        for refund in session.scalars(select(Refund)).all():
            refunding.finish(session, refund, field.at)


def test_a_reason_is_needed_and_nobody_else_ends_it(field: Field) -> None:
    ident = field.add_signed()
    with pytest.raises(Invalid):
        cancel(field, ident, field.officer, "No.")
    with pytest.raises(Refused):
        cancel(field, ident, field.payer)
    assert field.row(ident).state == PledgeState.SIGNED


def test_it_ends_once(field: Field) -> None:
    ident = field.add_signed()
    lapse(field, ident)
    with pytest.raises(Conflict):
        cancel(field, ident, field.officer)
    with pytest.raises(Conflict):
        lapse(field, ident)
    assert field.net(Kind.PLEDGE_RECEIVABLE) == 0


def test_an_accepted_pledge_frees_its_match_and_owes_nothing(field: Field) -> None:
    ident = field.add_pledge(state=PledgeState.ACCEPTED)
    field.reserve(ident, 5_000 * YUAN)
    lapse(field, ident, Why.UNSIGNED)
    assert field.row(ident).state == PledgeState.LAPSED
    assert field.net(Kind.APPROPRIATION, "call", field.call) == POOL


def test_a_gift_in_kind_ends_without_the_books(field: Field) -> None:
    ident = field.add_kind()
    cancel(field, ident, field.officer)
    assert field.row(ident).state == PledgeState.CANCELLED


def test_nothing_ends_under_vote(field: Field) -> None:
    ident = field.add_signed()
    with transaction() as session:
        session.get_one(Project, field.project).state = State.ON_BALLOT
    with pytest.raises(Conflict):
        cancel(field, ident, field.officer)
    with pytest.raises(Conflict):
        lapse(field, ident)
    assert db.session.scalars(select(Notice.id)).all() == []
