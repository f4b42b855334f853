"""Contracts and delivery in the yearly report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from audit.report.load import load_report
from audit.report.model import Amount, Section
from audit.report.words import said
from ledger.models import VoucherKind
from projects.models import Method
from tests.audit.works import WAN, Works, build_works
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN, Books


@pytest.fixture
def books(make: Factory) -> Books:
    made = Books.open(make, START)
    made.book(VoucherKind.RECEIVE, 100_000 * YUAN, made.funds[0])
    return made


@pytest.fixture
def works(make: Factory, books: Books) -> Works:
    return build_works(make, books.areas[-1])


def section(
    app: Flask, session: Session, books: Books, key: str, *, place: int = 0, at: datetime = START
) -> Section:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        report = load_report(session, books.areas[place], 2026, "", at)
        return next(one for one in report.sections if one.key == key)


def table(app: Flask, found: Section) -> list[list[str]]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return [[said(cell) for cell in row] for row in found.grids[0].rows]


def keys(found: Section) -> dict[str, Any]:
    return {key.label: key.value for key in found.keys}


def test_contracts_say_who_how_with_how_many_bids_and_for_how_much(
    app: Flask, books: Books, works: Works, session: Session
) -> None:
    green, payee = works.business("Greenfield", "91330100MA2H0AJJ1M")
    weaver, other = works.business("Weaver")
    tender = works.tender()
    works.bid(tender, green, 8 * WAN)
    works.bid(tender, weaver, 9 * WAN)
    works.award(tender, green, 8 * WAN)
    works.contract(tender, green, payee, 8 * WAN)
    direct = works.tender(method=Method.DIRECT, direct_reason="Small")
    works.award(direct, weaver, 1 * WAN)
    works.contract(direct, weaver, other, 1 * WAN)
    found = section(app, session, books, "contracts")
    first, second = table(app, found)
    assert first[1:] == ["Lamps", "Greenfield", "Open tender", "2", "¥80,000", "2026-03-27"]
    assert second[2:6] == ["Weaver", "Asked directly", "", "¥10,000"]
    assert found.grids[0].total is not None
    assert found.grids[0].total[5] == Amount(9 * WAN, "CNY")
    assert keys(found) == {
        "Contracts": 2,
        "After an open tender": 1,
        "With a single bidder": 0,
        "Asked directly": 1,
    }


def test_only_what_was_signed_in_the_year_and_the_area_is_among_the_contracts(
    app: Flask, books: Books, works: Works, session: Session, make: Factory
) -> None:
    firm, payee = works.business("Greenfield")
    before = works.tender()
    late = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)  # the last minute of 2025 in Shanghai
    works.contract(before, firm, payee, WAN, signed_at=late, state="closed")
    drawn = works.tender()
    works.contract(drawn, firm, payee, WAN, signed_at=None, state="drawn")
    assert not section(app, session, books, "contracts").grids[0].rows
    first = works.tender()
    works.contract(
        first, firm, payee, WAN, signed_at=late + timedelta(minutes=1), state="terminated"
    )
    assert len(section(app, session, books, "contracts").grids[0].rows) == 1
    assert len(section(app, session, books, "contracts", place=3).grids[0].rows) == 1
    elsewhere = make.area("Elsewhere", books.areas[0])
    books.fund(elsewhere)
    with app.test_request_context():
        report = load_report(session, elsewhere, 2026, "", START)
    assert not next(one for one in report.sections if one.key == "contracts").grids[0].rows


def test_delivery_is_measured_against_the_promise(
    app: Flask, books: Books, works: Works, session: Session
) -> None:
    first, second, _third, _fourth = works.publish_plan((10, 20, 30, 90))
    works.accept(first, START + timedelta(days=10))
    works.accept(second, START + timedelta(days=27))
    found = section(app, session, books, "delivery", at=START + timedelta(days=40))
    assert keys(found) == {
        "Milestones promised": 4,
        "Accepted in time": 1,
        "Accepted late": 1,
        "Overdue": 1,
    }
    assert [row[5:] for row in table(app, found)] == [
        ["in time", ""],
        ["late", "7"],
        ["overdue", ""],
        ["not due yet", ""],
    ]


def test_without_contracts_and_promises_the_report_says_so(
    app: Flask, books: Books, session: Session
) -> None:
    assert "No contract" in section(app, session, books, "contracts").grids[0].empty
    assert "No milestone" in section(app, session, books, "delivery").grids[0].empty
