"""Figures are sums of the journal's turnover, under any filter, in one query."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from ledger.journal import FIGURES
from ledger.models import CostCentre, Fund, VoucherKind
from ledger.queries.figures import figures, total
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books


def project_of(ref: int) -> int:
    """The cost centre of a project."""
    rows = select(CostCentre.id).where(CostCentre.ref == ref, CostCentre.parent_id.is_not(None))
    return db.session.scalars(rows).one()


@pytest.fixture
def books(app: Flask) -> Books:
    """A community that has won a project of ¥600 and paid ¥250 of it."""
    made = Books.open(Factory(START), START)
    made.endow(10_000 * YUAN)
    made.win(600 * YUAN)
    centre = made.round()
    made.book(VoucherKind.APPROPRIATE, 1_000 * YUAN, cost_centre_id=centre)
    project = project_of(100)
    paid = made.book(
        VoucherKind.DISBURSE, 250 * YUAN, cost_centre_id=project, payee_id=made.payee()
    )
    made.pay(paid)
    return made


def test_every_figure_follows_from_what_was_booked(books: Books) -> None:
    found = total(db.session, list(FIGURES), fund_ids=[books.funds[-1]])
    assert found == {
        "received": 0,
        "from_above": 10_000 * YUAN,
        "carried_in": 0,
        "passed_on": 0,
        "carried_out": 0,
        "appropriated": 1_000 * YUAN,
        "committed": 600 * YUAN,
        "contracted": 0,
        "accepted": 0,
        "spent": 250 * YUAN,
        "paid": 250 * YUAN,
        "owed": 0,
        "available": 9_000 * YUAN,
        "uncommitted": 400 * YUAN,
        "open_commitments": 350 * YUAN,
        "in_bank": 9_750 * YUAN,
        "pledged": 0,
        "from_sponsors": 0,
        "given_back": 0,
        "for_purposes": 0,
        "matched": 0,
        "match_kept": 0,
        "provider_fees": 0,
        "with_providers": 0,
    }


def test_a_figure_is_split_by_what_is_asked_for(books: Books) -> None:
    names = ["from_above", "passed_on"]
    by_fund = figures(db.session, names, by=["fund"])
    assert by_fund[books.funds[0],] == {"from_above": 0, "passed_on": 10_000 * YUAN}
    assert by_fund[books.funds[-1],] == {"from_above": 10_000 * YUAN, "passed_on": 0}
    both = figures(db.session, ["spent"], by=["year", "currency", "month"])
    assert both == {(2026, "CNY", date(2026, 3, 1)): {"spent": 250 * YUAN}}


def test_a_round_is_itself_and_its_projects(books: Books) -> None:
    names = ["appropriated", "committed", "spent"]
    by_round = figures(db.session, names, by=["round"])
    assert by_round == {
        (books.round(),): dict(zip(names, (1_000 * YUAN, 600 * YUAN, 250 * YUAN), strict=True))
    }


def test_filters_narrow_by_month_payee_and_funds_of_a_query(books: Books) -> None:
    late = total(db.session, ["spent"], months=(date(2026, 4, 9), None))
    assert late == {"spent": 0}
    early = total(db.session, ["spent"], months=(date(2026, 3, 31), date(2026, 3, 1)))
    assert early == {"spent": 250 * YUAN}
    assert total(db.session, ["spent"], payee_ids=[0]) == {"spent": 0}
    of_year = select(Fund.id).where(Fund.year == 2026)
    assert total(db.session, ["paid"], fund_ids=of_year) == {"paid": 250 * YUAN}


def test_what_is_undone_does_not_count(books: Books) -> None:
    voucher = books.book(VoucherKind.RECEIVE, 70 * YUAN, books.funds[0])
    before = total(db.session, ["received", "in_bank"], fund_ids=[books.funds[0]])
    books.book(VoucherKind.REVERSE, 70 * YUAN, books.funds[0], reverses_id=voucher)
    after = total(db.session, ["received", "in_bank"], fund_ids=[books.funds[0]])
    assert after == {name: amount - 70 * YUAN for name, amount in before.items()}
