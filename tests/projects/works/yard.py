"""What everybody does while a project is carried out, in tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.db import db, transaction
from ledger.models import AcceptedWork, VoucherKind
from projects.models import AsPromised, Contract, Milestone, Tender
from projects.states import TenderState
from projects.works import services as do
from tests.projects.works.ground import COST, YUAN, Ground

TEXT = "The benches stand, and the ground around them is level."
WHY = "There is a good reason for it, said here."
__all__ = ["COST", "TEXT", "WHY", "YUAN", "Yard"]


class Yard(Ground):
    """Verbs around one project of ¥10,000 in a community."""

    def report(self, milestone: int, by: int | None = None, **values: Any) -> int:
        """The contractor's worker reports a milestone, or ``by`` does for the department."""
        row: dict[str, Any] = {"key": f"report{next(self.keys)}", "text": TEXT}
        if by is None:
            row["organisation_id"] = self.firm
        with transaction() as session:
            sent = do.SentReport(**row | values)
            return do.report(session, milestone, sent, by or self.worker, self.at).id

    def say(self, report: int, person: int | None = None, *, holds: bool, text: str = WHY) -> int:
        """A resident, by default the neighbour, says whether a report is true."""
        with transaction() as session:
            who = person or self.neighbour
            said = do.confirm(session, report, who, holds=holds, text=text, now=self.at)
            return said.id

    def answer(self, confirmation: int, by: int | None = None) -> None:
        """The officer answers a dispute."""
        with transaction() as session:
            do.answer_dispute(session, confirmation, WHY, by or self.officer, self.at)

    def accept(self, report: int, *people: int) -> None:
        """Both officers, or ``people``, accept a report."""
        for person in people or (self.officer, self.second_officer):
            with transaction() as session:
                do.accept(session, report, person, accepted=True, reason="", now=self.at)

    def refuse(self, report: int, person: int, reason: str = WHY) -> None:
        """Somebody sends a report back."""
        with transaction() as session:
            do.accept(session, report, person, accepted=False, reason=reason, now=self.at)

    def set(self, kind: str, ident: int, **values: Any) -> None:
        """Put a contract, tender or milestone into a state that others lead to."""
        model = {"contract": Contract, "tender": Tender, "milestone": Milestone}[kind]
        with transaction() as session:
            row = session.get_one(model, ident)
            for name, value in values.items():
                setattr(row, name, value)

    def out_for_tender(self, milestone: int, state: TenderState) -> int:
        """A tender over a milestone."""
        tender = self._tender(100 * YUAN)
        self.set("tender", tender, state=state)
        self.set("milestone", milestone, tender_id=tender)
        return tender

    def finish(self, milestone: int, by: int | None = None) -> int:
        """Report a milestone and accept it; gives the report."""
        report = self.report(milestone, by)
        self.accept(report)
        return report

    def ask(
        self,
        kind: str,
        after: dict[str, Any],
        milestone: int | None = None,
        *,
        contract: int | None = None,
        by: int | None = None,
    ) -> int:
        """The officer asks for a change."""
        asked = do.AskedChange(do.ChangeKind(kind), WHY, after, milestone, contract)
        with transaction() as session:
            return do.ask_change(session, self.project, asked, by or self.officer, self.at).id

    def decide(self, change: int, *, approved: bool = True, by: int | None = None) -> None:
        """The other officer decides on it."""
        with transaction() as session:
            verdict = do.Verdict(approved, WHY)
            do.decide_change(session, change, verdict, by or self.second_officer, self.at)

    def change(
        self, kind: str, after: dict[str, Any], milestone: int | None = None, **on: Any
    ) -> int:
        """Ask for a change and approve it."""
        ident = self.ask(kind, after, milestone, **on)
        self.decide(ident)
        return ident

    def invoice(self, ref: str, amount: int, **about: Any) -> int:
        """Ask for an accepted piece of work to be paid; gives the voucher."""
        work = self.work(ref)
        values = {
            "payee_id": self.payee,
            "cost_centre_id": self.centre(),
            "work_id": work.id if work else None,
        }
        return self.books.ask(VoucherKind.DISBURSE, amount, **values | about)

    def pay(self, ref: str, amount: int) -> int:
        """Invoice, approve and pay for accepted work."""
        voucher = self.invoice(ref, amount)
        if self.books.approve(voucher) == "requested":
            self.books.approve(voucher, self.books.also_approves)
        self.books.pay(voucher)
        return voucher

    def draw(self, text: str = "All is done.") -> None:
        """The officer draws the final account up."""
        with transaction() as session:
            do.draw_account(session, self.project, text, self.officer, self.at)

    def approve_account(self, by: int | None = None) -> None:
        """The other officer approves it."""
        with transaction() as session:
            do.approve_account(session, self.project, by or self.second_officer, self.at)

    def rate(self, person: int, rating: int = 4, comment: str = "Well done") -> int:
        """A resident rates the finished project."""
        with transaction() as session:
            opinion = do.Opinion(rating, AsPromised.YES, comment)
            return do.evaluate(session, self.project, opinion, person, self.at).id

    def hide(self, evaluation: int, reason: str = WHY, by: int | None = None) -> None:
        """The officer hides a comment."""
        with transaction() as session:
            do.hide_comment(session, evaluation, reason, by or self.officer, self.at)

    def work(self, ref: str) -> AcceptedWork | None:
        """A piece of accepted work as the books know it."""
        db.session.rollback()
        return db.session.scalar(select(AcceptedWork).where(AcceptedWork.ref == ref))

    def accepted(self, ref: str) -> int | None:
        """What a piece of accepted work comes to; None where the books know none."""
        found = self.work(ref)
        return found.amount if found else None
