"""A city's money in tests: areas on four levels, funds, staff, and what they do with vouchers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind, Role
from core.db import db, transaction
from ledger.accounts import add_payee, cost_centre
from ledger.journal import Kind, Ref
from ledger.models import (
    Account,
    Balance,
    CostCentre,
    CostCentreKind,
    DocumentKind,
    FundKind,
    Voucher,
    VoucherKind,
    VoucherState,
)
from ledger.services import approving, requesting
from ledger.services.approving import Answer
from ledger.services.committing import Winner, enter_winners
from ledger.services.funds import open_fund
from ledger.services.papers import NEEDED, missing_papers
from tests.factories import Count, Factory
from tests.ledger.papers import policy_paper
from tests.remembered import remembered

LEVELS = (AreaKind.CITY, AreaKind.DISTRICT, AreaKind.SUB_DISTRICT, AreaKind.COMMUNITY)
YUAN = 100


@dataclass
class Books:
    """Areas, one fund of public money in each, and people who ask and approve."""

    make: Factory
    at: datetime
    areas: list[int] = field(default_factory=list)
    funds: list[int] = field(default_factory=list)
    keys: Count = field(default_factory=Count)
    asks: int = 0
    approves: int = 0
    also_approves: int = 0

    @classmethod
    @remembered
    def open(cls, make: Factory, at: datetime) -> Self:
        """Four levels with a fund for the year, two finance officers and two approvers."""
        books = cls(make, at)
        for kind in LEVELS:
            parent = books.areas[-1] if books.areas else None
            books.areas.append(make.area(kind.value, parent, kind=kind))
        city = books.areas[0]
        books.asks = make.staff(Role.FINANCE, city)
        books.approves = make.staff(Role.APPROVER, city)
        books.also_approves = make.staff(Role.APPROVER, city)
        books.funds = [books.fund(area) for area in books.areas]
        return books

    @property
    def day(self) -> date:
        """The day on which everything happens."""
        return self.at.date()

    def fund(self, area: int, year: int = 2026, currency: str = "CNY") -> int:
        """Another fund of public money."""
        with transaction() as session:
            return open_fund(
                session,
                session.get_one(Area, area),
                kind=FundKind.ALLOCATION,
                year=year,
                currency=currency,
                name={"en": f"Fund of area {area}"},
                planned=None,
                by_id=self.asks,
                now=self.at,
            ).id

    def round(self, ref: int = 1) -> int:
        """The cost centre of a round."""
        with transaction() as session:
            return cost_centre(session, CostCentreKind.ROUND, ref, {"en": f"Round {ref}"}).id

    def payee(self, name: str = "Greenfield") -> int:
        """Somebody who can be paid."""
        with transaction() as session:
            return add_payee(session, {"en": name}, self.at).id

    def ask(self, kind: VoucherKind, amount: int, fund: int | None = None, **about: Any) -> int:
        """Ask for ``amount`` minor units; by default from the community's fund."""
        asked: dict[str, Any] = {
            "kind": kind,
            "key": f"form{next(self.keys)}",
            "fund_id": fund or self.funds[-1],
            "amount": amount,
            "purpose": "Because",
            "effective_on": self.day,
        }
        with transaction() as session:
            request = requesting.Request(**asked | about)
            return requesting.request(session, request, self.asks, self.at).id

    def ask_with_papers(self, kind: VoucherKind, amount: int, **about: Any) -> int:
        """Ask of the community's fund, and add the papers that an approval needs."""
        voucher = self.ask(kind, amount, **about)
        with transaction() as session:
            self.add_papers(session, session.get_one(Voucher, voucher))
        return voucher

    def add_papers(self, session: Session, voucher: Voucher) -> None:
        """What the voucher still needs before it is approved, without any file."""
        if missing_papers(session, voucher) is None:
            return
        kind, invoice = NEEDED[voucher.kind], dict[str, Any]()
        if kind == DocumentKind.INVOICE:
            number = f"TEST{voucher.id}"
            invoice = {"number": number, "number_key": number, "issued_on": self.day}
            invoice |= {"amount": voucher.amount, "payee_id": voucher.payee_id}
        session.add(policy_paper(voucher.id, self.asks, self.at, kind=kind, **invoice))
        session.flush()

    def approve(self, voucher: int, person: int | None = None, role: str = Role.APPROVER) -> str:
        """Approve a voucher, by default as the first approver, with the papers that it needs;
        gives its state then."""
        with transaction() as session:
            self.add_papers(session, session.get_one(Voucher, voucher))
            answer = Answer(person or self.approves, role)
            return approving.approve(session, voucher, answer, self.at).state

    def pay(self, voucher: int, person: int | None = None) -> None:
        """Record the payment of a voucher."""
        with transaction() as session:
            approving.pay(session, voucher, person or self.asks, self.day, self.at)

    def book(self, kind: VoucherKind, amount: int, fund: int | None = None, **about: Any) -> int:
        """Ask and let as many people approve as are needed."""
        voucher = self.ask(kind, amount, fund, **about)
        if self.approve(voucher) == VoucherState.REQUESTED:
            self.approve(voucher, self.also_approves)
        return voucher

    def endow(self, amount: int = 1_000_000 * YUAN) -> None:
        """Money from outside to the city, and by every level down to the community."""
        self.book(VoucherKind.RECEIVE, amount, self.funds[0])
        for above, below in itertools.pairwise(self.funds):
            self.pay(self.book(VoucherKind.ALLOT, amount, above, to_fund_id=below))

    def win(self, *costs: int, round_ref: int = 1) -> list[int]:
        """A decided round with winners of these costs; gives the cost centres of those for which
        there is no money yet."""
        winners = [Winner(100 + i, {"en": f"Project {i}"}, cost) for i, cost in enumerate(costs)]
        with transaction() as session:
            title = {"en": f"Round {round_ref}"}
            waiting = enter_winners(session, round_ref, title, "CNY", winners, now=self.at)
            return [centre.id for centre in waiting]

    def undo(self, voucher: int) -> int:
        """Ask for a voucher to be undone, and approve that."""
        with transaction() as session:
            undone = session.get_one(Voucher, voucher)
            fund, amount = undone.fund_id, undone.amount
        return self.book(VoucherKind.REVERSE, amount, fund, reverses_id=voucher)

    def project(self, cost: int = 10_000 * YUAN, appropriated: int | None = None) -> int:
        """Money down to the community, a round with some of it, and one winner's cost centre."""
        self.endow()
        self.book(VoucherKind.APPROPRIATE, appropriated or cost, cost_centre_id=self.round())
        self.win(cost)
        return self.centre(100)

    def centre(self, project: int) -> int:
        """The cost centre of a project."""
        db.session.rollback()
        rows = select(CostCentre.id).where(CostCentre.kind == "project", CostCentre.ref == project)
        return db.session.scalars(rows).one()

    def left(self, kind: Kind, fund: int | None = None, *about: int) -> int:
        """The balance of an account; by default of the community's fund."""
        db.session.rollback()
        key = Ref(fund or self.funds[-1], kind, *about).key
        rows = select(Balance.net).join(Account).where(Account.key == key)
        return db.session.scalar(rows) or 0
