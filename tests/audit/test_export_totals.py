"""Whatever is booked: every export adds up to the ledger, and so do its parts."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from beancount.core.data import Transaction
from beancount.loader import load_string
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.exports import rows, tables
from audit.exports.book import totals
from audit.exports.formats import FORMATS
from audit.exports.scope import find_scope
from audit.exports.values import units
from core.db import db
from core.errors import Invalid
from ledger.journal import EVENTS, FIGURES
from ledger.models import Fund
from ledger.queries.figures import total
from tests.audit.exported import (
    BY_CODE,
    Totals,
    book_of,
    busy_books,
    csv_rows,
    exported,
    ledger_totals,
    line,
    package_rows,
    sponsors,
    subjects,
    totals_of,
    undo,
    xlsx_rows,
)
from tests.conftest import START, empty
from tests.databases import unguarded
from tests.factories import Factory
from tests.ledger.books import Books

STEPS = st.lists(
    st.tuples(
        st.sampled_from([name for name in EVENTS if name != "carry_over"]),
        st.integers(1, 10**6),
        st.integers(0, 2),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=25,
)
Step = tuple[str, int, int, int, bool]


def play(books: Books, steps: list[Step]) -> None:
    """Book what can be booked; what the ledger refuses is left out."""
    round_, projects, payees = subjects()
    call, pledges = sponsors()
    line(books, "receive", 10**9, books.funds[2])
    line(books, "appropriate", 10**8, books.funds[2], round=round_)
    for event, amount, whom, level, undone in steps:
        about: dict[str, Any] = {"round": round_, "project": projects[whom], "payee": payees[whom]}
        about |= {"call": call, "pledge": pledges[whom]}
        fund = books.funds[level - 1 if level == 3 else level]
        book = undo if undone and event != "commit" else line
        try:
            book(books, event, amount, fund, to_fund=books.funds[3], **about)
        except Invalid:
            db.session.rollback()


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_every_format_adds_up_to_the_ledger(app: Flask, steps: list[Step]) -> None:
    empty(app)
    play(Books.open(Factory(START), START), steps)
    session = db.session
    expected = ledger_totals(session)
    assert kept(session) == expected
    assert totals_of(csv_rows(exported(session, "csv")), *BY_CODE) == expected
    data = exported(session, "xlsx")
    assert totals_of(xlsx_rows(data), *BY_CODE) == expected
    assert sheet_of_sums(data) == expected
    data = exported(session, "datapackage")
    assert totals_of(package_rows(data), "amount", "currency", "code") == expected
    assert beancount_totals(exported(session, "beancount").decode()) == expected
    assert hledger_totals(exported(session, "hledger").decode()) == expected
    for name in FIGURES:
        listed = csv_rows(exported(session, "csv", figure=name, currency="CNY"))
        amount = sum(int(row["In smallest units"]) for row in listed)
        assert amount == total(session, [name])[name]
    by_fund = [totals_of_fund(session, fund) for fund in session.scalars(select(Fund.id)).all()]
    assert added(by_fund) == expected


def kept(session: Session) -> Totals:
    """The sums that the journal keeps, on which the pages' figures stand."""
    found = totals(session, find_scope(session, {}))
    return {(one.currency, one.code): units(one.amount, one.currency) for one in found}


def sheet_of_sums(data: bytes) -> Totals:
    """The last sheet of a workbook."""
    sheet = load_workbook(BytesIO(data)).worksheets[-1]
    told = sheet.iter_rows(min_row=2, values_only=True)
    return {(str(row[2]), str(row[1])): Decimal(str(row[4])) for row in told}


def beancount_totals(text: str) -> Totals:
    """What beancount reads, without an error."""
    entries, errors, _ = load_string(text)
    assert errors == []
    sums: Totals = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            first = entry.postings[0].units
            assert first is not None
            assert first.number is not None
            sign = -1 if "reverses" in entry.meta else 1
            sums[first.currency, entry.meta["code"]] += sign * first.number
    return dict(sums)


def hledger_totals(text: str) -> Totals:
    """What stands in a journal for hledger, block by block; the last one asserts balances."""
    sums: Totals = defaultdict(Decimal)
    for block in text.split("\n\n")[1:-2]:
        _, *told = block.splitlines()
        tags = dict(text[6:].split(": ", 1) for text in told if text.startswith("    ; "))
        amount, currency = told[-2].split()[1:]
        sums[currency, tags["code"]] += Decimal(amount) * (-1 if "reverses" in tags else 1)
    return dict(sums)


def totals_of_fund(session: Session, fund: int) -> Totals:
    """One fund's lines."""
    return totals_of(csv_rows(exported(session, "csv", fund=str(fund))), *BY_CODE)


def added(parts: list[Totals]) -> Totals:
    """Sums of sums."""
    sums: Totals = defaultdict(Decimal)
    for part in parts:
        for key, amount in part.items():
            sums[key] += amount
    return dict(sums)


def test_a_file_is_of_one_moment(
    app: Flask, session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", 3)
    monkeypatch.setattr(tables, "AT_ONCE", 3)
    books = busy_books(make)
    book = book_of(session)
    pieces = FORMATS["csv"].write(session, book)
    head = [next(pieces) for _ in range(3)]

    def meanwhile() -> None:
        with app.app_context():
            line(books, "receive", 4_000_000, books.funds[0])

    with ThreadPoolExecutor(1) as pool:
        pool.submit(meanwhile).result()
    found = csv_rows(b"".join([*head, *pieces]))
    assert len(found) == book.lines
    session.rollback()
    assert book_of(session).lines == book.lines + 2


def test_what_was_changed_in_the_database_makes_the_check_fail(
    session: Session, make: Factory
) -> None:
    busy_books(make)
    changed = "UPDATE transfer SET amount = amount + 1 WHERE code = 'refund'"
    with unguarded() as connection:
        connection.exec_driver_sql(changed)
    _, errors, _ = load_string(exported(session, "beancount").decode())
    assert len(errors) == 2
    assert "0.01 too" in errors[0].message
