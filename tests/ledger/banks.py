"""A bank account of a community with statements, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from sqlalchemy import select

from accounts.models import Area
from core.clock import now
from core.db import db, transaction
from ledger.models import BankLine, BankStatement, VoucherKind
from ledger.services.matching import match, match_exact, unmatch
from ledger.services.statements import import_statement, keep_funds_at, open_bank_account
from ledger.statements import StatementFile, StatementLine
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import Books
from tests.remembered import remembered

DAY = START.date()


def line(amount: int, reference: str = "", **about: Any) -> StatementLine:
    """A line of the day on which everything happens."""
    known: dict[str, Any] = {"row": 2, "booked_on": DAY, "currency": "CNY"}
    return StatementLine(**known | {"amount": amount, "reference": reference} | about)


def statement(*lines: StatementLine, sha256: str = "1", **about: Any) -> StatementFile:
    """A file of these lines; another ``sha256`` makes it another file."""
    days = [one.booked_on for one in lines] or [DAY]
    known: dict[str, Any] = {
        "format": "csv",
        "account": "",
        "currency": "CNY",
        "opening": None,
        "closing": None,
        "from_on": min(days),
        "to_on": max(days),
        "lines": lines,
        "sha256": sha256.rjust(64, "0"),
    }
    return StatementFile(**known | about)


def _won(books: Books) -> int:
    """The cost centre of a project of ¥50,000 for which there is money."""
    (project,) = books.win(50_000_00)
    books.book(VoucherKind.APPROPRIATE, 50_000_00, cost_centre_id=books.round())
    return project


class Bank:
    """The community's account, its project and its payee."""

    @classmethod
    @remembered
    def open(cls, make: Factory) -> Self:
        """In an empty database."""
        return cls(make)

    def __init__(self, make: Factory) -> None:
        self.books = Books.open(make, START)
        self.books.endow()
        self.project = _won(self.books)
        self.payee = self.books.payee("滨河园林有限公司")
        self.area = self.books.areas[-1]
        with transaction() as session:
            area = session.get_one(Area, self.area)
            self.account = open_bank_account(
                session,
                area,
                name={"en": "Main account"},
                number="6222 0000 1234",
                currency="CNY",
                by_id=self.books.asks,
                now=START,
            ).id
        self.keep([self.books.funds[-1]])

    def keep(self, funds: Sequence[int]) -> None:
        """Say which funds' money lies here."""
        with transaction() as session:
            keep_funds_at(session, self.account, funds, self.books.asks, START)

    def pay(self, amount: int = 900_00) -> int:
        """Pay the payee; gives the voucher."""
        voucher = self.books.book(
            VoucherKind.DISBURSE, amount, cost_centre_id=self.project, payee_id=self.payee
        )
        self.books.pay(voucher)
        return voucher

    def take_in(self, file: StatementFile, **options: Any) -> BankStatement:
        """Take in a statement."""
        with transaction() as session:
            return import_statement(
                session, self.account, file, by_id=self.books.asks, now=now(), **options
            )

    def lines(self) -> list[BankLine]:
        """All lines of the bank."""
        db.session.rollback()
        return list(db.session.scalars(select(BankLine).order_by(BankLine.id)))

    def match(self, line_id: int, transfer_id: int) -> None:
        """Match two lines."""
        with transaction() as session:
            match(session, line_id, transfer_id, self.books.asks, now())

    def unmatch(self, line_id: int) -> None:
        """Take the match of a line back."""
        with transaction() as session:
            unmatch(session, line_id, self.books.asks, now())

    def match_exact(self) -> int:
        """Match what leaves no doubt."""
        with transaction() as session:
            return match_exact(session, self.account, self.books.asks, now())


def days(number: int) -> date:
    """So many days after the day on which everything happens."""
    return date.fromordinal(DAY.toordinal() + number)
