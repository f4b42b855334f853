"""Asking for money on the pages of finance officers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import db, transaction
from ledger.models import Document, Payee, Voucher, VoucherKind, VoucherState
from ledger.services.asking import NewPayee, ask
from ledger.services.requesting import Request
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.office import (
    Office,
    invoice,
    last_voucher,
    policy,
    source,
    voucher,
)
from tests.together import together


@pytest.fixture
def office(make: Factory, sign_in: Callable[..., FlaskClient]) -> Office:
    return Office(make, sign_in)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("accept", "left"), [("en", "left: ¥9,000"), ("zh-CN", "¥9,000")])
def test_the_form_says_what_is_left_where_money_comes_from(
    office: Office, accept: str, left: str
) -> None:
    page = office.finance.get(
        "/ledger/vouchers/new/allot", headers={"Accept-Language": accept}
    ).text
    assert left in page


@pytest.mark.parametrize("kind", [kind for kind in VoucherKind if kind != VoucherKind.REVERSE])
def test_every_kind_has_its_form_and_nothing_but_kinds_has(office: Office, kind: str) -> None:
    assert office.finance.get(f"/ledger/vouchers/new/{kind}").status_code == 200
    assert office.finance.get("/ledger/vouchers/new/reverse").status_code == 404


def test_money_from_outside_is_asked_for_with_its_document(office: Office) -> None:
    answer = office.post(VoucherKind.RECEIVE, **policy())
    made = voucher(last_voucher())
    assert answer.location == f"/ledger/vouchers/{made.id}"
    assert (made.kind, made.amount, made.state) == ("receive", 1250, VoucherState.REQUESTED)
    assert db.session.scalars(
        select(Document.kind).where(Document.voucher_id == made.id)
    ).all() == ["policy"]


def test_a_form_sent_twice_is_one_voucher_one_payee_and_one_document(office: Office) -> None:
    before = count(Voucher), count(Payee), count(Document)
    for _ in range(2):
        sent = {"source": source(office.fund, office.project), "payee_name_en": "New Ltd"}
        answer = office.post(VoucherKind.DISBURSE, **sent, **invoice("12.50"))
        assert answer.status_code == 303
    assert (count(Voucher), count(Payee)) == (before[0] + 1, before[1] + 1)
    assert count(Document) == before[2] + 1


def test_a_form_sent_again_with_another_amount_is_refused_and_kept(office: Office) -> None:
    office.post(VoucherKind.RECEIVE)
    answer = office.post(VoucherKind.RECEIVE, amount="99")
    assert answer.status_code == 422
    assert "sent already with other figures" in answer.text
    assert 'value="99"' in answer.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount": "12.345"}, "too many digits after the point"),
        ({"amount": "0"}, "at least ¥0.01"),
        ({"amount": "-5"}, "at least"),
        ({"amount": "1" + "0" * 18}, "at most"),
        ({"amount": "a lot"}, "an amount in figures"),
        ({"amount": None}, "Please fill this in"),
        ({"effective_on": "2027-01-01"}, "up to today"),
        ({"effective_on": ""}, "Please choose a day"),
        ({"purpose": "  "}, "Please fill this in"),
        ({"source": "1-0-0-9"}, "Not a valid choice"),
        ({"to_fund": "999"}, "Not a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_and_everything_else_kept(
    office: Office, values: dict[str, str | None], words: str
) -> None:
    sent = {"to_fund": str(office.books.funds[1]), "source": source(office.books.funds[0])}
    answer = office.post(VoucherKind.ALLOT, conditions="Only for parks", **(sent | values))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Only for parks" in answer.text


def test_money_is_handed_to_the_level_right_below_only(office: Office) -> None:
    sent = {"source": source(office.books.funds[1]), "to_fund": str(office.fund)}
    office.books.book(VoucherKind.RECEIVE, 500 * YUAN, office.books.funds[1])
    answer = office.post(VoucherKind.ALLOT, **sent)
    assert answer.status_code == 422
    assert "directly below" in answer.text


def test_who_is_paid_is_chosen_or_new_but_not_both_or_neither(office: Office) -> None:
    known = str(office.books.payee())
    of = {"source": source(office.fund, office.project)}
    neither = office.post(VoucherKind.DISBURSE, **of)
    assert "choose who is paid, or write their name" in neither.text
    both = office.post(VoucherKind.DISBURSE, payee=known, payee_name_en="Other", **of)
    assert "not both" in both.text
    wrong = office.post(
        VoucherKind.DISBURSE, payee_name_en="Other", payee_code="91110000600037342L", **of
    )
    assert "look at each of its 18 characters" in wrong.text
    assert 'value="Other"' in wrong.text
    assert office.post(VoucherKind.DISBURSE, payee=known, **of).status_code == 303


def test_a_code_belongs_to_one_payee(office: Office) -> None:
    of = {"source": source(office.fund, office.project), "payee_code": "9111 0000-600037341l"}
    assert office.post(VoucherKind.DISBURSE, payee_name_en="One", **of).status_code == 303
    again = office.post(VoucherKind.DISBURSE, payee_name_en="Two", key="x" * 22, **of)
    assert again.status_code == 422
    assert "a payee with this code already" in again.text


def test_closing_a_project_takes_what_is_left_of_it(office: Office) -> None:
    answer = office.post(
        VoucherKind.RELEASE, source=source(office.fund, office.project), amount=None
    )
    assert answer.status_code == 303
    assert voucher(last_voucher()).amount == 600 * YUAN


def test_a_document_that_does_not_fit_keeps_the_request_from_being_made(office: Office) -> None:
    before = count(Voucher)
    broken = policy() | {"paper-as_it_is": ""}
    answer = office.post(VoucherKind.RECEIVE, **broken)
    assert answer.status_code == 422
    assert "names and account numbers covered" in answer.text
    assert "choose them again" in answer.text
    assert count(Voucher) == before


def test_an_officer_asks_only_for_funds_of_their_area_and_below(
    office: Office, session: Session
) -> None:
    above = source(office.books.funds[0])
    answer = office.post(VoucherKind.RECEIVE, office.second, source=above)
    assert answer.status_code == 422
    assert office.post(VoucherKind.RECEIVE, office.second).status_code == 303
    for browser in (office.approver, office.auditor):
        assert office.post(VoucherKind.RECEIVE, browser).status_code == 403


def test_the_same_form_at_the_same_moment_is_one_voucher_and_one_payee(
    office: Office, app: Flask
) -> None:
    before = count(Voucher), count(Payee)
    asked = Request(
        kind=VoucherKind.DISBURSE,
        key="at once",
        fund_id=office.fund,
        amount=YUAN,
        purpose="Because",
        effective_on=office.books.day,
        cost_centre_id=office.project,
    )

    def send() -> int:
        with transaction() as session:
            new = NewPayee({"en": "New Ltd"}, "91110000600037341L")
            return ask(session, asked, new, office.books.asks, office.books.at).id

    assert len(set(together(app, send, 4))) == 1
    assert (count(Voucher), count(Payee)) == (before[0] + 1, before[1] + 1)
