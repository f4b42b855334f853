"""A project that is built by contract, in tests: who contracts, accepts, invoices and pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from core.db import db, transaction
from ledger.journal import Kind
from ledger.models import AcceptedWork, Voucher, VoucherKind, VoucherState
from ledger.services import approving, contracting
from ledger.services.committing import Winner, enter_winners
from ledger.services.contracting import Standing
from tests.factories import Factory
from tests.ledger.books import YUAN, Books
from tests.remembered import remembered

PROJECT = 100  # the number of the only winner
SECOND = 200


@dataclass
class Site(Books):
    """Books with one project of ``cost`` that is paid for accepted work, and two payees."""

    centre_id: int = 0
    payee_id: int = 0
    other_id: int = 0

    @classmethod
    @remembered
    def begin(cls, make: Factory, at: datetime, cost: int = 1000 * YUAN) -> Self:
        """All of its money from the community's fund, nothing under contract yet."""
        site = cls.open(make, at)
        site.centre_id = site.project(cost)
        site.payee_id, site.other_id = site.payee("Greenfield"), site.payee("Stoneworks")
        with transaction() as session:
            contracting.begin_contracts(session, PROJECT)
        return site

    @property
    def people(self) -> tuple[int, int]:
        """Who acts and who approves."""
        return self.asks, self.approves

    def contract(self, amount: int, **about: Any) -> None:
        """Put ``amount`` under contract with the first payee."""
        with transaction() as session:
            contracting.book_contract(session, **self.booking(amount, about))

    def reduce(self, amount: int, **about: Any) -> None:
        """Take ``amount`` of the contract back."""
        with transaction() as session:
            contracting.book_reduction(session, **self.booking(amount, about))

    def accept(self, amount: int, ref: str = "milestone:1", **about: Any) -> int:
        """Accept work; gives its number."""
        more = {"ref": ref, "title": {"en": f"Work {ref}"}} | about
        with transaction() as session:
            return contracting.book_acceptance(session, **self.booking(amount, more)).id

    def unaccept(self, ref: str = "milestone:1", **about: Any) -> None:
        """Take an acceptance back."""
        asked = {"key": self.key(), "people": self.people, "source_ref": "test"} | about
        with transaction() as session:
            contracting.book_unacceptance(session, ref=ref, now=self.at, **asked)

    def key(self) -> str:
        """A new one."""
        return f"key{next(self.keys)}"

    def booking(self, amount: int, about: dict[str, Any]) -> dict[str, Any]:
        """What services of contracts are told."""
        asked = {"key": self.key(), "project_ref": PROJECT, "payee_id": self.payee_id}
        asked |= {"amount": amount, "people": self.people, "source_ref": "test", "now": self.at}
        return asked | about

    def invoice(self, amount: int, work: int | None, **about: Any) -> int:
        """Ask for an invoice for accepted work to be paid."""
        asked = {"cost_centre_id": self.centre_id, "payee_id": self.payee_id, "work_id": work}
        return self.ask_with_papers(VoucherKind.DISBURSE, amount, **asked | about)

    def paid(self, amount: int, work: int) -> int:
        """The same, approved and paid."""
        voucher = self.invoice(amount, work)
        self.approve(voucher)
        self.pay(voucher)
        return voucher

    def close(self, **about: Any) -> int:
        """Close the books; gives what was returned."""
        asked: dict[str, Any] = {
            "project_ref": PROJECT,
            "people": self.people,
            "source_ref": "final:1",
        }
        with transaction() as session:
            return contracting.close_books(session, **asked | {"now": self.at} | about)

    def withdraw(self, voucher: int) -> None:
        """Take a request back."""
        with transaction() as session:
            approving.withdraw(session, voucher, self.asks, self.at)

    def elsewhere(self, cost: int = 50 * YUAN) -> int:
        """Another project by contract, of another round; gives its cost centre."""
        self.book(VoucherKind.APPROPRIATE, cost, cost_centre_id=self.round(2))
        winners = [Winner(SECOND, {"en": "Second"}, cost)]
        with transaction() as session:
            enter_winners(session, 2, {"en": "Round 2"}, "CNY", winners, now=self.at)
            contracting.begin_contracts(session, SECOND)
        return self.centre(SECOND)

    def stands(self) -> Standing:
        """How far the project's money has come."""
        db.session.rollback()
        return contracting.standing(db.session, PROJECT)

    def work(self, ident: int) -> AcceptedWork:
        """Accepted work as it is now."""
        db.session.rollback()
        return db.session.get_one(AcceptedWork, ident)

    def state(self, voucher: int) -> VoucherState:
        """How far a voucher has come."""
        db.session.rollback()
        return VoucherState(db.session.get_one(Voucher, voucher).state)

    def chain(self, fund: int | None = None) -> tuple[int, int, int]:
        """What is committed and free, under contract, and accepted but not invoiced."""
        of = (self.centre_id, self.payee_id)
        return (
            self.left(Kind.ENCUMBRANCE, fund, self.centre_id),
            self.left(Kind.ENCUMBRANCE, fund, *of),
            self.left(Kind.ENCUMBRANCE_RESERVE, fund, *of),
        )
