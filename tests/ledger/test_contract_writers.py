"""Contracts, acceptances and invoices at the same moment: the last money goes to one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.checks import check_books
from tests.ledger.site import Site
from tests.ledger.test_writers import in_threads

Work = Callable[[], object]


@pytest.fixture
def site(app: Flask, make: Factory) -> Site:
    """A project of ¥1,000 that is paid for accepted work."""
    return Site.begin(make, START)


def test_two_contracts_at_once_for_the_last_money(app: Flask, site: Site, session: Session) -> None:
    work = [
        partial(site.contract, 300 * YUAN, payee_id=payee)
        for payee in (site.payee_id, site.other_id) * 3
    ]
    assert in_threads(app, work) == {"done": 3, "Invalid": 3}
    assert site.stands().free == 100 * YUAN
    check_books(session)


def test_two_invoices_at_once_for_the_same_work(app: Flask, site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    work = site.accept(300 * YUAN)
    asked = [partial(site.invoice, 100 * YUAN, work) for _ in range(6)]
    assert in_threads(app, asked) == {"done": 3, "Invalid": 3}
    check_books(session)


def test_invoices_approved_at_once_are_booked_within_their_work(
    app: Flask, site: Site, session: Session
) -> None:
    site.contract(800 * YUAN)
    work, second = site.accept(300 * YUAN), site.accept(200 * YUAN, "milestone:2")
    vouchers = [site.invoice(100 * YUAN, of) for of in (work, work, work, second, second)]
    assert in_threads(app, [partial(site.approve, v) for v in vouchers]) == {"done": 5}
    assert site.chain() == (200 * YUAN, 300 * YUAN, 0)
    check_books(session)


def test_an_acceptance_and_a_reduction_at_once(app: Flask, site: Site, session: Session) -> None:
    site.contract(500 * YUAN)
    work: list[Work] = [partial(site.accept, 400 * YUAN), partial(site.reduce, 400 * YUAN)] * 2
    ended = in_threads(app, work)
    assert ended["done"] == 1
    check_books(session)


def test_an_invoice_and_taking_its_acceptance_back_at_once(
    app: Flask, site: Site, session: Session
) -> None:
    site.contract(500 * YUAN)
    work = site.accept(400 * YUAN)
    ended = in_threads(app, [partial(site.invoice, 400 * YUAN, work), site.unaccept])
    assert ended["done"] == 1
    check_books(session)


def test_the_same_contract_sent_at_once_is_booked_once(
    app: Flask, site: Site, session: Session
) -> None:
    work = [partial(site.contract, 300 * YUAN, key="same") for _ in range(4)]
    assert in_threads(app, work) == {"done": 4}
    assert site.stands().contracted == 300 * YUAN
    check_books(session)


def test_the_same_acceptance_sent_at_once_is_one_piece_of_work(
    app: Flask, site: Site, session: Session
) -> None:
    site.contract(500 * YUAN)
    same = in_threads(app, [partial(site.accept, 200 * YUAN, key="same") for _ in range(4)])
    other = in_threads(app, [partial(site.accept, 200 * YUAN, key=k) for k in ("a", "b")])
    assert (same, other) == ({"done": 4}, {"Conflict": 2})
    assert site.stands().accepted == 200 * YUAN
    check_books(session)


def test_closing_and_contracting_at_once_leave_nothing_behind(
    app: Flask, site: Site, session: Session
) -> None:
    work: list[Work] = [site.close, partial(site.contract, 300 * YUAN), site.close]
    ended = in_threads(app, work)
    assert ended["done"] in {1, 2}
    assert (site.stands().closed_at is None) == (site.stands().contracted > 0)
    check_books(session)
