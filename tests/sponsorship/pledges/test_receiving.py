"""Gifts in kind: received with photos, valued by a stated method, confirmed by a second person."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.db import transaction
from core.errors import Conflict, DomainError, Invalid, Refused
from sponsorship.models import KindReceipt
from sponsorship.pledges.services import receiving
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.pledges.field import Field
from tests.together import together
from transparency.log import timeline


def confirm(field: Field, receipt: int, by: int = 0) -> None:
    """Somebody confirms a receipt."""
    with transaction() as session:
        receiving.confirm(session, receipt, by or field.officer, field.at)


def test_confirmed_by_another_it_is_delivered_and_the_sponsor_told(
    field: Field, session: Session
) -> None:
    ident = field.add_kind(5_000 * YUAN)
    receipt = field.receive(ident, 5_500 * YUAN)
    with pytest.raises(Refused):
        confirm(field, receipt, field.author)
    confirm(field, receipt)
    assert field.row(ident).state == PledgeState.DELIVERED
    assert receiving.received_value(session, ident) == 5_500 * YUAN
    told = session.scalars(select(Notice.text).where(Notice.person_id == field.signatory)).all()
    assert any("¥5,500" in text["en"] for text in told)
    (entry,) = timeline(session, ("pledge", ident), types=("pledge.delivered",))
    assert entry.body["method"] == "list_price"


def test_it_may_come_in_parts(field: Field, session: Session) -> None:
    ident = field.add_kind(5_000 * YUAN, state=PledgeState.DUE)
    first = field.receive(ident, 2_000 * YUAN, complete=False)
    with pytest.raises(Conflict):
        field.receive(ident, 3_000 * YUAN)
    confirm(field, first)
    assert field.row(ident).state == PledgeState.DUE
    confirm(field, field.receive(ident, 3_000 * YUAN))
    assert field.row(ident).state == PledgeState.DELIVERED
    with pytest.raises(Conflict):
        field.receive(ident, 1 * YUAN)
    assert receiving.received_value(session, ident) == 5_000 * YUAN


@pytest.mark.usefixtures("in_english")
def test_far_above_what_was_agreed_needs_to_be_said(field: Field) -> None:
    ident = field.add_kind(5_000 * YUAN)
    confirm(field, field.receive(ident, 10_000 * YUAN, complete=False))
    with pytest.raises(Invalid, match="more than three times the ¥5,000"):
        field.receive(ident, 5_001 * YUAN)
    field.receive(ident, 5_001 * YUAN, far_above=True)


@pytest.mark.usefixtures("in_english")
def test_the_calls_bound_holds_whatever_is_said(field: Field) -> None:
    ident = field.add_kind(400_000 * YUAN)
    confirm(field, field.receive(ident, 300_000 * YUAN, complete=False))
    with pytest.raises(Invalid, match="at most ¥200,000"):
        field.receive(ident, 200_001 * YUAN, far_above=True)
    with pytest.raises(Invalid):
        field.receive(ident, 0)


def test_it_needs_a_photo_a_basis_and_a_day_that_has_been(field: Field) -> None:
    ident = field.add_kind()
    for wrong in (
        {"photos": ()},
        {"basis": ""},
        {"text": "Yes"},
        {"received_on": field.today() + DAY},
        {"received_on": field.today() - 900 * DAY},
    ):
        with pytest.raises(Invalid):
            field.receive(ident, 1 * YUAN, **wrong)


def test_who_gives_neither_receives_nor_confirms(field: Field) -> None:
    ident = field.add_kind()
    with pytest.raises(Refused):
        field.receive(ident, 1 * YUAN, field.signatory)
    receipt = field.receive(ident, 1 * YUAN)
    with pytest.raises(Refused):
        confirm(field, receipt, field.payer)


def test_a_wrong_receipt_goes_and_the_record_keeps_that_it_was_there(
    field: Field, session: Session
) -> None:
    ident = field.add_kind()
    receipt = field.receive(ident, 1 * YUAN)
    with transaction() as own:
        receiving.reject(own, receipt, field.officer, "These are other lamps.", field.at)
    assert session.scalars(select(KindReceipt.id)).all() == []
    assert len(timeline(session, ("pledge", ident), types=("pledge.receipt_rejected",))) == 1
    with pytest.raises(Conflict):
        confirm(field, receipt)
    confirm(field, field.receive(ident, 2 * YUAN))


def test_only_a_signed_pledge_in_kind_is_received(field: Field) -> None:
    for ident in (field.add_signed(), field.add_kind(state=PledgeState.ACCEPTED)):
        with pytest.raises(Conflict):
            field.receive(ident, 1 * YUAN)


def test_sent_and_confirmed_many_times_at_once_it_is_one(app: Flask, field: Field) -> None:
    ident = field.add_kind()
    found = together(app, lambda: field.receive(ident, 1 * YUAN, key="once"), 4)
    assert len(set(found)) == 1
    officers = iter([field.officer, field.other] * 2)

    def tried() -> str:
        try:
            confirm(field, found[0], next(officers))
        except DomainError as error:
            return type(error).__name__
        return "done"

    assert Counter(together(app, tried, 4)) == {"done": 1, "Conflict": 3}
