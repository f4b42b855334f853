"""The lines and all around them as a Data Package: CSV files with a description of every column.

Each file's size, number of rows and SHA-256 stand in the description, which comes last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from audit.exports.book import AccountInfo, Book
from audit.exports.columns import COLUMNS, Cell
from audit.exports.rows import rows_of
from audit.exports.tables import as_text, csv_pieces
from audit.exports.values import units
from core.i18n import current_locale
from core.zipping import zipped

DESCRIPTION = "datapackage.json"
Field = tuple[str, str]  # its name and its Table Schema type
_FUNDS: tuple[Field, ...] = (
    ("fund", "integer"),
    ("name", "string"),
    ("kind", "string"),
    ("area", "integer"),
    ("area_name", "string"),
    ("year", "integer"),
    ("currency", "string"),
)
_PAYEES: tuple[Field, ...] = (("payee", "integer"), ("name", "string"), ("registry_code", "string"))
_ACCOUNTS: tuple[Field, ...] = (
    ("account", "string"),
    ("words", "string"),
    ("fund", "integer"),
    ("round", "integer"),
    ("round_title", "string"),
    ("project", "integer"),
    ("project_title", "string"),
    ("call", "integer"),
    ("call_title", "string"),
    ("pledge", "integer"),
    ("payee", "integer"),
)
_BALANCES: tuple[Field, ...] = (
    ("account", "string"),
    ("currency", "string"),
    ("debits", "number"),
    ("credits", "number"),
    ("balance", "number"),
    ("balance_minor", "integer"),
)
_TOTALS: tuple[Field, ...] = (
    ("currency", "string"),
    ("code", "string"),
    ("lines", "integer"),
    ("amount", "number"),
    ("amount_minor", "integer"),
)
_LINES: tuple[Field, ...] = tuple((column.name, column.type) for column in COLUMNS)
_REQUIRED = {"number", "day", "amount", "currency", "debit", "credit", "fund", "account", "code"}


@dataclass(slots=True)
class _Table:
    """One CSV file, which learns its own size and hash while it is written."""

    name: str
    fields: Sequence[Field]
    rows: Callable[[], Iterable[Sequence[Cell]]]
    key: str | Sequence[str]
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    size: int = 0
    count: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def pieces(self) -> Iterator[bytes]:
        for piece in csv_pieces([name for name, _ in self.fields], self._counted()):
            self.size += len(piece)
            self.hash.update(piece)
            yield piece

    def _counted(self) -> Iterator[list[Cell]]:
        for row in self.rows():
            self.count += 1
            yield [as_text(cell) for cell in row]

    def described(self) -> dict[str, Any]:
        """As a resource of the package; only after it has been written."""
        return {
            "profile": "tabular-data-resource",
            "name": self.name,
            "path": f"{self.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": self.size,
            "rows": self.count,
            "hash": f"sha256:{self.hash.hexdigest()}",
            "schema": self._schema(),
        }

    def _schema(self) -> dict[str, Any]:
        titles = {column.name: str(column.title) for column in COLUMNS}
        links = [
            {"fields": [own], "reference": {"resource": table, "fields": [there]}}
            for own, (table, there) in self.links.items()
        ]
        fields = [_field(name, kind, titles.get(name, "")) for name, kind in self.fields]
        key = [self.key] if isinstance(self.key, str) else list(self.key)
        return {"fields": fields, "primaryKey": key, "foreignKeys": links, "missingValues": [""]}


def _field(name: str, kind: str, title: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "type": kind}
    if title:
        found["title"] = title
    if name in _REQUIRED:
        found["constraints"] = {"required": True}
    return found


def package_file(session: Session, book: Book) -> Iterator[bytes]:
    """The package as one zip archive."""
    return zipped(_files(session, book))


def _files(session: Session, book: Book) -> Iterator[tuple[str, Iterable[bytes]]]:
    tables = _tables(session, book)
    for table in tables:
        yield f"{table.name}.csv", table.pieces()
    described = {
        "profile": "tabular-data-package",
        "name": f"ledger-{book.scope.label}".lower().replace("_", "-"),
        "title": book.title,
        "created": book.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "languages": [current_locale().replace("_", "-")],
        "resources": [table.described() for table in tables],
    }
    yield DESCRIPTION, [json.dumps(described, ensure_ascii=False, indent=1).encode()]


def _tables(session: Session, book: Book) -> list[_Table]:
    links = {
        "debit": ("accounts", "account"),
        "credit": ("accounts", "account"),
        "fund": ("funds", "fund"),
        "payee": ("payees", "payee"),
    }
    of_account = {"fund": ("funds", "fund"), "payee": ("payees", "payee")}
    balanced = {"account": ("accounts", "account")}
    return [
        _Table("lines", _LINES, lambda: _lines(session, book), "number", links),
        _Table(
            "accounts",
            _ACCOUNTS,
            lambda: map(_account, book.accounts.values()),
            "account",
            of_account,
        ),
        _Table(
            "balances",
            _BALANCES,
            lambda: map(_balance, book.accounts.values()),
            "account",
            balanced,
        ),
        _Table("funds", _FUNDS, lambda: _funds(book), "fund"),
        _Table("payees", _PAYEES, lambda: _payees(book), "payee"),
        _Table("totals", _TOTALS, lambda: _totals(book), ("currency", "code")),
    ]


def _lines(session: Session, book: Book) -> Iterator[list[Cell]]:
    return ([one.cell(row) for one in COLUMNS] for row in rows_of(session, book))


def _account(account: AccountInfo) -> list[Cell]:
    centre, payee = account.centre, account.payee
    return [
        account.name,
        account.words,
        account.fund.id,
        centre.round_ref,
        centre.round_title,
        centre.project_ref,
        centre.project_title,
        centre.call_ref,
        centre.call_title,
        centre.pledge_ref,
        payee.id if payee else None,
    ]


def _balance(account: AccountInfo) -> list[Cell]:
    currency = account.fund.currency
    sums = (account.debits, account.credits, account.net)
    return [account.name, currency, *(units(one, currency) for one in sums), account.net]


def _funds(book: Book) -> Iterator[list[Cell]]:
    for fund in book.funds.values():
        yield [fund.id, fund.name, fund.kind, fund.area_id, fund.area, fund.year, fund.currency]


def _payees(book: Book) -> Iterator[list[Cell]]:
    return ([payee.id, payee.name, payee.code] for payee in book.payees.values())


def _totals(book: Book) -> Iterator[list[Cell]]:
    for one in book.totals:
        amount = units(one.amount, one.currency)
        yield [one.currency, one.code, one.lines, amount, one.amount]
