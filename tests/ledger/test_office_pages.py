"""The desk of money, funds, payees, closings and limits, as officers use them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import db
from ledger.models import BankAccount, BankStatement, Fund, PeriodClosing, VoucherKind
from ledger.rules import Rule, rule_for
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.office import Office, last_voucher, policy, source

Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def office(make: Factory, sign_in: Callable[..., FlaskClient]) -> Office:
    return Office(make, sign_in)


@pytest.fixture
def admin(office: Office, make: Factory, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make.staff(Role.ADMIN, office.city))


def test_the_desk_shows_what_waits_for_whom(office: Office) -> None:
    ident = office.ask_payment()
    number = f"PZ-{ident:06d}"
    assert number in office.approver.get("/ledger").text
    assert number not in office.finance.get("/ledger").text
    assert number in office.finance.get("/ledger?tab=mine").text
    assert number not in office.finance.get("/ledger?tab=pay").text
    office.decide(office.approver, ident, "approve")
    assert number not in office.approver.get("/ledger").text
    assert number in office.finance.get("/ledger?tab=pay").text
    assert number in office.auditor.get("/ledger").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=PZ-{id}", True),
        ("q=because", True),
        ("q=100%25", False),
        ("kind=disburse", True),
        ("kind=allot", False),
        ("state=requested", True),
        ("state=paid", False),
        ("fund={fund}", True),
        ("fund=999", False),
        ("kind=nonsense&state=nonsense&tab=nonsense&page=0", True),
        ("page=99999999999999", True),
    ],
)
def test_filters_live_in_the_address(office: Office, query: str, found: bool) -> None:
    ident = office.ask_payment()
    path = query.format(id=f"{ident:06d}", fund=office.fund)
    page = office.auditor.get(f"/ledger?tab=all&{path}")
    assert page.status_code == 200
    assert (f"/ledger/vouchers/{ident}" in page.text) == found


def test_the_personal_desk_lists_what_is_due(office: Office) -> None:
    ident = office.ask_payment()
    office.books.win(600 * YUAN, 70_000 * YUAN, round_ref=2)
    assert f"/ledger/vouchers/{ident}" in office.approver.get("/desk").text
    asks = office.finance.get("/desk").text
    assert f"/ledger/vouchers/{ident}" not in asks
    assert "Set money aside for “Round 2”" in asks
    office.decide(office.approver, ident, "approve")
    assert f"/ledger/vouchers/{ident}" in office.finance.get("/desk").text
    assert f"/ledger/vouchers/{ident}" not in office.approver.get("/desk").text


def test_what_is_above_somebodys_limit_is_not_their_duty(office: Office) -> None:
    ident = office.receive(60_000 * YUAN)
    assert f"/ledger/vouchers/{ident}" not in office.second.get("/desk").text
    assert "above your limit" in office.second.get("/ledger").text
    assert "above your limit" not in office.approver.get("/ledger").text
    assert f"/ledger/vouchers/{ident}" in office.approver.get("/desk").text


def test_a_month_without_a_bank_statement_is_a_duty(office: Office, make: Factory) -> None:
    row = {"area_id": office.city, "name": {"en": "City treasury"}, "number": "**** 1234"}
    account = make.add(BankAccount(currency="CNY", created_at=make.at, **row))
    said = "Bring in the newest statement of “City treasury”"
    assert said in office.finance.get("/desk").text
    assert said not in office.approver.get("/desk").text
    days = {"from_on": date(2026, 2, 1), "to_on": date(2026, 2, 28)}
    taken = {"imported_by_id": office.books.asks, "imported_at": make.at}
    make.add(
        BankStatement(
            bank_account_id=account, sha256="0", format="csv", lines=0, known=0, **days, **taken
        )
    )
    assert said not in office.finance.get("/desk").text


def test_a_fund_shows_what_came_in_and_what_is_left(office: Office) -> None:
    page = office.finance.get("/ledger/funds").text
    for said in ("¥10,000", "¥9,000", "¥600"):
        assert said in page
    one = office.auditor.get(f"/ledger/funds/{office.fund}").text
    for said in ("Round 1", "¥400", "¥9,000"):
        assert said in one
    assert "Change the plan" not in one


def test_a_fund_is_opened_once_for_a_year_and_planned_anew(
    office: Office, session: Session
) -> None:
    sent = {
        "area": str(office.community),
        "kind": "matching",
        "year": "2027",
        "currency": "CNY",
        "name_en": "Matching 2027",
        "planned": "12,000.50",
    }
    answer = office.send(office.finance, "/ledger/funds/new", **sent)
    session.rollback()
    made = session.query(Fund).filter_by(year=2027).one()
    assert answer.location == f"/ledger/funds/{made.id}"
    assert made.planned == 1200050
    again = office.send(office.finance, "/ledger/funds/new", **sent)
    assert again.status_code == 422
    assert "such a fund for that year already" in again.text
    assert 'value="Matching 2027"' in again.text
    office.send(office.finance, f"/ledger/funds/{made.id}", planned="90")
    session.rollback()
    assert session.get_one(Fund, made.id).planned == 9000
    wrong = office.send(office.finance, f"/ledger/funds/{made.id}", planned="-1")
    assert wrong.status_code == 422


def test_a_fund_needs_a_name_and_an_area_of_ones_own(office: Office) -> None:
    sent = {"area": str(office.city), "kind": "matching", "year": "1999", "currency": "CNY"}
    answer = office.send(office.second, "/ledger/funds/new", **sent)
    assert answer.status_code == 422
    for said in ("Please write a name", "Please look at the year", "Not a valid choice"):
        assert said in answer.text


def test_what_is_left_of_a_year_goes_into_the_next(office: Office) -> None:
    following = office.books.fund(office.community, 2027)
    value = source(office.fund, to_fund=following)
    assert value in office.finance.get("/ledger/vouchers/new/carry_over").text
    answer = office.post(VoucherKind.CARRY_OVER, source=value, amount="9000")
    assert answer.status_code == 303
    office.decide(office.approver, last_voucher(), "approve")
    assert "¥9,000" in office.finance.get(f"/ledger/funds/{following}").text


def test_books_are_closed_by_two_people_and_stay_closed(office: Office, session: Session) -> None:
    asked = office.send(
        office.finance, "/ledger/closings", area=str(office.community), ends_on="2026-02-28"
    )
    assert asked.status_code == 303
    session.rollback()
    closing = session.query(PeriodClosing).one().id
    path = f"/ledger/closings/{closing}/approve"
    assert office.send(office.finance, path).status_code == 403
    assert "Close these books?" in office.approver.get(path).text
    assert office.send(office.approver, path).status_code == 303
    late = office.post(VoucherKind.RECEIVE, effective_on="2026-02-20", **policy())
    assert late.status_code == 422
    assert "The books are closed up to" in late.text
    again = office.send(
        office.finance, "/ledger/closings", area=str(office.community), ends_on="2026-02-27"
    )
    assert again.status_code == 422
    assert "a past day after the last closing" in again.text


def test_payees_are_found_by_name_in_both_languages_and_by_code(office: Office) -> None:
    sent = {"payee_name_zh_Hans": "绿地园林", "payee_name_en": "Greenfield"}
    code = "91110000600037341L"
    answer = office.send(office.finance, "/ledger/payees/new", payee_code=code, **sent)
    assert answer.status_code == 303
    for words in ("园林", "greenf", code[4:12]):
        assert code in office.auditor.get("/ledger/payees", query_string={"q": words}).text
    assert code not in office.auditor.get("/ledger/payees?q=%25").text
    nameless = office.send(office.finance, "/ledger/payees/new", payee_code="")
    assert nameless.status_code == 422
    assert office.send(office.auditor, "/ledger/payees/new", **sent).status_code == 403


def test_administrators_set_limits_for_their_area(
    office: Office, admin: FlaskClient, session: Session
) -> None:
    path = f"/ledger/limits/{office.community}"
    sent = {"finance_most": "100", "approver_most": "200", "three_above": "150"}
    assert office.send(office.finance, path, **sent).status_code == 403
    wrong = office.send(admin, path, **(sent | {"approver_most": "50"}))
    assert wrong.status_code == 422
    assert "at least as much as finance officers" in wrong.text
    assert office.send(admin, path, **sent).status_code == 303
    session.rollback()
    area = session.get_one(Fund, office.fund).area
    assert rule_for(session, area.path) == Rule(100_00, 200_00, 150_00)
    assert "¥150" in office.auditor.get("/ledger/limits").text
    chosen = admin.get(f"/ledger/limits?area={office.city}")
    assert chosen.location == f"/ledger/limits/{office.city}"


def test_nothing_is_there_for_what_does_not_exist(office: Office, admin: FlaskClient) -> None:
    for path in ("vouchers/999", "funds/999", "documents/999", f"vouchers/{2**70}"):
        assert office.finance.get(f"/ledger/{path}").status_code == 404
    assert office.approver.get("/ledger/closings/999/approve").status_code == 404
    assert admin.get("/ledger/limits/999").status_code == 404


def test_a_second_factor_shown_lately_is_not_asked_for(
    office: Office, clock: Callable[[datetime], None]
) -> None:
    ident = office.ask_payment()
    clock(office.books.at + timedelta(minutes=14))
    assert "Code from your app" not in office.approver.get(f"/ledger/vouchers/{ident}/approve").text


def test_pages_take_few_queries_however_much_there_is(office: Office, count_queries: Count) -> None:
    for _ in range(35):
        office.receive(YUAN)
    paths = ["?tab=all&page=2", "", "/funds", f"/funds/{office.fund}", "/payees", "/closings"]
    paths += ["/limits", "/vouchers/new/disburse", "/vouchers/new/allot"]
    for path in paths:
        db.session.rollback()
        with count_queries() as queries:
            assert office.finance.get(f"/ledger{path}").status_code == 200
        assert len(queries) <= 12, path
    with count_queries() as queries:
        assert office.approver.get("/desk").status_code == 200
    assert len(queries) <= 12
