"""The offices of Xinghe that handle money: who asks, who approves, who pays, with which papers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AreaKind
from budgeting.demo.content import texts
from budgeting.demo.papers import paper
from budgeting.demo.world import World
from core.clock import local_date
from core.i18n import format_money
from ledger.accounts import add_payee
from ledger.documents import NewDocument, Upload, add_document
from ledger.journal import Kind
from ledger.models import (
    Account,
    Balance,
    DocumentKind,
    FundKind,
    Voucher,
    VoucherKind,
    VoucherState,
)
from ledger.services.approving import Answer, approve, pay
from ledger.services.funds import open_fund
from ledger.services.requesting import Request, request

K = VoucherKind
# Who asks, who approves (the second one where two must), and who pays, by level.
STAFF: dict[str, tuple[str, tuple[str, str], str]] = {
    AreaKind.CITY: ("city_finance", ("city_approver", "district_approver"), "city_finance"),
    AreaKind.DISTRICT: (
        "district_finance",
        ("district_approver", "city_approver"),
        "district_finance",
    ),
    AreaKind.SUB_DISTRICT: ("finance", ("approver", "district_approver"), "cashier"),
    AreaKind.COMMUNITY: ("finance", ("approver", "district_approver"), "cashier"),
}
PAPERS: dict[VoucherKind, tuple[DocumentKind, str]] = {
    K.RECEIVE: (DocumentKind.POLICY, "拨款通知"),
    K.ALLOT: (DocumentKind.POLICY, "资金下达文件"),
    K.DISBURSE: (DocumentKind.INVOICE, "发票"),
}


@dataclass(slots=True)
class Treasury:
    """Funds by area and year, payees by name, and the running numbers of invoices."""

    world: World
    content: dict[str, Any]
    funds: dict[tuple[str, int], int] = field(default_factory=dict)
    payees: dict[str, int] = field(default_factory=dict)
    held: list[object] = field(default_factory=list)  # so that sessions need not read them anew
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    invoices: Iterator[int] = field(default_factory=lambda: itertools.count(24_310_077))

    def open_year(self, session: Session, year: int, at: datetime) -> None:
        """Open every area's fund for a year."""
        for key, name in self.content["funds"].items():
            made = open_fund(
                session,
                self.world.areas[key],
                kind=FundKind.ALLOCATION,
                year=year,
                currency="CNY",
                name=texts(name, year=year),
                planned=self.content["planned"][key] * 100,
                by_id=self.world.staff[self._staff(key)[0]],
                now=at,
            )
            self.funds[key, year] = made.id
            self.held.append(made)

    def meet_payees(self, session: Session, at: datetime) -> None:
        """Enter everybody who will be paid."""
        for key, row in self.content["payees"].items():
            firm = self.world.organisations.get(row.get("org", ""))
            name = firm.name if firm else texts(row["name"])
            ident = firm.id if firm else None
            made = add_payee(session, name, at, code=row.get("code"), organisation_id=ident)
            self.payees[key] = made.id
            self.held.append(made)

    def _staff(self, key: str) -> tuple[str, tuple[str, str], str]:
        return STAFF[self.world.areas[key].kind]

    def ask(
        self,
        session: Session,
        at: datetime,
        kind: VoucherKind,
        where: tuple[str, int],
        amount: int,
        *,
        purpose: str,
        number: str = "",
        **about: Any,
    ) -> Voucher:
        """Ask for money from the fund of an area and year, with the paper that it needs, which
        has ``number`` or else the next one."""
        by = self.world.staff[self._staff(where[0])[0]]
        asked = Request(
            kind=kind,
            key=f"demo{next(self.keys)}",
            fund_id=self.funds[where],
            amount=amount,
            purpose=purpose,
            effective_on=local_date(at),
            **about,
        )
        voucher = request(session, asked, by, at)
        if kind in PAPERS:
            self._add_paper(session, voucher, by, at, number or f"{next(self.invoices)}")
        return voucher

    def _add_paper(
        self, session: Session, voucher: Voucher, by: int, at: datetime, number: str
    ) -> None:
        kind, title = PAPERS[VoucherKind(voucher.kind)]
        amount = format_money(voucher.amount, voucher.currency)
        lines = [f"{title}（演示，不是真的）", f"No. {number}", f"{local_date(at)}", amount]
        shown = [*lines, voucher.purpose[:24]]
        original = paper([*shown, "经手人：王某某  账号：6222 0000 0000 0000"])
        invoice = kind == DocumentKind.INVOICE
        new = NewDocument(
            kind=kind,
            original=Upload(BytesIO(original), f"{number}.pdf"),
            public=Upload(BytesIO(paper([*shown, "经手人：**  账号：****"])), f"{number}.pdf"),
            number=number,
            issued_on=local_date(at),
            amount=voucher.amount if invoice else None,
        )
        add_document(session, voucher.id, new, by, at)

    def fund_of(self, session: Session, cost_centre_id: int) -> tuple[str, int]:
        """The area and year of the fund that pays most of a project."""
        rows = (
            select(Account.fund_id)
            .join(Balance, Balance.account_id == Account.id)
            .where(Account.cost_centre_id == cost_centre_id, Account.kind == Kind.ENCUMBRANCE)
            .where(Account.payee_id.is_(None))
            .order_by(Balance.credits.desc())
        )
        fund = session.scalars(rows).first()
        return next(where for where, ident in self.funds.items() if ident == fund)

    def approve(self, session: Session, at: datetime, voucher: Voucher, key: str) -> None:
        """Let as many people approve as are needed."""
        for name in self._staff(key)[1]:
            if voucher.state == VoucherState.REQUESTED:
                approve(session, voucher.id, Answer(self.world.staff[name], "approver"), at)

    def pay(self, session: Session, at: datetime, voucher: Voucher, key: str) -> None:
        """Note that the bank paid."""
        pay(session, voucher.id, self.world.staff[self._staff(key)[2]], local_date(at), at)

    def book(
        self,
        session: Session,
        at: datetime,
        kind: VoucherKind,
        where: tuple[str, int],
        amount: int,
        *,
        purpose: str,
        **about: Any,
    ) -> Voucher:
        """Ask, approve, and pay what is to be paid."""
        voucher = self.ask(session, at, kind, where, amount, purpose=purpose, **about)
        self.approve(session, at, voucher, where[0])
        if kind in {K.ALLOT, K.DISBURSE}:
            self.pay(session, at, voucher, where[0])
        return voucher
