"""Whatever is booked: every export adds up to the ledger, and so do its parts."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from io import BytesIO
from typing import Any

from beancount.core.data import Transaction
from beancount.loader import load_string
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.exports.book import totals
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
    csv_rows,
    exported,
    ledger_totals,
    line,
    package_rows,
    subjects,
    totals_of,
    undo,
    xlsx_rows,
)
from tests.conftest import START, empty
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
    line(books, "receive", 10**9, books.funds[2])
    line(books, "appropriate", 10**8, books.funds[2], round=round_)
    for event, amount, whom, level, undone in steps:
        about: dict[str, Any] = {"round": round_, "project": projects[whom], "payee": payees[whom]}
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
        rows = csv_rows(exported(session, "csv", figure=name, currency="CNY"))
        amount = sum(int(row["In smallest units"]) for row in rows)
        assert amount == total(session, [name])[name]
    by_fund = [totals_of_fund(session, fund) for fund in session.scalars(select(Fund.id)).all()]
    assert added(by_fund) == expected


def kept(session: Session) -> Totals:
    """The sums that the journal keeps, on which the pages' figures stand."""
    found = totals(session, find_scope(session, {}))
    return {(one.currency, one.code): units(one.amount, one.currency) for one in found}


def sheet_of_sums(data: bytes) -> Totals:
    """The last sheet of a workbook."""
    rows = load_workbook(BytesIO(data)).worksheets[-1].iter_rows(min_row=2, values_only=True)
    return {(str(row[2]), str(row[1])): Decimal(str(row[4])) for row in rows}


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
        _, *rows = block.splitlines()
        tags = dict(row[6:].split(": ", 1) for row in rows if row.startswith("    ; "))
        amount, currency = rows[-2].split()[1:]
        sums[currency, tags["code"]] += Decimal(amount) * (-1 if "reverses" in tags else 1)
    return dict(sums)


def totals_of_fund(session: Session, fund: int) -> Totals:
    """One fund's lines."""
    rows = csv_rows(exported(session, "csv", fund=str(fund)))
    return totals_of(rows, *BY_CODE)


def added(parts: list[Totals]) -> Totals:
    """Sums of sums."""
    sums: Totals = defaultdict(Decimal)
    for part in parts:
        for key, amount in part.items():
            sums[key] += amount
    return dict(sums)
