"""Officers send statements and match lines in the browser; others read or stay outside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Role
from ledger.models import BankAccount, BankMatch, Transfer
from tests.accounts.pages import fill_in
from tests.conftest import START, set_clock
from tests.factories import Factory
from tests.ledger.banks import Bank, line, statement
from tests.ledger.statement_files import camt_xml, csv_bytes, entry_xml

SignIn = Callable[..., FlaskClient]
HEAD = "Date,Amount,Ref,Name"
MAPPED = {"date": "Date", "amount": "Amount", "reference": "Ref", "counterparty": "Name"}


@pytest.fixture
def bank(app: Flask, make: Factory) -> Bank:
    return Bank.open(make)


@pytest.fixture
def officer(bank: Bank, sign_in: SignIn) -> FlaskClient:
    return sign_in(bank.books.asks)


def send(browser: FlaskClient, bank: Bank, content: bytes, **fields: Any) -> TestResponse:
    """Send a statement."""
    page = f"/ledger/bank/{bank.account}/upload"
    known: dict[str, Any] = {
        "delimiter": ",",
        "encoding": "auto",
        "date_format": "2026-03-31",
        "decimal": ".",
        "skip": "0",
    }
    file = (BytesIO(content), "statement.csv")
    return fill_in(browser, page, file=file, **(known | MAPPED | fields))


def test_a_statement_is_sent_matched_and_looked_at(
    bank: Bank, officer: FlaskClient, session: Session
) -> None:
    voucher = bank.pay()
    rows = (f"2026-03-01,-900,PZ-{voucher:06d},滨河园林", "2026-03-02,-17,fee,<b>Bank</b>")
    sent = send(officer, bank, csv_bytes(*rows, head=HEAD))
    assert sent.status_code == 303
    page = officer.get(sent.location)
    assert "2 new lines." in page.text
    assert "&lt;b&gt;Bank" in page.text
    exact = fill_in(officer, sent.location, f"/ledger/bank/{bank.account}/match-exact")
    assert "1 line was matched." in officer.get(exact.location).text
    matched = officer.get(f"/ledger/bank/{bank.account}/lines?state=matched").text
    assert f"PZ-{voucher:06d}" in matched
    assert "fee" not in matched
    assert (
        "1 line of the bank is not in the ledger"
        in officer.get(f"/ledger/bank/{bank.account}").text
    )


def test_one_line_is_matched_and_taken_back_on_its_page(
    bank: Bank, officer: FlaskClient, session: Session
) -> None:
    voucher = bank.pay()
    bank.take_in(statement(line(-900_00)))
    one = bank.lines()[0].id
    url = f"/ledger/bank/lines/{one}"
    page = officer.get(url).text
    assert "This one" in page
    assert f"PZ-{voucher:06d}" in page
    transfer = session.scalars(select(Transfer.id).where(Transfer.code == "pay")).one()
    assert fill_in(officer, url, transfer=transfer).status_code == 303
    page = officer.get(url).text
    assert f"This is line {transfer} of the ledger." in page
    assert fill_in(officer, url, url + "/unmatch").status_code == 303
    assert "This one" in officer.get(url).text
    refused = fill_in(officer, url, transfer=transfer + 1)
    assert refused.status_code == 422
    assert "another amount or bank account" in refused.text


def test_a_fault_is_shown_with_line_and_column_and_nothing_typed_is_lost(
    bank: Bank, officer: FlaskClient
) -> None:
    page = send(officer, bank, csv_bytes("2026-03-01,x,,", head=HEAD), skip="0", text="Note")
    assert page.status_code == 422
    assert "No column is called “Note”" in page.text
    page = send(officer, bank, csv_bytes("2026-03-01,x,,", head=HEAD), opening="12.50")
    assert "Line 2, column 2 (Amount): “x” is not an amount." in page.text
    assert 'value="12.50"' in page.text
    assert 'value="Name"' in page.text
    assert bank.lines() == []


def test_how_a_file_was_read_is_remembered(
    bank: Bank, officer: FlaskClient, session: Session
) -> None:
    send(officer, bank, csv_bytes("2026-03-01,1,,", head=HEAD), date="1")
    kept = session.get_one(BankAccount, bank.account).mapping
    assert kept is not None
    assert kept["date"] == "1"
    assert 'value="Ref"' in officer.get(f"/ledger/bank/{bank.account}/upload").text


def test_xml_needs_no_columns(bank: Bank, officer: FlaskClient) -> None:
    content = b"\xef\xbb\xbf" + camt_xml([entry_xml(-17)], 17, 0, account="CN1234").encode()
    sent = send(officer, bank, content, date="", amount="")
    assert sent.status_code == 303
    again = send(officer, bank, content, date="", amount="")
    assert again.status_code == 422
    assert "taken in already" in again.text


@pytest.mark.parametrize("content", [b"", b"\0\0", b"<a>", b"\xff\xfe<", b"x" * 70_000])
def test_a_file_that_is_no_statement_is_refused(
    bank: Bank, officer: FlaskClient, content: bytes
) -> None:
    assert send(officer, bank, content).status_code == 422


def test_an_account_is_entered_and_its_funds_chosen(
    bank: Bank, officer: FlaskClient, session: Session
) -> None:
    fields: dict[str, Any] = {
        "area": bank.area,
        "name_en": "Second",
        "number": "62",
        "currency": "CNY",
    }
    short = fill_in(officer, "/ledger/bank/new", **fields)
    assert short.status_code == 422
    assert "last four characters" in short.text
    made = fill_in(officer, "/ledger/bank/new", **fields | {"number": "6222 9999"})
    assert "**** 9999" in officer.get(made.location).text
    bank.keep([])
    fund = bank.books.funds[-1]
    assert fill_in(officer, made.location + "/funds", funds=fund).status_code == 303
    assert "Fund of area" in officer.get(made.location).text
    assert "**** 9999" in officer.get("/ledger/bank").text


def test_what_the_bank_does_not_know_is_listed(bank: Bank, sign_in: SignIn, app: Flask) -> None:
    bank.pay()
    set_clock(app, START + timedelta(days=20))
    officer = sign_in(bank.books.asks)
    page = officer.get(f"/ledger/bank/{bank.account}/missing").text
    assert "−¥900" in page
    assert "Paid to the payee" in page


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        (Role.FINANCE, True, True),
        (Role.AUDITOR, True, False),
        (Role.APPROVER, True, False),
        (Role.OFFICER, False, False),
    ],
)
def test_auditors_read_and_only_finance_changes(
    bank: Bank, make: Factory, sign_in: SignIn, role: Role, *, reads: bool, changes: bool
) -> None:
    bank.take_in(statement(line(-900_00)))
    one = bank.lines()[0].id
    browser = sign_in(make.staff(role, bank.area))
    account = f"/ledger/bank/{bank.account}"
    pages = ["/ledger/bank", account, account + "/lines", account + "/missing"]
    for page in [*pages, f"/ledger/bank/lines/{one}"]:
        assert (browser.get(page).status_code == 200) is reads, page
    for page in ("/ledger/bank/new", account + "/upload", account + "/funds"):
        assert (browser.get(page).status_code == 200) is changes, page


def test_finance_officers_of_other_areas_and_residents_stay_outside(
    bank: Bank, make: Factory, sign_in: SignIn
) -> None:
    account = f"/ledger/bank/{bank.account}"
    stranger = sign_in(make.staff(Role.FINANCE, make.area("Elsewhere")))
    assert "Main account" not in stranger.get("/ledger/bank").text
    assert stranger.get(account).status_code == 403
    assert stranger.get("/ledger/bank/999").status_code == 404
    assert stranger.get("/ledger/bank/lines/999").status_code == 404
    assert sign_in(make.person(bank.area)).get("/ledger/bank").status_code == 403


def test_pages_ask_the_database_few_questions(
    bank: Bank,
    officer: FlaskClient,
    session: Session,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    for _ in range(3):
        bank.pay()
    bank.take_in(statement(*(line(-900_00, f"r{n}") for n in range(120))))
    bank.match_exact()
    one = bank.lines()[0].id
    account = f"/ledger/bank/{bank.account}"
    pages = ["/ledger/bank", account, account + "/lines?page=2", account + "/missing"]
    for page in [*pages, f"/ledger/bank/lines/{one}"]:
        with count_queries() as queries:
            assert officer.get(page).status_code == 200
        assert len([q for q in queries if q.startswith(("SELECT", "WITH"))]) <= 12, page
    assert session.scalars(select(BankMatch)).all() == []
