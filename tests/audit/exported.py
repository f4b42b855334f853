"""Books with everything in them, and what each exported file says, read by other people's code."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.exports.book import Book, open_book
from audit.exports.formats import FORMATS
from audit.exports.scope import find_scope
from core.db import transaction
from ledger.accounts import add_payee, cost_centre
from ledger.journal import BY_RULE, Event, lines_of, mirror
from ledger.models import CostCentre, CostCentreKind, Transfer
from ledger.posting import Group, post
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import Books
from tests.remembered import remembered

# What bookkeeping tools, spreadsheets or terminals would take for something else.
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\ttab first",
    'quotes " and \\ backslash \\" n \\n',
    "two\nlines\r\n2026-01-01 open Assets:Fake CNY",
    "; comment, date:2020-01-01, tag: value [2020-01-01] | note",
    "(code) * ! #tag ^link {1 CNY} @ 5 USD",
    "中文，全角；＝公式 🎉🏳️‍🌈",
    "مرحبا بالعالم שלום",
    "\u202etxt.exe\u2066",
    "</x><script>alert(1)</script>&amp;",
    "_x0041_ \x0b\x1b[31m\x85\u2028 control",
    "long " * 60,
)
OF_LINES = tuple(name for name in FORMATS if name != "ocds")
BY_CODE = ("Amount", "Currency", "Booking code")  # columns of tables, in English
Totals = dict[tuple[str, str], Decimal]


def line(books: Books, event: str, amount: int, fund: int, **about: Any) -> list[int]:
    """Book an event straight into the journal; gives the numbers of its lines."""
    return _post(books, lines_of(event, Event(fund, **about), amount), "CNY")


def _post(books: Books, lines: Any, currency: str, reverses: Any = ()) -> list[int]:
    by_vote = all(one.code in BY_RULE for one in lines)
    group = Group(
        f"test{next(books.keys)}",
        lines,
        books.day,
        currency,
        actor_id=None if by_vote else books.asks,
        approver_id=None if by_vote else books.approves,
        reverses=reverses,
    )
    with transaction() as session:
        return post(session, group, books.at)


def undo(books: Books, event: str, amount: int, fund: int, **about: Any) -> list[int]:
    """Book an event and its mirror."""
    lines = lines_of(event, Event(fund, **about), amount)
    numbers = _post(books, lines, "CNY")
    return _post(books, mirror(lines), "CNY", list(reversed(numbers)))


@remembered
def busy_books(make: Factory) -> Books:
    """Four levels, two currencies, rounds, projects and payees with hostile names, a reversal."""
    books = Books.open(make, START)
    fund = books.funds[-1]
    books.endow(900_000_00)
    round_, projects, payees = subjects()
    call, pledges = sponsors()
    line(books, "appropriate", 400_00, fund, round=call)
    for place, pledge in enumerate(pledges, 1):
        about = {"call": call, "pledge": pledge, "project": projects[place]}
        for event in ("pledge", "settle", "fee", "match", "sponsor.commit", "match.commit"):
            line(books, event, place, fund, **about)
    line(books, "appropriate", 500_000_00, fund, round=round_)
    for place, (project, payee) in enumerate(zip(projects, payees, strict=True), 1):
        line(books, "commit", 1000_00 * place, fund, round=round_, project=project)
        line(books, "disburse", 500_01 * place, fund, project=project, payee=payee)
        line(books, "disburse.paid", 500_01, fund, project=project, payee=payee)
    line(books, "refund", 123_45, fund, project=projects[0], payee=payees[0])
    line(books, "release", 1, fund, project=projects[1])
    undo(books, "appropriate", 777_77, fund, round=round_)
    yen = books.fund(books.areas[0], currency="JPY")
    lines = lines_of("receive", Event(yen), 12_345)
    _post(books, lines, "JPY")
    return books


def subjects() -> tuple[int, list[int], list[int]]:
    """A round, and a project and a payee of every hostile name."""
    with transaction() as session:
        above = cost_centre(session, CostCentreKind.ROUND, 1, {"en": HOSTILE[6]})
        projects = [
            cost_centre(session, CostCentreKind.PROJECT, 100 + n, {"en": text}, above).id
            for n, text in enumerate(HOSTILE)
        ]
        payees = [add_payee(session, {"en": text}, START).id for text in HOSTILE]
        return above.id, projects, payees


def sponsors() -> tuple[int, list[int]]:
    """A call for partners with a hostile name, and three pledges."""
    with transaction() as session:
        call = cost_centre(session, CostCentreKind.CALL, 1, {"en": HOSTILE[0]})
        pledges = [
            cost_centre(session, CostCentreKind.PLEDGE, n, {"en": f"PL-{n}"}, call).id
            for n in range(1, 4)
        ]
        return call.id, pledges


def book_of(session: Session, **asked: str) -> Book:
    """An opened export in English."""
    return open_book(session, find_scope(session, asked), START, "Xinghe")


def exported(session: Session, name: str, **asked: str) -> bytes:
    """A whole file, in English."""
    with force_locale("en"):
        return b"".join(FORMATS[name].write(session, book_of(session, **asked)))


def save(folder: Path, session: Session, name: str, **asked: str) -> Path:
    """The same on disk."""
    path = folder / f"ledger.{FORMATS[name].suffix}"
    path.write_bytes(exported(session, name, **asked))
    return path


def ledger_totals(session: Session) -> Totals:
    """What the journal itself adds up to, by currency and code, straight from its lines."""
    sums: Totals = defaultdict(Decimal)
    for one in session.scalars(select(Transfer)):
        units = Decimal(one.amount) / (1 if one.currency == "JPY" else 100)
        sums[one.currency, one.code] += -units if one.reverses_id else units
    return dict(sums)


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """Rows by their English titles."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_rows(data: bytes) -> Iterator[dict[str, Any]]:
    """Rows of every sheet of lines."""
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    for sheet in workbook.worksheets[:-1]:
        head, *rows = sheet.iter_rows(values_only=True)
        for row in rows:
            yield dict(zip(map(str, head), row, strict=True))
    workbook.close()


def package_rows(data: bytes, name: str = "lines") -> list[dict[str, str]]:
    """Rows of a file of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(f"{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def description(data: bytes) -> dict[str, Any]:
    """The package's description."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found: dict[str, Any] = json.loads(archive.read("datapackage.json"))
    return found


def totals_of(rows: Any, amount: str, currency: str, code: str) -> Totals:
    """Sums of a table by currency and code."""
    sums: Totals = defaultdict(Decimal)
    for row in rows:
        sums[row[currency], row[code]] += Decimal(str(row[amount])).quantize(Decimal("0.01"))
    return dict(sums)


def named(session: Session, ref: int) -> int:
    """The cost centre of a project."""
    rows = select(CostCentre.id).where(CostCentre.kind == "project", CostCentre.ref == ref)
    return session.scalars(rows).one()
