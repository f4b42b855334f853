"""The office of money in tests: the browsers of those who ask, approve and look."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.models import Role
from core.db import db, transaction
from ledger.models import CostCentre, CostCentreKind, Voucher, VoucherKind
from tests.budgeting.voting import csrf_token
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.ledger.papers import pdf
from tests.remembered import remembered

KEY = "k" * 22
POLICY = {"paper-kind": "policy"}


@remembered
def community_books(make: Factory) -> Books:
    """A community with ¥10,000, of which a round has won a project of ¥600."""
    books = Books.open(make, make.at)
    books.endow(10_000 * YUAN)
    books.win(600 * YUAN)
    books.book(VoucherKind.APPROPRIATE, 1_000 * YUAN, cost_centre_id=books.round())
    books.book(VoucherKind.RECEIVE, 500 * YUAN, books.funds[0])
    return books


class Office:
    """The browsers around the books of a community."""

    def __init__(self, make: Factory, sign_in: Callable[..., FlaskClient]) -> None:
        self.make, self.sign_in = make, sign_in
        self.books = community_books(make)
        self.city, *_, self.community = self.books.areas
        self.fund = self.books.funds[-1]
        self.project = centre(CostCentreKind.PROJECT, 100)
        self.finance = sign_in(self.books.asks)
        self.approver = sign_in(self.books.approves)
        self.auditor = sign_in(make.staff(Role.AUDITOR, self.city))
        self.second = sign_in(make.staff(Role.FINANCE, self.community))

    def post(self, kind: str, browser: FlaskClient | None = None, /, **values: Any) -> Any:
        """Send the form of a kind of voucher; what it does not name is filled in."""
        filled = {
            "key": KEY,
            "source": source(self.fund),
            "amount": "12.50",
            "effective_on": self.books.day.isoformat(),
            "purpose": "Because",
            "conditions": "",
        }
        return self.send(browser or self.finance, f"/ledger/vouchers/new/{kind}", **filled | values)

    def send(self, browser: FlaskClient, path: str, **values: Any) -> Any:
        """Post to a page; values of None are left out."""
        fields = {"csrf_token": csrf_token(browser)} | values
        return browser.post(path, data={k: v for k, v in fields.items() if v is not None})

    def decide(self, browser: FlaskClient, ident: int, verb: str, **values: Any) -> Any:
        """Press a button of a voucher and say yes."""
        return self.send(browser, f"/ledger/vouchers/{ident}/{verb}", **values)

    def ask_payment(self, amount: str = "250", title: str = "one") -> int:
        """Ask for a payment for the project, with its invoice."""
        values = {
            "source": source(self.fund, self.project),
            "payee_name_en": "Greenfield",
            "key": f"payment-{last_voucher():020}",
            "amount": amount,
        }
        answer = self.post("disburse", **values, **invoice(amount, title=title))
        assert answer.status_code == 303, answer.text
        return last_voucher()

    def receive(self, amount: int) -> int:
        """Ask for money from outside for the community, with its document."""
        ident = self.books.ask(VoucherKind.RECEIVE, amount)
        with transaction() as session:
            self.books.add_papers(session, session.get_one(Voucher, ident))
        return ident


def centre(kind: str, ref: int) -> int:
    """The cost centre of a round or project."""
    rows = select(CostCentre.id).where(CostCentre.kind == kind, CostCentre.ref == ref)
    return db.session.scalars(rows).one()


def source(fund: int, cost_centre: int = 0, payee: int = 0, to_fund: int = 0) -> str:
    """How a form names where money comes from."""
    return f"{fund}-{cost_centre}-{payee}-{to_fund}"


def last_voucher() -> int:
    """The voucher asked for last."""
    db.session.rollback()
    return db.session.scalar(select(func.max(Voucher.id))) or 0


def voucher(ident: int) -> Voucher:
    """A voucher as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Voucher, ident)


def invoice(amount: str, number: str = "F-1", title: str = "one") -> dict[str, Any]:
    """The fields of an invoice of which nothing has to be covered."""
    return {
        "paper-kind": "invoice",
        "paper-original": (BytesIO(pdf(title=title)), "invoice.pdf"),
        "paper-as_it_is": "y",
        "paper-number": number,
        "paper-issued_on": "2026-02-20",
        "paper-amount": amount,
    }


def policy(title: str = "policy") -> dict[str, Any]:
    """The fields of a document that decided something."""
    return {
        "paper-kind": "policy",
        "paper-original": (BytesIO(pdf(title=title)), "decision.pdf"),
        "paper-as_it_is": "y",
    }
