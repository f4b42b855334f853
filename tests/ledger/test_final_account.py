"""A project's books are closed when everything is settled, also when nothing is left of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from ledger.journal import Kind
from ledger.models import CostCentre, VoucherKind
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.ledger.checks import bookings, check_books
from tests.ledger.site import PROJECT, Site
from transparency.models import Leaf

K = VoucherKind
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def site(app: Flask, make: Factory) -> Site:
    """A project of ¥1,000 that is paid for accepted work."""
    return Site.begin(make, START)


def closed(session: Session, site: Site) -> bool:
    session.rollback()
    return session.get_one(CostCentre, site.centre_id).closed_at is not None


def test_the_final_account_returns_what_is_left_once(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    site.paid(800 * YUAN, site.accept(800 * YUAN))
    free = site.left(Kind.ALLOCATION)
    assert site.close() == 200 * YUAN
    before = bookings(session)
    assert site.close() == 200 * YUAN
    assert bookings(session) == before
    assert site.left(Kind.ALLOCATION) == free + 200 * YUAN
    stands = site.stands()
    assert (stands.returned, stands.left, stands.free) == (200 * YUAN, 0, 0)
    assert stands.closed_at == START
    check_books(session)


def test_a_project_spent_to_the_last_fen_is_closed(site: Site, session: Session) -> None:
    site.contract(1000 * YUAN)
    site.paid(1000 * YUAN, site.accept(1000 * YUAN))
    assert site.close() == 0
    assert closed(session, site)
    body = session.scalars(select(Leaf.body).where(Leaf.type == "ledger.project_closed")).one()
    assert f'"project":{PROJECT}' in body
    assert '"returned":0' in body
    check_books(session)


@pytest.mark.parametrize("step", ["contract", "accepted", "asked", "approved"])
def test_books_stay_open_until_contracts_are_settled(
    site: Site, session: Session, step: str
) -> None:
    site.contract(800 * YUAN)
    reason = "Contracts of this project are still open over ¥800"
    if step != "contract":
        work = site.accept(800 * YUAN)
    if step in {"asked", "approved"}:
        voucher = site.invoice(800 * YUAN, work)
    if step == "approved":
        site.approve(voucher)
        reason = "An invoice of this project is still to be paid"
    with pytest.raises(Conflict, match=reason):
        site.close()
    with pytest.raises(Invalid, match=reason):
        site.ask(K.RELEASE, 200 * YUAN, cost_centre_id=site.centre_id)
    assert not closed(session, site)
    check_books(session)


def test_a_release_asked_before_a_contract_is_not_booked_after_it(
    site: Site, session: Session
) -> None:
    asked = site.ask(K.RELEASE, 1000 * YUAN, cost_centre_id=site.centre_id)
    site.contract(1000 * YUAN)
    with pytest.raises((Invalid, Conflict)):
        site.approve(asked)
    site.reduce(1000 * YUAN)
    site.approve(asked)
    assert closed(session, site)
    check_books(session)


def test_a_contract_that_ends_half_way_leaves_what_was_paid(site: Site, session: Session) -> None:
    site.contract(800 * YUAN)
    site.paid(300 * YUAN, site.accept(300 * YUAN))
    site.reduce(500 * YUAN)
    assert site.close() == 700 * YUAN
    stands = site.stands()
    assert (stands.paid, stands.contracted, stands.returned) == (
        300 * YUAN,
        300 * YUAN,
        700 * YUAN,
    )
    check_books(session)


def test_nothing_is_contracted_or_accepted_in_closed_books(site: Site) -> None:
    site.contract(100 * YUAN)
    site.paid(100 * YUAN, site.accept(100 * YUAN))
    site.close()
    with pytest.raises(Conflict, match="books are closed"):
        site.contract(1)
    with pytest.raises(Conflict, match="books are closed"):
        site.accept(1, "milestone:2")
    with pytest.raises(Conflict, match="books are closed"):
        site.reduce(1)


def test_what_comes_back_after_the_final_account_goes_to_the_fund(
    site: Site, session: Session
) -> None:
    site.contract(1000 * YUAN)
    voucher = site.paid(1000 * YUAN, site.accept(1000 * YUAN))
    site.close()
    site.book(K.REFUND, 10 * YUAN, cost_centre_id=site.centre_id, payee_id=site.payee_id)
    assert (site.stands().returned, site.stands().invoiced) == (10 * YUAN, 990 * YUAN)
    with pytest.raises((Invalid, Conflict)):
        site.undo(voucher)
    check_books(session)


def test_a_closing_that_is_undone_is_done_again(site: Site, session: Session) -> None:
    released = site.book(K.RELEASE, 1000 * YUAN, cost_centre_id=site.centre_id)
    site.undo(released)
    site.contract(400 * YUAN)
    site.paid(400 * YUAN, site.accept(400 * YUAN))
    assert site.close() == 600 * YUAN
    assert site.close() == 600 * YUAN
    check_books(session)


def test_the_books_of_a_project_without_money_are_not_there(site: Site) -> None:
    with pytest.raises(NotFound):
        site.close(project_ref=12345)
