"""Beginning to pay: noted first, asked for under one key, one at a time; and a service that is
down, slow, says no, or fails after it has acted. Against a fake at the protocol."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db, transaction
from core.errors import Conflict, Invalid, Refused
from projects.models import Project
from projects.states import State
from sponsorship.models import Payment, Pledge
from sponsorship.payments import following, jobs
from sponsorship.payments.providers.protocol import Stage
from sponsorship.payments.services import paying
from sponsorship.states import PaymentState, PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake
from tests.sponsorship.payments.ground import add_payment, begin, end, paid
from tests.together import together

WHOLE = 10_000 * YUAN


def payment(ident: int) -> Payment:
    return db.session.get_one(Payment, ident, populate_existing=True)


def start(square: Square, ident: int) -> None:
    """Begin to pay as the signatory, who does not pay."""
    with transaction() as session:
        instalment = session.get_one(Pledge, ident).instalments[0].id
        paying.begin(session, instalment, ("stripe", "card"), square.signatory, square.at)


def test_the_row_is_there_before_the_service_is_asked(square: Square, fake: Fake) -> None:
    ident = begin(square, square.add_signed(WHOLE))
    assert (payment(ident).state, fake.calls["begin"]) == (PaymentState.CREATED, 0)
    following.ask(ident, square.at)
    assert payment(ident).state == PaymentState.PENDING
    assert payment(ident).page_url == f"https://pay.example/{payment(ident).provider_ref}"


def test_a_double_click_is_one_payment_and_one_question(
    app: Flask, square: Square, fake: Fake
) -> None:
    pledge = square.add_signed(WHOLE)

    def click() -> int:
        ident = begin(square, pledge)
        following.ask(ident, square.at)
        return ident

    assert len(set(together(app, click, 8))) == 1
    assert len(fake.payments) == 1
    assert db.session.scalar(select(func.count(Payment.id))) == 1


def test_only_who_pays_for_the_sponsor_begins(square: Square, fake: Fake) -> None:
    with pytest.raises(Refused):
        start(square, square.add_signed(WHOLE))


@pytest.mark.parametrize("state", [PledgeState.ACCEPTED, PledgeState.PAID, PledgeState.LAPSED])
def test_only_signed_pledges_are_paid(square: Square, fake: Fake, state: PledgeState) -> None:
    with pytest.raises(Conflict):
        begin(square, square.add_pledge(WHOLE, state))


def test_a_way_that_is_not_set_up_is_refused(square: Square, fake: Fake) -> None:
    with pytest.raises(Invalid):
        begin(square, square.add_signed(WHOLE), ("stripe", "cowrie"))


def test_nothing_is_begun_while_the_project_is_on_the_ballot(square: Square, fake: Fake) -> None:
    pledge = square.add_signed(WHOLE)
    with transaction() as session:
        session.get_one(Project, square.project).state = State.ON_BALLOT
    with pytest.raises(Conflict):
        begin(square, pledge)


def test_nothing_more_is_paid_than_is_missing(square: Square, fake: Fake) -> None:
    pledge, _ = paid(square)
    with transaction() as session:
        session.get_one(Pledge, pledge).state = PledgeState.DUE
    with pytest.raises(Conflict):
        begin(square, pledge)


def test_after_a_no_another_attempt_has_another_key(square: Square, fake: Fake) -> None:
    pledge = square.add_signed(WHOLE)
    fake.faults["begin"] = ["no"]
    first = begin(square, pledge)
    following.ask(first, square.at)
    assert payment(first).state == PaymentState.FAILED
    second = begin(square, pledge)
    assert payment(second).key == f"pledge:{pledge}:attempt:2"
    following.ask(second, square.at)
    assert payment(second).state == PaymentState.PENDING


@pytest.mark.parametrize("fault", ["down", "slow", "after"])
def test_asked_again_with_the_same_key_it_is_begun_once(
    square: Square, fake: Fake, fault: str
) -> None:
    fake.faults["begin"] = [fault]
    pledge = square.add_signed(WHOLE)
    ident = begin(square, pledge)
    with pytest.raises(following.Silent):
        following.ask(ident, square.at)
    assert payment(ident).state == PaymentState.CREATED
    assert begin(square, pledge) == ident
    following.ask(ident, square.at)
    assert payment(ident).state == PaymentState.PENDING
    assert len(fake.payments) == 1


def test_a_capture_that_failed_after_it_acted_takes_the_money_once(
    square: Square, fake: Fake
) -> None:
    ident = begin(square, square.add_signed(WHOLE))
    following.ask(ident, square.at)
    fake.authorise(payment(ident).provider_ref or "")
    fake.faults["capture"] = ["after"]
    with pytest.raises(following.Silent):
        following.follow(ident, square.at)
    assert payment(ident).state == PaymentState.AUTHORISED
    jobs.run(square.at + timedelta(minutes=2))
    assert payment(ident).state == PaymentState.PAID
    assert len([one for one in fake.moved if one.type == "charge"]) == 1


def test_a_payment_nobody_noted_is_found_by_its_key(square: Square, fake: Fake) -> None:
    ident = begin(square, square.add_signed(WHOLE))
    made = fake.begin(paying.ask_of(payment(ident)))
    fake.settle(made.ref or "")
    jobs.run(square.at + timedelta(minutes=2))
    assert payment(ident).state == PaymentState.PAID
    assert payment(ident).provider_ref == made.ref
    assert fake.calls["begin"] == 1


def test_a_payment_the_service_never_got_is_asked_for_and_ends_in_the_end(
    square: Square, fake: Fake
) -> None:
    pledge = square.add_signed(WHOLE)
    ident = begin(square, pledge)
    fake.faults["begin"] = ["down"]
    jobs.run(square.at + timedelta(minutes=2))
    assert payment(ident).state == PaymentState.CREATED
    jobs.run(square.at + timedelta(minutes=4))
    assert payment(ident).state == PaymentState.PENDING
    other = begin(square, square.add_signed(WHOLE))
    fake.faults["begin"] = ["down"] * 9
    jobs.run(square.at + timedelta(minutes=25))
    assert payment(other).state == PaymentState.CANCELLED


def test_a_page_that_nobody_used_ends_after_an_hour(square: Square, fake: Fake) -> None:
    ident = begin(square, square.add_signed(WHOLE))
    following.ask(ident, square.at)
    jobs.run(square.at + timedelta(minutes=30))
    assert payment(ident).state == PaymentState.PENDING
    jobs.run(square.at + timedelta(minutes=70))
    assert payment(ident).state == PaymentState.CANCELLED
    assert fake.payments[payment(ident).provider_ref or ""].stage == Stage.CANCELLED


def test_the_page_of_a_pledge_that_ended_is_closed(square: Square, fake: Fake) -> None:
    pledge = square.add_signed(WHOLE)
    ident = begin(square, pledge)
    following.ask(ident, square.at)
    end(pledge, PledgeState.LAPSED)
    jobs.run(square.at + timedelta(minutes=2))
    assert payment(ident).state == PaymentState.CANCELLED


def test_giving_up_ends_the_page_and_lets_another_begin(square: Square, fake: Fake) -> None:
    pledge = square.add_signed(WHOLE)
    ident = begin(square, pledge)
    following.ask(ident, square.at)
    following.give_up(ident, square.at)
    assert payment(ident).state == PaymentState.CANCELLED
    assert begin(square, pledge) != ident
    with pytest.raises(Conflict):
        following.give_up(ident, square.at)


def test_giving_up_what_is_paid_already_settles_it(square: Square, fake: Fake) -> None:
    ident = begin(square, square.add_signed(WHOLE))
    following.ask(ident, square.at)
    fake.settle(payment(ident).provider_ref or "")
    following.give_up(ident, square.at)
    assert payment(ident).state == PaymentState.PAID


def test_money_for_an_attempt_that_was_given_up_still_pays(square: Square, fake: Fake) -> None:
    pledge = square.add_signed(WHOLE)
    ident = add_payment(square, pledge, state=PaymentState.CANCELLED, provider_ref=None)
    made = fake.begin(paying.ask_of(payment(ident)))
    fake.settle(made.ref or "")
    following.follow(ident, square.at)
    assert payment(ident).state == PaymentState.PAID
    assert db.session.get_one(Pledge, pledge).state == PledgeState.PAID
