"""Random work on the books with contracts, allowed and forbidden, beside the model: disbursed is
never more than approved invoices, these never more than accepted work, this never more than the
contract, and this never more than what is committed."""

from __future__ import annotations

from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from core.db import db, transaction
from ledger.models import CostCentre, VoucherKind
from ledger.services import approving, contracting
from tests.ledger.books_machine import PROFILE, REFS, BooksMachine, amounts, small, which
from tests.ledger.contract_model import ContractModel, Work, WorkSlip, work_of
from tests.ledger.model import Slip

CHANGES = {
    "contract": contracting.book_contract,
    "uncontract": contracting.book_reduction,
}


class ContractsMachine(BooksMachine):
    """The same city, whose projects are built by contract."""

    MODEL = ContractModel
    model: ContractModel

    @initialize()
    def begin(self) -> None:
        super().begin()
        for number in (0, 1):
            self.begin_contracts(number)
            self.contract("contract", number, 0, 25)
            self.accept(number, 0, 15)
            self.invoice(0, 0, 10, 2, now=True)
            self.pay(0)

    def more_of(self, slip: Slip) -> dict[str, Any]:
        work = work_of(slip)
        return {"work_id": work.ident if work else None}

    def ref(self, centre: int) -> int:
        """A project's number."""
        db.session.rollback()
        return db.session.scalars(select(CostCentre.ref).where(CostCentre.id == centre)).one()

    def told(self, work: Work) -> dict[str, Any]:
        """What services are told of a booking."""
        about = {"key": f"key{next(REFS)}", "project_ref": self.ref(work.centre)}
        about |= {"payee_id": work.payee, "amount": work.amount, "source_ref": "test"}
        return about | {"people": (self.books.asks, self.books.approves), "now": self.books.at}

    @rule(project=which)
    def begin_contracts(self, project: int) -> None:
        centre = self.project(project)
        ref = self.ref(centre)

        def act() -> None:
            with transaction() as session:
                contracting.begin_contracts(session, ref)

        allowed = centre not in self.model.closed
        self.tried(allowed, act)
        if allowed:
            self.model.by_contract.add(centre)

    @rule(event=st.sampled_from(sorted(CHANGES)), project=which, payee=which, amount=amounts)
    def contract(self, event: str, project: int, payee: int, amount: int) -> None:
        work = Work("", self.project(project), self.payees[payee % 2], amount)
        about = self.told(work)

        def act() -> None:
            with transaction() as session:
                CHANGES[event](session, **about)

        self.tried(self.model.change(event, work, self.books.day), act)

    @rule(project=which, payee=which, amount=amounts)
    def accept(self, project: int, payee: int, amount: int) -> None:
        work = Work(f"work:{next(REFS)}", self.project(project), self.payees[payee % 2], amount)
        more: dict[str, Any] = self.told(work) | {"ref": work.ref, "title": {"en": "Work"}}

        def act() -> int:
            with transaction() as session:
                return contracting.book_acceptance(session, **more).id

        if ident := self.tried(self.model.change("accept", work, self.books.day), act):
            work.ident = ident
            self.model.works.append(work)

    @rule(project=which, payee=which, fund=which, sums=st.tuples(small, small, small))
    def build(self, project: int, payee: int, fund: int, sums: tuple[int, int, int]) -> None:
        """From contract to payment in one go, as far as it may go."""
        contracted, accepted, invoiced = sums
        self.contract("contract", project, payee, contracted)
        self.accept(project, payee, accepted)
        if self.model.works:
            self.invoice(0, fund, invoiced, 2, now=True)
        self.pay(0)

    @precondition(lambda self: self.model.works)
    @rule(number=which)
    def take_back(self, number: int) -> None:
        work = self.model.works[-1 - number % len(self.model.works)]
        about = self.told(work)
        kept = {name: about[name] for name in ("key", "people", "source_ref", "now")}

        def act() -> None:
            with transaction() as session:
                contracting.book_unacceptance(session, ref=work.ref, **kept)

        may = not work.withdrawn and work.left == work.amount
        allowed = may and self.model.change("unaccept", work, self.books.day)
        self.tried(allowed, act)
        work.withdrawn = work.withdrawn or allowed

    @precondition(lambda self: self.model.works)
    @rule(number=which, fund=which, amount=amounts, stranger=which, now=st.booleans())
    def invoice(self, number: int, fund: int, amount: int, stranger: int, now: bool) -> None:
        work = self.model.works[-1 - number % len(self.model.works)]
        centre = work.centre if stranger else self.project(number)
        payee = work.payee if stranger != 1 else self.payees[0]
        of, day = self.payers(centre)[fund % 5], self.books.day
        kind = VoucherKind.DISBURSE
        slip = WorkSlip(kind, of, amount, day, centre=centre, payee=payee, work=work)
        self.ask(slip)
        if slip.ident:
            work.slips.append(slip)
        if slip.ident and now:
            self.approve(slip)

    @rule(number=which)
    def withdraw(self, number: int) -> None:
        if slip := self.picked(number, "requested"):
            with transaction() as session:
                approving.withdraw(session, slip.ident, self.books.asks, self.books.at)
            slip.state = "withdrawn"

    @rule(project=which)
    def close_books(self, project: int) -> None:
        centre = self.project(project)
        people = (self.books.asks, self.books.approves)
        ref = self.ref(centre)

        def act() -> int:
            with transaction() as session:
                return contracting.close_books(
                    session, project_ref=ref, people=people, source_ref="end", now=self.books.at
                )

        again = centre in self.model.closed
        returned = self.model.close_books(centre, self.books.day)
        found = self.tried(returned is not None, act)
        assert again or found == returned


def test_the_books_are_the_models_whatever_is_tried(app: Flask) -> None:
    run_state_machine_as_test(ContractsMachine, settings=PROFILE)
