"""Transfers, receipts and reconciliation in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import db
from ledger.models import BankAccount
from sponsorship.payments.reconcile import reconcile
from sponsorship.states import PaymentState, RefundState
from tests.accounts.pages import fill_in
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.counter import WHOLE, Counter
from tests.sponsorship.payments.fake import Fake
from tests.sponsorship.payments.ground import paid
from transparency.log import timeline

SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
OFFICE = "/office/partners"
MOST = 16


@pytest.fixture
def counter(square: Square) -> Counter:
    return Counter(square)


def test_a_transfers_page_says_where_to_how_much_and_what_to_write(
    counter: Counter, sign_in: SignIn, count_queries: Count
) -> None:
    payment = counter.expect()
    browser = sign_in(counter.square.payer)
    with count_queries() as queries:
        page = browser.get(f"/sponsor/payments/{payment}/transfer").text
    assert len(queries) <= MOST
    for said in (counter.code(payment), "¥10,000", "**** 8888", "ask the office"):
        assert said in page
    described = f"{OFFICE}/accounts/{counter.account}"
    fill_in(sign_in(counter.square.finance), described, details="Riverside\n6222 0000 8888\nICBC")
    assert "6222 0000 8888" in browser.get(f"/sponsor/payments/{payment}/transfer").text
    entry = timeline(db.session, ("bank_account", counter.account))[0]
    assert entry.type == "payments.account_described"
    assert "6222" not in str(entry.body)


def test_only_those_who_pay_see_it(counter: Counter, sign_in: SignIn, client: FlaskClient) -> None:
    page = f"/sponsor/payments/{counter.expect()}/transfer"
    assert client.get(page).status_code in {302, 303, 401, 403}
    for person in (counter.square.resident, counter.square.signatory, counter.square.finance):
        assert sign_in(person).get(page).status_code == 403
    assert sign_in(counter.square.payer).get("/sponsor/payments/9999/transfer").status_code == 404


def test_one_enters_a_line_and_another_confirms_it(counter: Counter, sign_in: SignIn) -> None:
    payment = counter.expect()
    line = counter.arrive(WHOLE, counter.code(payment), counterparty="明灯公司")
    finance, approver = sign_in(counter.square.finance), sign_in(counter.square.approver)
    page = finance.get(f"{OFFICE}/transfers").text
    assert counter.code(payment) in page
    assert "明灯公司" in page
    assert f"{OFFICE}/payments/{payment}/arrived?line={line}" in page
    enter = f"{OFFICE}/payments/{payment}/arrived"
    assert fill_in(finance, enter, line=str(line)).status_code == 303
    (said,) = counter.said()
    confirm = f"{OFFICE}/transfers/{said.id}/confirm"
    assert confirm not in finance.get(f"{OFFICE}/transfers").text
    assert finance.get(confirm).status_code == 403
    assert confirm in approver.get(f"{OFFICE}/transfers").text
    assert fill_in(approver, confirm).status_code == 303
    assert counter.payment(payment).state == PaymentState.PAID
    assert approver.get(confirm).status_code == 403
    desk = approver.get("/desk").text
    assert "Transfers of sponsors" in desk


def test_of_lines_of_one_amount_only_the_one_with_the_code_is_marked(
    counter: Counter, sign_in: SignIn
) -> None:
    payment, other = counter.expect(), counter.expect()
    first, second = (counter.arrive(WHOLE, counter.code(one)) for one in (payment, other))
    finance = sign_in(counter.square.finance)
    for one, line in ((payment, first), (other, second)):
        page = finance.get(f"{OFFICE}/payments/{one}/arrived").text
        marked = re.findall(r'<input[^>]*checked[^>]*value="(\d+)"', page)
        assert marked == [str(line)]
    third = counter.expect()
    page = f"{OFFICE}/payments/{third}/arrived"
    assert "checked" not in finance.get(page).text
    assert fill_in(finance, page, on="2026-03-02").status_code == 422


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    counter: Counter, sign_in: SignIn
) -> None:
    payment, finance = counter.expect(), sign_in(counter.square.finance)
    page = f"{OFFICE}/payments/{payment}/arrived"
    refused = fill_in(finance, page, line="0", on="2031-01-01")
    assert refused.status_code == 422
    assert "2031-01-01" in refused.text
    assert "not in the future" in refused.text
    assert fill_in(finance, page, line="0").status_code == 422
    assert fill_in(finance, page, line="0", on="2026-03-02").status_code == 303
    (said,) = counter.said()
    drop = f"{OFFICE}/transfers/{said.id}/drop"
    approver = sign_in(counter.square.approver)
    assert fill_in(approver, drop, reason="").status_code == 422
    assert fill_in(approver, drop, reason="No such line.").status_code == 303
    assert counter.said() == []
    assert fill_in(approver, f"{OFFICE}/transfers", drop, reason="x").status_code == 404


def test_a_refund_is_sent_by_one_and_confirmed_by_another(
    counter: Counter, sign_in: SignIn
) -> None:
    payment = counter.lapsed()
    counter.confirm(counter.ask(payment, on=counter.square.today()))
    refund = counter.refund_of(payment).id
    finance, approver = sign_in(counter.square.finance), sign_in(counter.square.approver)
    sent = f"{OFFICE}/refunds/{refund}/sent"
    assert sent in finance.get(f"{OFFICE}/transfers").text
    assert "after the pledge had ended" in finance.get(sent).text
    assert fill_in(finance, sent, line="0", on="2026-03-02").status_code == 303
    confirm = f"{OFFICE}/refunds/{refund}/confirm-sent"
    assert fill_in(approver, confirm).status_code == 303
    assert counter.refund_of(payment).state == RefundState.DONE
    pledge = counter.pledge_of(payment).id
    receipt = f"/sponsor/pledges/{pledge}/refunds/{refund}/receipt.pdf"
    answer = sign_in(counter.square.payer).get(receipt)
    assert answer.data.startswith(b"%PDF")
    assert f"TK-{refund:06d}.pdf" in answer.headers["Content-Disposition"]


def test_a_receipt_is_for_both_sides_and_nobody_else(
    square: Square, sign_in: SignIn, count_queries: Count
) -> None:
    pledge, _payment = paid(square, WHOLE)
    page = f"/sponsor/pledges/{pledge}/payments/1/receipt.pdf"
    for person in (square.manager, square.officer, square.finance):
        browser = sign_in(person)
        with count_queries() as queries:
            answer = browser.get(page)
        assert answer.data.startswith(b"%PDF")
        assert len(queries) <= MOST
    assert sign_in(square.resident).get(page).status_code == 403
    assert sign_in(square.manager).get(page.replace("/1/", "/2/")).status_code == 404
    assert page in sign_in(square.manager).get(f"/sponsor/pledges/{pledge}").text


def test_everybody_sees_what_does_not_match_in_numbers_and_money_people_line_by_line(
    square: Square,
    fake: Fake,
    client: FlaskClient,
    sign_in: SignIn,
    count_queries: Count,
) -> None:
    paid(square, WHOLE)
    reconcile(fake, square.at + timedelta(hours=1))
    with count_queries() as queries:
        page = client.get("/partners/payments").text
    assert len(queries) <= MOST
    assert "Only in the books" in page
    assert "¥10,000" in page
    assert f"pi_{square.made[0]}_1" not in page
    with count_queries() as queries:
        office = sign_in(square.finance).get(f"{OFFICE}/problems").text
    assert len(queries) <= MOST + 4
    assert "Bookings without a line of the service" in office
    assert client.get(f"{OFFICE}/problems").status_code != 200


def test_before_the_first_comparison_the_page_says_so(square: Square, client: FlaskClient) -> None:
    assert "No payment service was compared yet" in client.get("/partners/payments").text
    zh = client.get("/partners/payments", headers={"Accept-Language": "zh-CN"})
    assert zh.status_code == 200


def test_pages_of_the_office_need_few_queries_however_much_waits(
    counter: Counter, sign_in: SignIn, count_queries: Count
) -> None:
    for _ in range(5):
        payment = counter.expect()
        counter.arrive(WHOLE, counter.code(payment))
        counter.ask(counter.expect(), on=counter.square.today())
    finance = sign_in(counter.square.finance)
    for page in (f"{OFFICE}/transfers", f"{OFFICE}/payments", f"{OFFICE}/problems"):
        with count_queries() as queries:
            assert finance.get(page).status_code == 200
        assert len(queries) <= MOST, queries
    assert "5 arrived, 5 to be confirmed" in finance.get(f"{OFFICE}/payments").text


def test_officers_of_other_areas_do_nothing_here(counter: Counter, sign_in: SignIn) -> None:
    elsewhere = counter.square.make.area("Elsewhere")
    stranger = sign_in(counter.square.make.staff(Role.FINANCE, elsewhere))
    payment = counter.expect()
    assert stranger.get(f"{OFFICE}/payments/{payment}/arrived").status_code == 403
    assert stranger.get(f"{OFFICE}/accounts/{counter.account}").status_code == 403
    assert counter.code(payment) not in stranger.get(f"{OFFICE}/transfers").text


def test_changed_payment_details_are_told_to_all_money_people(
    counter: Counter, sign_in: SignIn, session: Session
) -> None:
    page = f"{OFFICE}/accounts/{counter.account}"
    assert fill_in(sign_in(counter.square.finance), page, details="x" * 1001).status_code == 422
    assert fill_in(sign_in(counter.square.finance), page, details="ICBC").status_code == 303
    assert session.get_one(BankAccount, counter.account).payment_details == "ICBC"
    told = sign_in(counter.square.approver).get("/me").text
    assert "payment details" in told or "Payment details" in told
