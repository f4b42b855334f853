"""A city whose books have something of everything, for the pages of money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.db import db
from ledger.models import CostCentre, CostCentreKind, VoucherKind
from tests.audit.sponsoring import add_partners
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.remembered import remembered

K = VoucherKind


@dataclass
class Town:
    """Its books, and the cost centres and payees in them."""

    books: Books
    round: int
    projects: list[int]
    payees: list[int]
    undone: int
    call: int
    pledges: list[int]


@remembered
def build_town(make: Factory, at: datetime) -> Town:
    """Public money in four levels, two projects that won, four payees, payments and mistakes."""
    books = Books.open(make, at)
    books.book(K.RECEIVE, 900_000 * YUAN, books.funds[0])
    for above, below, amount in zip(books.funds, books.funds[1:], (700, 600, 500), strict=False):
        terms = "For small works only"
        given = amount * 1000 * YUAN
        books.pay(books.book(K.ALLOT, given, above, to_fund_id=below, conditions=terms))
    books.book(K.ALLOT, 5_000 * YUAN, books.funds[-2], to_fund_id=books.funds[-1])
    books.book(K.APPROPRIATE, 300_000 * YUAN, cost_centre_id=books.round())
    books.win(120_000 * YUAN, 60_000 * YUAN)
    projects = list(
        db.session.scalars(
            select(CostCentre.id)
            .where(CostCentre.kind == CostCentreKind.PROJECT)
            .order_by(CostCentre.id)
        )
    )
    payees = [books.payee(name) for name in ("Greenfield", "Lamps 100%", "Li_Wei", "Weaver")]
    undone = spend(books, projects, payees)
    partners = add_partners(books, projects[0])
    return Town(books, books.round(), projects, payees, undone, *partners)


def spend(books: Books, projects: list[int], payees: list[int]) -> int:
    """Invoices, payments, a refund, a closed project; gives the voucher that was undone."""
    first, second = projects
    for number, payee in enumerate(payees):
        about: dict[str, Any] = {
            "cost_centre_id": first,
            "payee_id": payee,
            "purpose": f"Lamp posts {number}",
        }
        voucher = books.book(K.DISBURSE, (10_000 + number) * YUAN + number, **about)
        if number != 3:
            books.pay(voucher)
    books.book(K.REFUND, 500 * YUAN, cost_centre_id=first, payee_id=payees[0])
    undone = books.book(
        K.DISBURSE, 7_000 * YUAN, cost_centre_id=second, payee_id=payees[1], purpose="Twice"
    )
    books.book(K.REVERSE, 7_000 * YUAN, reverses_id=undone)
    books.pay(books.book(K.DISBURSE, 900 * YUAN, cost_centre_id=second, payee_id=payees[2]))
    books.book(K.RELEASE, 59_100 * YUAN, cost_centre_id=second)
    return undone
