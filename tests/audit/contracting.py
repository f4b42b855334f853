"""A project that goes from the notice to the last payment, by everybody's own verbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from core.db import db, transaction
from ledger.models import AcceptedWork, CostCentre, VoucherKind
from projects.tenders import services
from projects.works import services as do
from tests.ledger.books import YUAN, Books
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import Town

Json = dict[str, Any]
WHY = "There is a good reason for it, said here."


@dataclass
class Contracting(Town):
    """A town with what comes after the contract: reports, acceptances, changes, payments."""

    books: Books = field(init=False)

    def _fund(self, books: Books) -> None:
        self.books = books
        super()._fund(books)

    def question(self, tender: int, text: str = "Which oak?", answer: str = "Any.") -> int:
        """A resident's question, answered for everybody."""
        with transaction() as session:
            asked = services.ask_question(session, tender, text, self.resident, self.at + DAY).id
        with transaction() as session:
            services.answer_question(session, asked, answer, self.officer, self.at + 2 * DAY)
        return asked

    def report(self, milestone: int, at: datetime) -> int:
        """The contractor says that a part is done."""
        sent = do.SentReport(
            key=f"report{next(self.keys)}",
            text="The benches stand, and the ground around them is level.",
            organisation_id=self.firms[1],
        )
        with transaction() as session:
            return do.report(session, milestone, sent, self.traders[1], at).id

    def accept(self, report: int, at: datetime) -> None:
        """Two officers accept a report."""
        for person in (self.officer, self.other):
            with transaction() as session:
                do.accept(session, report, person, accepted=True, reason="", now=at)

    def finish(self, milestone: int, at: datetime) -> None:
        """A part reported and accepted."""
        self.accept(self.report(milestone, at), at)

    def change(self, kind: str, after: dict[str, Any], milestone: int | None, at: datetime) -> None:
        """One officer asks for a change, another one approves it."""
        asked = do.AskedChange(do.ChangeKind(kind), WHY, after, milestone, None)
        with transaction() as session:
            change = do.ask_change(session, self.project, asked, self.author, at).id
        with transaction() as session:
            do.decide_change(session, change, do.Verdict(True, WHY), self.officer, at)

    def pay(self, milestone: int, amount: int, at: datetime) -> int:
        """Invoice, approve and pay a part; gives the voucher."""
        db.session.rollback()
        ref = f"milestone:{milestone}"
        work = db.session.scalars(select(AcceptedWork).where(AcceptedWork.ref == ref)).one()
        payee, ident = work.payee_id, work.id
        self.books.at = at
        voucher = self.books.book(
            VoucherKind.DISBURSE,
            amount,
            cost_centre_id=self.centre(),
            payee_id=payee,
            work_id=ident,
        )
        self.books.pay(voucher)
        return voucher

    def centre(self) -> int:
        """The project's cost centre."""
        db.session.rollback()
        rows = select(CostCentre.id).where(
            CostCentre.kind == "project", CostCentre.ref == self.project
        )
        return db.session.scalars(rows).one()

    def whole_way(self) -> int:
        """A tender from its notice to a payment, with a question, a delay and a dearer part."""
        tender = self.publish()
        self.question(tender)
        self.bids(tender)
        self.open(tender)
        self.judged(tender)
        self.award(tender)
        self.draw(tender)
        self.agree(tender, self.traders[1])
        self.sign(tender)
        first, second = self.milestones[:2]
        at = self.later + DAY
        self.change("delay", {"due_on": date(2026, 9, 15).isoformat()}, second, at)
        self.change("cost", {"price": 25_000 * YUAN}, second, at + DAY)
        self.finish(first, at + 2 * DAY)
        self.pay(first, 20_000 * YUAN, at + 3 * DAY)
        return tender

    def directly(self) -> int:
        """An award without a tender."""
        with transaction() as session:
            drafted = services.draft_direct(
                session, self.project, self.direct(), self.author, self.at
            ).id
        with transaction() as session:
            services.award_directly(session, drafted, self.officer, self.at)
        return drafted


def releases(client: FlaskClient, site: Contracting) -> list[Json]:
    """Every release of the project, as anybody gets it."""
    answer = client.get(f"/projects/{site.project}/ocds-releases.json")
    assert answer.status_code == 200
    found: list[Json] = answer.get_json()["releases"]
    return found


def compiled(client: FlaskClient, site: Contracting, place: int = 0) -> Json:
    """What the releases of the project's first tender come to."""
    answer = client.get(f"/projects/{site.project}/ocds.json")
    assert answer.status_code == 200
    found: Json = answer.get_json()["records"][place]["compiledRelease"]
    return found


def tags(found: list[Json]) -> list[str]:
    """What each release is."""
    return ["+".join(one["tag"]) for one in found]
