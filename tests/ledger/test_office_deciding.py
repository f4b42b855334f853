"""Approving, refusing, withdrawing, paying and undoing on the page of a voucher."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pyotp
import pytest
from flask.testing import FlaskClient

from accounts.models import Credential, Role
from accounts.secrecy import decrypt
from accounts.services.second_factor import new_secret
from core.db import transaction
from ledger.models import VoucherKind, VoucherState
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.office import Office, invoice, last_voucher, policy, voucher

Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def office(make: Factory, sign_in: Callable[..., FlaskClient]) -> Office:
    return Office(make, sign_in)


def test_a_payment_goes_from_request_to_approval_to_the_bank(office: Office) -> None:
    ident = office.ask_payment("250")
    page = office.approver.get(f"/ledger/vouchers/{ident}").text
    for said in ("¥250", "人民币贰佰伍拾元整", "Greenfield", "Project 0", "Invoice approved"):
        assert said in page
    sure = office.approver.get(f"/ledger/vouchers/{ident}/approve").text
    assert "Yes, approve it" in sure
    assert office.decide(office.approver, ident, "approve").status_code == 303
    assert voucher(ident).state == VoucherState.APPROVED
    paid = office.decide(office.finance, ident, "pay", paid_on=office.books.day.isoformat())
    assert paid.status_code == 303
    assert voucher(ident).state == VoucherState.PAID
    life = office.auditor.get(f"/ledger/vouchers/{ident}").text
    for said in ("Asked for", "Approved", "Booked", "Paid by the bank", "in the public record"):
        assert said in life


def test_the_same_pages_speak_chinese(office: Office) -> None:
    ident = office.ask_payment()
    for path in ("", f"/vouchers/{ident}", "/funds", f"/funds/{office.fund}", "/payees"):
        page = office.finance.get(f"/ledger{path}", headers={"Accept-Language": "zh-CN"})
        assert page.status_code == 200
        assert 'lang="zh-Hans"' in page.text


def test_nobody_decides_on_what_they_asked_for(office: Office) -> None:
    ident = office.ask_payment()
    page = office.finance.get(f"/ledger/vouchers/{ident}").text
    assert "You asked for this yourself; somebody else has to decide." in page
    assert office.decide(office.finance, ident, "approve").status_code == 403
    assert office.decide(office.finance, ident, "refuse", reason="No").status_code == 403
    assert voucher(ident).state == VoucherState.REQUESTED


def test_an_amount_above_ones_limit_says_so_and_is_not_approved(office: Office) -> None:
    ident = office.receive(60_000 * YUAN)
    page = office.second.get(f"/ledger/vouchers/{ident}").text
    assert "above your limit of ¥50,000" in page
    answer = office.decide(office.second, ident, "approve")
    assert answer.status_code == 422
    assert "above your limit of ¥50,000" in answer.text
    assert voucher(ident).state == VoucherState.REQUESTED


def test_above_a_threshold_a_second_person_must_approve(
    office: Office, make: Factory, sign_in: Callable[..., FlaskClient]
) -> None:
    ident = office.receive(300_000 * YUAN)
    page = office.approver.get(f"/ledger/vouchers/{ident}").text
    assert "Above ¥200,000 two people must approve. So far: 0." in page
    office.decide(office.approver, ident, "approve")
    assert voucher(ident).state == VoucherState.REQUESTED
    again = office.approver.get(f"/ledger/vouchers/{ident}").text
    assert "You have approved this already" in again
    other = sign_in(office.books.also_approves)
    office.decide(other, ident, "approve")
    assert voucher(ident).state == VoucherState.APPROVED


def test_without_its_paper_nothing_is_approved_until_it_is_added(office: Office) -> None:
    office.post(VoucherKind.RECEIVE)
    ident = last_voucher()
    page = office.approver.get(f"/ledger/vouchers/{ident}").text
    assert "The document with which this money was decided is missing" in page
    answer = office.decide(office.approver, ident, "approve")
    assert "is missing. Please add it first." in answer.text
    assert voucher(ident).state == VoucherState.REQUESTED
    added = office.send(office.finance, f"/ledger/vouchers/{ident}/documents", **policy())
    assert added.status_code == 303
    assert office.decide(office.approver, ident, "approve").status_code == 303
    assert voucher(ident).state == VoucherState.APPROVED


def test_invoices_that_come_to_less_do_not_cover_a_payment(office: Office) -> None:
    ident = office.ask_payment("250")
    more = office.books.ask(
        VoucherKind.DISBURSE,
        300 * YUAN,
        cost_centre_id=office.project,
        payee_id=voucher(ident).payee_id,
    )
    sent = invoice("100", "F-2", "two")
    office.send(office.finance, f"/ledger/vouchers/{more}/documents", **sent)
    page = office.approver.get(f"/ledger/vouchers/{more}").text
    assert "The invoices come to ¥100, which is less than this." in page


def test_an_invoice_is_not_taken_twice(office: Office) -> None:
    first = office.ask_payment("250")
    office.decide(office.approver, first, "approve")
    payee = str(voucher(first).payee_id)
    of = {"source": f"{office.fund}-{office.project}-0-0", "payee": payee, "key": "y" * 22}
    again = office.post(VoucherKind.DISBURSE, amount="250", **of, **invoice("250", "f 1", "two"))
    assert again.status_code == 422
    assert "cannot be paid twice" in again.text


def test_a_button_pressed_twice_does_it_once(office: Office) -> None:
    ident = office.ask_payment()
    for _ in range(2):
        answer = office.decide(office.approver, ident, "approve")
        assert answer.location == f"/ledger/vouchers/{ident}"
    for _ in range(2):
        answer = office.decide(office.finance, ident, "pay", paid_on=office.books.day.isoformat())
        assert answer.location == f"/ledger/vouchers/{ident}"
    assert voucher(ident).state == VoucherState.PAID


def test_a_refusal_needs_a_reason_which_everybody_reads(office: Office) -> None:
    ident = office.ask_payment()
    bare = office.decide(office.approver, ident, "refuse", reason=" ")
    assert bare.status_code == 422
    assert "Please fill this in" in bare.text
    office.decide(office.approver, ident, "refuse", reason="The invoice is for another park.")
    assert voucher(ident).state == VoucherState.REFUSED
    assert "another park" in office.finance.get(f"/ledger/vouchers/{ident}").text


def test_only_who_asked_withdraws_and_only_before_it_is_decided(office: Office) -> None:
    ident = office.ask_payment()
    assert office.decide(office.second, ident, "withdraw").status_code == 403
    assert office.decide(office.finance, ident, "withdraw").status_code == 303
    assert voucher(ident).state == VoucherState.WITHDRAWN
    late = office.decide(office.approver, ident, "approve")
    assert late.status_code == 422
    assert "moved on in the meantime" in late.text


def test_a_payment_is_not_in_the_future_and_not_by_its_approver(office: Office) -> None:
    ident = office.ask_payment()
    office.decide(office.second, ident, "approve")
    page = office.second.get(f"/ledger/vouchers/{ident}").text
    assert "Somebody else has to pay what you approved yourself." in page
    own = office.decide(office.second, ident, "pay", paid_on=office.books.day.isoformat())
    assert own.status_code == 422
    late = office.decide(office.finance, ident, "pay", paid_on="2026-12-24")
    assert late.status_code == 422
    assert "not in the future" in late.text
    assert 'value="2026-12-24"' in late.text


def test_undoing_is_asked_for_with_a_reason_and_approved_by_another(office: Office) -> None:
    ident = office.ask_payment()
    office.decide(office.approver, ident, "approve")
    asked = office.decide(office.finance, ident, "undo", reason="Wrong payee", key="z" * 22)
    again = office.decide(office.finance, ident, "undo", reason="Wrong payee", key="z" * 22)
    undoing = last_voucher()
    assert asked.location == again.location == f"/ledger/vouchers/{undoing}"
    assert voucher(undoing).kind == VoucherKind.REVERSE
    assert "asks to undo this" in office.approver.get(f"/ledger/vouchers/{ident}").text
    office.decide(office.approver, undoing, "approve")
    assert voucher(ident).state == VoucherState.REVERSED
    assert "Undone by" in office.approver.get(f"/ledger/vouchers/{ident}").text


def test_others_areas_and_other_roles_see_nothing(
    office: Office, make: Factory, sign_in: Callable[..., FlaskClient]
) -> None:
    ident = office.ask_payment()
    foreign = sign_in(make.staff(Role.FINANCE, make.area("Elsewhere")))
    resident = sign_in(make.person(office.community))
    weak = sign_in(office.books.approves, strong=False)
    for browser in (foreign, resident, weak):
        assert browser.get(f"/ledger/vouchers/{ident}").status_code == 403
        assert office.decide(browser, ident, "approve").status_code == 403
    assert office.auditor.get(f"/ledger/vouchers/{ident}").status_code == 200
    assert office.decide(office.auditor, ident, "approve").status_code == 403


def test_originals_are_for_the_office_and_copies_for_all_once_it_is_booked(
    office: Office, client: FlaskClient
) -> None:
    ident = office.ask_payment(title="seen by the office only")
    page = office.auditor.get(f"/ledger/vouchers/{ident}").text
    path = page.split('href="/ledger/documents/')[1].split('"')[0]
    assert client.get(f"/ledger/documents/{path}").status_code in {302, 303, 401, 403}
    office.decide(office.approver, ident, "approve")
    copy = client.get(f"/ledger/documents/{path}")
    assert copy.status_code == 200
    assert "attachment" in copy.headers["Content-Disposition"]
    copy.close()
    sealed = office.auditor.get(f"/ledger/documents/{path}/original")
    assert sealed.data.startswith(b"%PDF")
    assert client.get(f"/ledger/documents/{path}/original").status_code != 200


def test_after_a_quarter_of_an_hour_the_second_factor_is_asked_for_again(
    office: Office, clock: Callable[[datetime], None]
) -> None:
    ident = office.ask_payment()
    clock(office.books.at + timedelta(minutes=16))
    page = office.approver.get(f"/ledger/vouchers/{ident}/approve").text
    assert "Code from your app" in page
    bare = office.decide(office.approver, ident, "approve")
    assert bare.status_code == 422
    wrong = office.decide(office.approver, ident, "approve", code="000000")
    assert wrong.status_code == 422
    assert voucher(ident).state == VoucherState.REQUESTED
    refuse = office.approver.get(f"/ledger/vouchers/{ident}/refuse").text
    assert "Code from your app" not in refuse


def test_a_code_shown_again_holds_for_another_quarter_of_an_hour(
    office: Office, make: Factory, clock: Callable[[datetime], None]
) -> None:
    secret = new_secret()
    person = office.books.approves
    with transaction() as session:
        session.add(Credential(person_id=person, totp_secret=secret, totp_confirmed_at=make.at))
    first, second = office.ask_payment("100"), office.receive(5 * YUAN)
    later = office.books.at + timedelta(minutes=16)
    clock(later)
    code = pyotp.TOTP(decrypt("totp", secret)).at(later)
    assert office.decide(office.approver, first, "approve", code=code).status_code == 303
    assert voucher(first).state == VoucherState.APPROVED
    clock(later + timedelta(minutes=14))
    assert office.decide(office.approver, second, "approve").status_code == 303
    assert voucher(second).state == VoucherState.APPROVED
    clock(later + timedelta(minutes=31))
    third = office.receive(6 * YUAN)
    assert office.decide(office.approver, third, "approve", code=code).status_code == 422
    assert voucher(third).state == VoucherState.REQUESTED


def test_the_page_of_a_voucher_takes_few_queries(office: Office, count_queries: Count) -> None:
    ident = office.ask_payment()
    office.decide(office.approver, ident, "approve")
    with count_queries() as queries:
        assert office.finance.get(f"/ledger/vouchers/{ident}").status_code == 200
    assert len(queries) <= 12
