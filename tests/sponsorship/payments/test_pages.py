"""Pages of payments: for those who pay, for the office, and the demonstration's card."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.db import db, transaction
from sponsorship.models import Payment, Pledge, Refund
from sponsorship.payments import following
from sponsorship.payments.providers.stripe_provider import StripeProvider
from sponsorship.payments.services import refunding
from sponsorship.states import PaymentState, PledgeState, RefundState
from tests.budgeting.voting import csrf_token
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.fake import Fake
from tests.sponsorship.payments.ground import begin
from tests.sponsorship.payments.service import begun, deliver, payment, pledge, settled

WHOLE = 10_000 * YUAN
SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]


def post(client: FlaskClient, path: str, **said: str) -> TestResponse:
    """Send a form."""
    return client.post(path, data={"csrf_token": csrf_token(client)} | said)


def choose(client: FlaskClient, ident: int, way: str = "stripe:card") -> tuple[int, str]:
    """Choose the first instalment and a way to pay; gives the status and where it leads."""
    instalment = db.session.get_one(Pledge, ident).instalments[0].id
    db.session.rollback()
    answer = post(client, f"/sponsor/pledges/{ident}/pay", instalment=str(instalment), way=way)
    return answer.status_code, answer.headers.get("Location", answer.text)


def test_whoever_pays_chooses_and_goes_to_the_provider(
    square: Square, fake: Fake, sign_in: SignIn
) -> None:
    ident = square.add_signed(WHOLE)
    client = sign_in(square.payer)
    page = client.get(f"/sponsor/pledges/{ident}/pay")
    assert page.status_code == 200
    assert "Instalment 1: ¥10,000" in page.text
    assert "form-action 'self' https://pay.example" in page.headers["Content-Security-Policy"]
    first, second = choose(client, ident), choose(client, ident)
    assert first == second == (303, "https://pay.example/pi_1")
    assert len(fake.payments) == 1


def test_what_is_missing_in_the_form_is_said_and_nothing_begins(
    square: Square, fake: Fake, sign_in: SignIn
) -> None:
    ident = square.add_signed(WHOLE)
    status, text = choose(sign_in(square.payer), ident, "stripe:cowrie")
    assert status == 422
    assert "Not a valid choice" in text or "Please choose" in text
    assert db.session.scalars(select(Payment)).all() == []


def test_while_the_provider_is_silent_the_page_says_that_nothing_is_lost(
    square: Square, fake: Fake, sign_in: SignIn
) -> None:
    ident = square.add_signed(WHOLE)
    fake.faults["begin"] = ["down"]
    client = sign_in(square.payer)
    _, where = choose(client, ident)
    assert re.fullmatch(r"/sponsor/payments/\d+", where)
    assert "Nothing is lost" in client.get(where).text


def test_the_page_one_comes_back_to_waits_and_then_thanks(
    square: Square, fake: Fake, sign_in: SignIn, count_queries: Count
) -> None:
    _, ident, ref = begun(square, fake)
    client = sign_in(square.payer)
    text = client.get(f"/sponsor/payments/{ident}").text
    assert "being processed" in text
    assert 'hx-trigger="every 3s"' in text
    assert "without paying" in client.get(f"/sponsor/payments/{ident}?left=1").text
    assert fake.calls["fetch"] == 0
    fake.settle(ref)
    deliver(square, "evt_1", "payment.done", ref)
    with count_queries() as sent:
        text = client.get(f"/sponsor/payments/{ident}/progress").text
    assert "It has arrived" in text
    assert "hx-trigger" not in text
    assert len(sent) <= 12


def test_late_money_is_said_to_go_back(square: Square, fake: Fake, sign_in: SignIn) -> None:
    ident, payment_id, ref = begun(square, fake)
    with transaction() as session:
        session.get_one(Pledge, ident).state = PledgeState.CANCELLED
    fake.settle(ref)
    deliver(square, "evt_1", "payment.done", ref)
    assert "goes back" in sign_in(square.payer).get(f"/sponsor/payments/{payment_id}").text


def test_an_attempt_is_ended_and_another_begins(
    square: Square, fake: Fake, sign_in: SignIn
) -> None:
    ident, payment_id, _ = begun(square, fake)
    client = sign_in(square.payer)
    post(client, f"/sponsor/payments/{payment_id}/end")
    text = client.get(f"/sponsor/payments/{payment_id}").text
    assert "has ended; nothing was taken" in text
    assert f"/sponsor/pledges/{ident}/pay" in text
    assert payment(payment_id).state == PaymentState.CANCELLED


def test_strangers_and_those_without_the_role_see_and_pay_nothing(
    square: Square, fake: Fake, sign_in: SignIn, client: FlaskClient
) -> None:
    ident, payment_id, _ = begun(square, fake)
    stranger = sign_in(square.make.person(square.community))
    for who in (client, stranger, sign_in(square.officer)):
        assert who.get(f"/sponsor/payments/{payment_id}").status_code in {302, 403}
        assert who.get(f"/sponsor/pledges/{ident}/pay").status_code in {302, 403}
    signatory = sign_in(square.signatory)
    assert signatory.get(f"/sponsor/payments/{payment_id}").status_code == 200
    assert signatory.get(f"/sponsor/pledges/{ident}/pay").status_code == 403
    assert post(signatory, f"/sponsor/payments/{payment_id}/end").status_code == 403
    assert stranger.get(f"/office/partners/payments/{payment_id}").status_code == 403


def test_the_pledge_shows_its_payments_to_both_sides(
    square: Square, fake: Fake, sign_in: SignIn, count_queries: Count
) -> None:
    ident, _, _ = settled(square, fake)
    own = sign_in(square.payer)
    with count_queries() as sent:
        text = own.get(f"/sponsor/pledges/{ident}").text
    assert "¥10,000 of ¥10,000" in text
    assert "A sponsor&#39;s payment has arrived" in text
    assert len(sent) <= 26
    with transaction() as session:
        session.get_one(Pledge, ident).offered_at = square.at
    text = sign_in(square.officer).get(f"/office/partners/pledges/{ident}").text
    assert "/office/partners/payments/" in text


def test_the_office_lists_looks_gives_back_and_answers(
    square: Square, fake: Fake, sign_in: SignIn, count_queries: Count
) -> None:
    ident, payment_id, ref = settled(square, fake)
    finance, approver = sign_in(square.finance), sign_in(square.approver)
    page = f"/office/partners/payments/{payment_id}"
    assert "Give money back" in finance.get(page).text
    assert "Give money back" not in approver.get(page).text
    said = {"amount": "1,000", "reason": "Paid too much.", "key": "k" * 16}
    assert post(finance, f"{page}/refund", **said | {"amount": "99,999"}).status_code == 422
    assert post(finance, f"{page}/refund", **said | {"reason": " "}).status_code == 422
    assert post(finance, f"{page}/refund", **said).status_code == 303
    refund = db.session.scalars(select(Refund)).one().id
    db.session.rollback()
    approve = f"/office/partners/refunds/{refund}/approve"
    assert finance.get(approve).status_code == 403
    assert "Decide about giving back ¥1,000" in approver.get("/desk").text
    assert approver.get(approve).status_code == 200
    assert post(approver, approve).status_code == 303
    assert db.session.get_one(Refund, refund).state == RefundState.DONE
    assert pledge(ident).refunded == 1_000 * YUAN
    number = fake.dispute(ref, 2_000 * YUAN, respond_by=square.at + timedelta(days=5))
    deliver(square, "evt_1", "dispute.created", number)
    with count_queries() as sent:
        text = finance.get("/office/partners/payments?state=paid").text
    assert "answer in the payment service" in text
    assert len(sent) <= 14
    assert "Answer the dispute about ¥2,000" in finance.get("/desk").text
    assert "it was somebody else" in finance.get(page).text


def test_a_refund_is_refused_or_sent_again(square: Square, fake: Fake, sign_in: SignIn) -> None:
    _, payment_id, _ = settled(square, fake)
    about = {"by_id": square.finance, "reason": "Why", "now": square.at}
    with transaction() as session:
        first = refunding.ask(session, payment_id, 5, key="a", **about).id  # type: ignore[arg-type]  # as given
        second = refunding.ask(session, payment_id, 7, key="b", **about).id  # type: ignore[arg-type]  # as given
    approver, finance = sign_in(square.approver), sign_in(square.finance)
    post(approver, f"/office/partners/refunds/{first}/refuse")
    assert db.session.get_one(Refund, first).state == RefundState.REFUSED
    fake.faults["refund"] = ["no"]
    post(approver, f"/office/partners/refunds/{second}/approve")
    assert db.session.get_one(Refund, second).state == RefundState.FAILED
    db.session.rollback()
    assert "send it again" in finance.get("/desk").text
    post(finance, f"/office/partners/refunds/{second}/again")
    assert db.session.get_one(Refund, second, populate_existing=True).state == RefundState.DONE


def test_what_is_to_be_paid_stands_on_the_desk(square: Square, fake: Fake, sign_in: SignIn) -> None:
    ident = square.add_signed(WHOLE)
    words = f"Pay ¥10,000 for the pledge PL-{ident:06d}"
    assert words in sign_in(square.payer).get("/desk").text
    assert words not in sign_in(square.signatory).get("/desk").text
    begin(square, ident)
    assert words not in sign_in(square.payer).get("/desk").text


@pytest.fixture
def waiting(square: Square, stand_in: StripeProvider) -> int:
    """A payment that waits for a card at the stand-in."""
    ident = begin(square, square.add_signed(WHOLE))
    following.ask(ident, square.at)
    return ident


def test_a_test_card_pays_in_the_demonstration(
    square: Square, sign_in: SignIn, waiting: int
) -> None:
    client = sign_in(square.payer)
    text = client.get(f"/demo/pay/{waiting}").text
    assert "No real money moves here" in text
    assert post(client, f"/demo/pay/{waiting}", number="42").status_code == 422
    answer = post(client, f"/demo/pay/{waiting}", number="4242 4242 4242 4242")
    assert answer.headers["Location"] == f"/sponsor/payments/{waiting}"
    assert payment(waiting).state == PaymentState.PAID
    assert client.get(f"/demo/pay/{waiting}").status_code == 404


def test_a_declined_test_card_says_so_and_takes_nothing(
    square: Square, sign_in: SignIn, waiting: int
) -> None:
    client = sign_in(square.payer)
    post(client, f"/demo/pay/{waiting}", number="4000 0000 0000 0341")
    text = client.get(f"/sponsor/payments/{waiting}").text
    assert "The card was declined." in text
    assert "did not go through" in text
    assert payment(waiting).state == PaymentState.FAILED


@pytest.mark.usefixtures("waiting")
def test_only_whoever_pays_types_a_card(
    square: Square, sign_in: SignIn, waiting: int, client: FlaskClient
) -> None:
    assert sign_in(square.signatory).get(f"/demo/pay/{waiting}").status_code == 403
    assert client.get(f"/demo/pay/{waiting}").status_code in {302, 403}


def test_there_is_no_page_for_cards_but_in_the_demonstration(
    app: Flask, square: Square, fake: Fake, sign_in: SignIn
) -> None:
    _, payment_id, _ = begun(square, fake)
    assert sign_in(square.payer).get(f"/demo/pay/{payment_id}").status_code == 404
    assert post(sign_in(square.payer), f"/demo/pay/{payment_id}").status_code == 404
