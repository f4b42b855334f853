"""Giving back: two people or the rules, never more than is there, and what the provider does."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Conflict, DomainError, Invalid, Refused
from ledger.journal import Kind
from ledger.models import Transfer
from sponsorship import bookings
from sponsorship.models import Payment, Pledge, Refund
from sponsorship.payments import following, jobs
from sponsorship.payments.providers.protocol import Stage
from sponsorship.payments.services import refunding
from sponsorship.payments.services.returning import mirror_refund
from sponsorship.states import PledgeState, RefundState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake
from tests.sponsorship.payments.ground import begin
from tests.together import together

WHOLE = 10_000 * YUAN
FEE = 100 * YUAN


@pytest.fixture
def paid(square: Square, fake: Fake) -> int:
    """A payment of ¥10,000 that is in, less ¥100."""
    fake.fee_percent = 1
    ident = begin(square, square.add_signed(WHOLE))
    following.ask(ident, square.at)
    fake.settle(db.session.get_one(Payment, ident).provider_ref or "")
    following.follow(ident, square.at)
    return ident


def ask(square: Square, payment: int, amount: int, **how: object) -> int:
    """Finance asks that money be given back."""
    about = {"reason": "Paid twice.", "by_id": square.finance, "key": f"r{amount}"} | how
    with transaction() as session:
        return refunding.ask(session, payment, amount, now=square.at, **about).id  # type: ignore[arg-type]  # as given


def approve(square: Square, refund: int, by: int | None = None) -> None:
    with transaction() as session:
        refunding.approve(session, refund, by or square.approver, square.at)


def refund(ident: int) -> Refund:
    return db.session.get_one(Refund, ident, populate_existing=True)


def pledge(payment: int) -> Pledge:
    return db.session.get_one(
        Pledge, db.session.get_one(Payment, payment).pledge_id, populate_existing=True
    )


def test_two_people_give_back_a_part(square: Square, fake: Fake, paid: int) -> None:
    ident = ask(square, paid, 1_000 * YUAN)
    assert (refund(ident).state, pledge(paid).refunded) == (RefundState.ASKED, 0)
    approve(square, ident)
    assert refund(ident).state == RefundState.SENT
    assert square.net(Kind.REFUND_PAYABLE) == 1_000 * YUAN
    assert bookings.kept_for(db.session, pledge(paid)) == WHOLE - FEE - 1_000 * YUAN
    line = db.session.scalars(select(Transfer).where(Transfer.code == "refund_due")).one()
    assert (line.actor_id, line.approver_id) == (square.finance, square.approver)
    following.send(ident, square.at)
    assert refund(ident).state == RefundState.DONE
    assert square.net(Kind.REFUND_PAYABLE) == 0
    assert pledge(paid).state == PledgeState.PAID


def test_all_given_back_the_pledge_is_refunded(square: Square, fake: Fake, paid: int) -> None:
    ident = ask(square, paid, WHOLE, beyond=True)
    approve(square, ident)
    assert refund(ident).unrestricted == WHOLE - FEE
    following.send(ident, square.at)
    assert pledge(paid).state == PledgeState.REFUNDED


def test_what_went_elsewhere_already_needs_its_own_yes(square: Square, paid: int) -> None:
    with pytest.raises(Invalid) as refused:
        ask(square, paid, WHOLE)
    assert "beyond" in refused.value.fields


def test_who_asked_does_not_approve_and_who_acts_for_the_sponsor_decides_nothing(
    square: Square, paid: int
) -> None:
    ident = ask(square, paid, YUAN)
    with pytest.raises(Refused):
        approve(square, ident, square.finance)
    with pytest.raises(Refused):
        approve(square, ident, square.manager)
    with pytest.raises(Refused):
        ask(square, paid, 2 * YUAN, by_id=square.payer)


def test_never_more_than_is_left_whoever_asks(square: Square, paid: int) -> None:
    ask(square, paid, WHOLE - FEE)
    with pytest.raises(Invalid):
        ask(square, paid, FEE + 1, beyond=True)


def test_eight_at_once_never_give_back_more_than_came_in(
    app: Flask, square: Square, fake: Fake, paid: int
) -> None:
    part = 4_000 * YUAN
    keys = iter(range(8))

    def one() -> str:
        try:
            ident = ask(square, paid, part, key=f"k{next(keys)}", beyond=True)
            approve(square, ident)
            following.send(ident, square.at)
        except DomainError as error:
            return type(error).__name__
        return "done"

    assert Counter(together(app, one, 8)) == {"done": 2, "Invalid": 6}
    assert pledge(paid).refunded == 2 * part
    assert sum(one.amount for one in fake.given_back.values()) == 2 * part


def test_the_form_sent_twice_is_one(square: Square, paid: int) -> None:
    assert ask(square, paid, YUAN) == ask(square, paid, YUAN)


def test_refused_it_stays(square: Square, paid: int) -> None:
    ident = ask(square, paid, YUAN)
    with transaction() as session:
        refunding.refuse(session, ident, square.approver, square.at)
    assert refund(ident).state == RefundState.REFUSED
    with pytest.raises(Conflict):
        approve(square, ident)
    assert pledge(paid).refunded == 0


@pytest.mark.parametrize("fault", ["down", "after"])
def test_a_service_that_does_not_answer_gives_back_once(
    square: Square, fake: Fake, paid: int, fault: str
) -> None:
    ident = ask(square, paid, YUAN)
    approve(square, ident)
    fake.faults["refund"] = [fault]
    with pytest.raises(following.Silent):
        following.send(ident, square.at)
    assert refund(ident).state == RefundState.SENT
    jobs.run(square.at + timedelta(minutes=1))
    assert refund(ident).state == RefundState.DONE
    assert len(fake.given_back) == 1


def test_a_refund_that_failed_stays_owed_and_is_sent_again(
    square: Square, fake: Fake, paid: int
) -> None:
    ident = ask(square, paid, YUAN)
    approve(square, ident)
    fake.faults["refund"] = ["no"]
    following.send(ident, square.at)
    assert refund(ident).state == RefundState.FAILED
    assert square.net(Kind.REFUND_PAYABLE) == YUAN
    with transaction() as session:
        refunding.again(session, ident, square.finance, square.at)
    following.send(ident, square.at)
    assert refund(ident).state == RefundState.DONE
    assert square.net(Kind.REFUND_PAYABLE) == 0


def test_a_refund_that_came_back_is_owed_again(square: Square, fake: Fake, paid: int) -> None:
    ident = ask(square, paid, YUAN)
    approve(square, ident)
    following.send(ident, square.at)
    clearing = square.net(Kind.PROVIDER_CLEARING)
    said = next(iter(fake.given_back.values()))
    for _ in range(2):
        with transaction() as session:
            back = type(said)(
                said.ref, said.payment_ref, Stage.FAILED, said.amount, "CNY", said.key
            )
            assert mirror_refund(session, paid, back, square.at) == ""
    assert refund(ident).state == RefundState.FAILED
    assert square.net(Kind.REFUND_PAYABLE) == YUAN
    assert square.net(Kind.PROVIDER_CLEARING) == clearing + YUAN
    with transaction() as session:
        refunding.again(session, ident, square.finance, square.at)
    following.send(ident, square.at)
    assert refund(ident).state == RefundState.DONE
    assert (len(fake.given_back), square.net(Kind.REFUND_PAYABLE)) == (2, 0)
    with transaction() as session:  # an old message about the first try
        assert mirror_refund(session, paid, back, square.at) == ""
    assert refund(ident).state == RefundState.DONE


def test_the_rules_drop_what_was_only_asked_for(square: Square, fake: Fake, paid: int) -> None:
    asked = ask(square, paid, YUAN)
    with transaction() as session:
        made = refunding.refund_by_rule(session, pledge(paid), "Missed.", square.at)
        assert [one.amount for one in made] == [WHOLE]
    assert refund(asked).state == RefundState.REFUSED
    jobs.run(square.at)
    assert pledge(paid).state == PledgeState.REFUNDED
