"""Contracts in the books: what is committed becomes a contract, accepted work and an invoice, and
never more at any step than at the one before."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from ledger.journal import Event, lines_of
from ledger.models import Transfer, VoucherKind
from ledger.posting import Group, post
from ledger.services import contracting
from ledger.services.contracting import Standing
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.checks import bookings, check_books
from tests.ledger.site import PROJECT, Site

K = VoucherKind
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def site(app: Flask, make: Factory) -> Site:
    """A project of ¥1,000 that is paid for accepted work."""
    return Site.begin(make, START)


def test_money_goes_from_commitment_to_payment_step_by_step(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    assert site.chain() == (200 * YUAN, 800 * YUAN, 0)
    work = site.accept(300 * YUAN)
    assert site.chain() == (200 * YUAN, 500 * YUAN, 300 * YUAN)
    site.paid(250 * YUAN, work)
    assert site.chain() == (200 * YUAN, 500 * YUAN, 50 * YUAN)
    assert site.stands() == Standing(
        committed=1000 * YUAN,
        contracted=800 * YUAN,
        accepted=300 * YUAN,
        invoiced=250 * YUAN,
        paid=250 * YUAN,
        free=200 * YUAN,
        by_contract=True,
    )
    check_books(session)


def test_a_contract_is_never_larger_than_what_is_committed(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    with pytest.raises(Invalid) as problem:
        site.contract(200 * YUAN + 1, payee_id=site.other_id)
    said = "Only ¥200 is committed to this project and not under contract yet."
    assert {name: str(text) for name, text in problem.value.fields.items()} == {"amount": said}
    site.contract(200 * YUAN, payee_id=site.other_id)
    check_books(session)


def test_no_more_is_accepted_than_the_payees_own_contract(site: Site, session: Session) -> None:
    site.contract(300 * YUAN)
    site.contract(500 * YUAN, payee_id=site.other_id)
    with pytest.raises(Invalid, match="Only ¥300 of this contract is not accepted yet"):
        site.accept(300 * YUAN + 1)
    site.accept(300 * YUAN)
    check_books(session)


def test_a_contract_is_not_reduced_below_what_is_accepted(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    site.accept(300 * YUAN)
    with pytest.raises(Invalid, match="Only ¥500 of this contract is not accepted yet"):
        site.reduce(500 * YUAN + 1)
    site.reduce(500 * YUAN)
    assert site.chain() == (700 * YUAN, 0, 300 * YUAN)
    assert site.stands().contracted == 300 * YUAN
    check_books(session)


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, True, 1.5])
def test_amounts_are_whole_positive_and_within_bounds(site: Site, amount: int) -> None:
    with pytest.raises(Invalid):
        site.contract(amount)


def test_the_same_key_books_once_and_another_payload_is_refused(
    site: Site, session: Session
) -> None:
    for _ in range(2):
        site.contract(800 * YUAN, key="one")
        site.accept(300 * YUAN, key="one")
        site.reduce(100 * YUAN, key="one")
    assert site.chain() == (300 * YUAN, 400 * YUAN, 300 * YUAN)
    before = bookings(session)
    for act, amount, about in (
        (site.contract, 700 * YUAN, {}),
        (site.contract, 800 * YUAN, {"payee_id": site.other_id}),
        (site.contract, 800 * YUAN, {"source_ref": "other"}),
        (site.accept, 299 * YUAN, {}),
        (site.reduce, 99 * YUAN, {}),
    ):
        with pytest.raises(Conflict):
            act(amount, key="one", **about)
    assert bookings(session) == before


def test_work_is_accepted_once(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    work = site.accept(300 * YUAN, key="one")
    assert site.accept(300 * YUAN, key="one") == work
    with pytest.raises(Conflict, match="accepted already"):
        site.accept(300 * YUAN, key="two")
    check_books(session)


def test_one_person_alone_books_nothing(site: Site) -> None:
    alone = (site.asks, site.asks)
    with pytest.raises(Refused):
        site.contract(1 * YUAN, people=alone)
    with pytest.raises(Refused):
        site.close(people=alone)


def test_a_project_without_contracts_or_unknown_takes_none(
    app: Flask, make: Factory, session: Session
) -> None:
    books = Books.open(make, START)
    books.project()
    asked: dict[str, Any] = {
        "key": "k",
        "payee_id": books.payee(),
        "amount": 1,
        "source_ref": "",
        "now": START,
    }
    people = (books.asks, books.approves)
    with transaction() as writing, pytest.raises(Conflict, match="delivery plan"):
        contracting.book_contract(writing, project_ref=PROJECT, people=people, **asked)
    with transaction() as writing, pytest.raises(NotFound):
        contracting.begin_contracts(writing, 12345)
    assert contracting.standing(session, 12345) == Standing()


def test_without_accepted_work_nothing_is_paid(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    with pytest.raises(Invalid) as problem:
        site.invoice(1 * YUAN, None)
    assert set(problem.value.fields) == {"work"}
    assert "what is not accepted yet cannot be paid" in str(problem.value.message)
    with pytest.raises(Invalid):
        site.invoice(1 * YUAN, 12345)


def test_what_was_asked_before_the_contracts_is_not_booked_after(
    app: Flask, make: Factory, session: Session
) -> None:
    books = Books.open(make, START)
    about = {"cost_centre_id": books.project(), "payee_id": books.payee()}
    earlier = books.ask_with_papers(K.DISBURSE, 10 * YUAN, **about)
    booked = books.book(K.DISBURSE, 20 * YUAN, **about)
    with transaction() as writing:
        contracting.begin_contracts(writing, PROJECT)
    with pytest.raises(Invalid, match="accepted work only"):
        books.approve(earlier)
    books.undo(booked)
    check_books(session)


def test_the_database_itself_refuses_to_spend_past_a_contract(site: Site) -> None:
    of = Event(fund=site.funds[-1], project=site.centre_id, payee=site.payee_id)
    group = Group("x", lines_of("disburse", of, 1), START.date(), "CNY", *site.people)
    with pytest.raises(DBAPIError, match="accepted work only"), transaction() as writing:
        post(writing, group, START)


def test_an_invoice_is_for_the_work_of_its_payee_and_project(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    site.contract(100 * YUAN, payee_id=site.other_id)
    work = site.accept(300 * YUAN)
    with pytest.raises(Invalid) as problem:
        site.invoice(10 * YUAN, work, payee_id=site.other_id)
    assert set(problem.value.fields) == {"payee"}
    with pytest.raises(Invalid, match="not accepted for this project"):
        site.invoice(10 * YUAN, work, cost_centre_id=site.elsewhere())
    check_books(session)


def test_invoices_never_come_to_more_than_their_work(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    work, second = site.accept(300 * YUAN), site.accept(200 * YUAN, "milestone:2")
    asked = site.invoice(200 * YUAN, work)
    with pytest.raises(Invalid, match="Only ¥100 of this work can still be invoiced"):
        site.invoice(100 * YUAN + 1, work)
    site.withdraw(asked)
    paid = site.paid(300 * YUAN, work)
    with pytest.raises(Invalid, match="Only ¥0"):
        site.invoice(1, work)
    site.paid(200 * YUAN, second)
    assert site.chain() == (200 * YUAN, 300 * YUAN, 0)
    site.undo(paid)
    assert site.chain() == (200 * YUAN, 300 * YUAN, 300 * YUAN)
    site.paid(300 * YUAN, work)
    check_books(session)


def test_undoing_an_invoice_mirrors_its_lines_into_the_accepted_work(
    site: Site, session: Session
) -> None:
    site.contract(800 * YUAN)
    voucher = site.paid(300 * YUAN, site.accept(300 * YUAN))
    undoing = site.undo(voucher)
    rows = select(Transfer).where(Transfer.voucher_id == voucher).order_by(Transfer.id)
    lines = session.scalars(rows).all()
    rows = select(Transfer).where(Transfer.voucher_id == undoing).order_by(Transfer.id)
    mirrored = [(t.reverses_id, t.debit_id, t.credit_id) for t in session.scalars(rows)]
    assert mirrored == [(t.id, t.credit_id, t.debit_id) for t in reversed(lines)]
    assert site.stands().invoiced == 0
    check_books(session)


def test_what_a_payee_gives_back_is_free_for_another_contract(site: Site, session: Session) -> None:
    site.contract(1000 * YUAN)
    work = site.accept(1000 * YUAN)
    site.paid(1000 * YUAN, work)
    site.book(K.REFUND, 100 * YUAN, cost_centre_id=site.centre_id, payee_id=site.payee_id)
    site.contract(100 * YUAN, payee_id=site.other_id)
    with pytest.raises(Invalid):
        site.contract(1)
    check_books(session)


def test_an_acceptance_is_taken_back_until_something_is_invoiced(
    site: Site, session: Session
) -> None:
    site.contract(800 * YUAN)
    work = site.accept(300 * YUAN)
    asked = site.invoice(10 * YUAN, work)
    with pytest.raises(Conflict, match="asked for or booked"):
        site.unaccept()
    site.withdraw(asked)
    for _ in range(2):
        site.unaccept(key="back")
    assert site.chain() == (200 * YUAN, 800 * YUAN, 0)
    with pytest.raises(Invalid, match="taken back"):
        site.invoice(10 * YUAN, work)
    with pytest.raises(NotFound):
        site.unaccept("milestone:9")
    assert site.accept(250 * YUAN) == work
    site.paid(250 * YUAN, work)
    check_books(session)


def test_contracts_are_split_over_the_funds_the_nearest_first(
    app: Flask, make: Factory, session: Session
) -> None:
    site = Site.open(make, START)
    site.endow()
    above = site.funds[-2]
    site.book(K.RECEIVE, 1000 * YUAN, above)
    site.book(K.APPROPRIATE, 300 * YUAN, above, cost_centre_id=site.round())
    site.book(K.APPROPRIATE, 700 * YUAN, cost_centre_id=site.round())
    site.win(1000 * YUAN)
    site.centre_id, site.payee_id = site.centre(PROJECT), site.payee()
    with transaction() as writing:
        contracting.begin_contracts(writing, PROJECT)
    site.contract(900 * YUAN)
    work = site.accept(800 * YUAN)
    assert site.chain() == (0, 0, 700 * YUAN)
    assert site.chain(above) == (100 * YUAN, 100 * YUAN, 100 * YUAN)
    with pytest.raises(Invalid, match="accepted work can still be invoiced to this fund"):
        site.approve(site.invoice(701 * YUAN, work))
    site.reduce(100 * YUAN)
    assert site.chain(above) == (200 * YUAN, 0, 100 * YUAN)
    check_books(session)


def test_standings_of_many_projects_cost_three_queries(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    found = contracting.standings(session, [PROJECT, 12345])
    assert found == {PROJECT: site.stands()}
    assert found[PROJECT].left == 1000 * YUAN
