"""Paying accepted work on the pages of finance officers, and what everybody sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.db import db, transaction
from ledger.models import AcceptedWork, Transfer, VoucherKind
from ledger.services import contracting
from ledger.services.committing import Winner, enter_winners
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.office import Office, invoice, last_voucher, source, voucher

PROJECT = 100
MENU = re.compile(r'<select[^>]*name="source".*?</select>', re.DOTALL)


@pytest.fixture
def office(make: Factory, sign_in: Callable[..., FlaskClient]) -> Office:
    return Office(make, sign_in)


@pytest.fixture
def work(office: Office) -> AcceptedWork:
    """¥300 of accepted work of Greenfield, for the project of ¥600."""
    books = office.books
    payee = books.payee("Greenfield")
    about: dict[str, Any] = {"project_ref": PROJECT, "payee_id": payee, "source_ref": "test"}
    about["now"] = books.at
    about |= {"people": (books.asks, books.approves)}
    with transaction() as session:
        contracting.begin_contracts(session, PROJECT)
        contracting.book_contract(session, key="c", amount=500 * YUAN, **about)
        contracting.book_acceptance(
            session,
            key="a",
            amount=300 * YUAN,
            ref="milestone:1",
            title={"en": "First milestone", "zh_Hans": "第一阶段"},
            **about,
        )
    return db.session.scalars(select(AcceptedWork)).one()


def of(office: Office, work: AcceptedWork) -> str:
    """How the form names the work."""
    return f"{source(office.fund, office.project, work.payee_id)}-{work.id}"


def menu(office: Office, query: str = "") -> str:
    page = office.finance.get(f"/ledger/vouchers/new/disburse{query}").text
    found = MENU.search(page)
    assert found is not None
    return found.group()


def test_the_form_offers_accepted_work_and_not_its_project(
    office: Office, work: AcceptedWork
) -> None:
    offered = menu(office)
    assert "First milestone · Greenfield · Project 0" in offered
    assert "(left: ¥300)" in offered
    assert '<optgroup label="Accepted work">' in offered
    assert f'value="{source(office.fund, office.project)}"' not in offered


def test_an_address_can_name_the_work(office: Office, work: AcceptedWork) -> None:
    assert f'<option selected value="{of(office, work)}">' in menu(office, f"?work={work.id}")
    assert "selected" not in menu(office, "?work=12345").replace('selected value=""', "")


def test_work_is_paid_to_who_did_it_without_being_asked_who(
    office: Office, work: AcceptedWork
) -> None:
    answer = office.post(
        VoucherKind.DISBURSE, source=of(office, work), amount="250", **invoice("250")
    )
    assert answer.status_code == 303, answer.text
    made = voucher(last_voucher())
    assert (made.work_id, made.payee_id, made.amount) == (work.id, work.payee_id, 250 * YUAN)
    assert "(left: ¥50)" in menu(office)
    page = office.finance.get(f"/ledger/vouchers/{made.id}").text
    assert "First milestone" in page
    assert "Accepted work, not invoiced yet" in page


def test_an_invoice_over_what_is_left_says_so_and_keeps_what_was_typed(
    office: Office, work: AcceptedWork
) -> None:
    answer = office.post(
        VoucherKind.DISBURSE, source=of(office, work), amount="300.01", purpose="Trees"
    )
    assert answer.status_code == 422
    assert "Only ¥300 of this work can still be invoiced" in answer.text
    for kept in (f'<option selected value="{of(office, work)}">', "300.01", "Trees"):
        assert kept in answer.text


def test_nobody_else_is_named_with_accepted_work(office: Office, work: AcceptedWork) -> None:
    books = office.books
    books.book(VoucherKind.APPROPRIATE, 50 * YUAN, cost_centre_id=books.round(2))
    with transaction() as session:
        winners = [Winner(200, {"en": "Straight"}, 50 * YUAN)]
        enter_winners(session, 2, {"en": "Round 2"}, "CNY", winners, now=books.at)
    assert '<optgroup label="Projects without a contract">' in menu(office)
    other = str(books.payee("Other"))
    for who in ({"payee": other}, {"payee_name_en": "Somebody"}):
        answer = office.post(VoucherKind.DISBURSE, source=of(office, work), **who)
        assert answer.status_code == 422
        assert "Who did this work is paid" in answer.text
    same = str(work.payee_id)
    answer = office.post(VoucherKind.DISBURSE, source=of(office, work), payee=same)
    assert answer.status_code == 303
    straight = source(office.fund, books.centre(200))
    answer = office.post(
        VoucherKind.DISBURSE, source=straight, payee=other, amount="1", key="z" * 22
    )
    assert answer.status_code == 303


def test_what_is_chosen_in_the_form_counts_and_not_its_address(
    office: Office, work: AcceptedWork
) -> None:
    path = f"/ledger/vouchers/new/receive?source={source(office.books.funds[0])}"
    values = {"key": "y" * 22, "amount": "1", "purpose": "Why", "conditions": ""}
    values |= {"source": source(office.fund), "effective_on": office.books.day.isoformat()}
    answer = office.send(office.finance, path, **values)
    assert answer.status_code == 303
    assert voucher(last_voucher()).fund_id == office.fund


def test_a_project_with_open_contracts_is_not_closed_and_the_form_says_why(
    office: Office, work: AcceptedWork
) -> None:
    answer = office.post(
        VoucherKind.RELEASE, source=source(office.fund, office.project), amount=None
    )
    assert answer.status_code == 422
    assert "Contracts of this project are still open over ¥500" in answer.text


def test_everybody_sees_contract_and_acceptance_with_their_lines(
    office: Office, work: AcceptedWork, client: FlaskClient
) -> None:
    page = client.get(f"/money/projects/{office.project}", headers={"Accept-Language": "en"}).text
    assert "Under contract" in page
    assert "figure=contracted" in page
    assert "figure=accepted" in page
    rows = select(Transfer.id).where(Transfer.code == "accept")
    line = db.session.scalars(rows).one()
    opened = client.get(f"/money/lines/{line}", headers={"Accept-Language": "en"}).text
    before, after = "Under contract, work not accepted yet", "Accepted work, not invoiced yet"
    assert 0 < opened.index(before) < opened.index(after)
    assert "Booked as the project was built" in opened
    listed = client.get(
        f"/money/lines?figure=contracted&cost_centre={office.project}",
        headers={"Accept-Language": "en"},
    ).text
    assert "Promised to a payee by contract" in listed


def test_the_public_line_of_a_payment_names_its_work(
    office: Office, work: AcceptedWork, client: FlaskClient
) -> None:
    office.post(VoucherKind.DISBURSE, source=of(office, work), amount="250", **invoice("250"))
    office.books.approve(last_voucher())
    rows = select(Transfer.id).where(Transfer.code == "invoice")
    line = db.session.scalars(rows).one()
    opened = client.get(f"/money/lines/{line}", headers={"Accept-Language": "en"}).text
    assert "For accepted work:" in opened
    assert "First milestone" in opened


def test_a_project_without_contracts_shows_no_figures_of_them(
    office: Office, client: FlaskClient
) -> None:
    page = client.get(f"/money/projects/{office.project}", headers={"Accept-Language": "en"}).text
    assert "figure=committed" in page
    assert "figure=contracted" not in page
