"""Books with something odd in them, row by row, for the rules that flag."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from accounts.models import OrganisationKind, Role
from audit.flags import job
from audit.flags.models import Flag, FlagEvidence, FlagState, FlagStep
from audit.flags.rule import REGISTRY
from audit.flags.runs import ask
from core.clock import now
from core.db import db, transaction
from ledger.documents import number_key
from ledger.models import (
    Approval,
    BankAccount,
    BankStatement,
    Document,
    DocumentKind,
    Fund,
    FundKind,
    Payee,
    Voucher,
    VoucherKind,
    VoucherState,
)
from tests.factories import Count, Factory
from tests.remembered import remembered

YUAN = 100
DAY = date(2026, 2, 10)  # a Tuesday


@dataclass
class Odd:
    """A fund, people who ask and approve, and payments of any kind."""

    make: Factory
    area: int = 0
    fund: int = 0
    asks: int = 0
    approves: int = 0
    numbers: Count = field(default_factory=Count)

    @classmethod
    @remembered
    def open(cls, make: Factory) -> Odd:
        """A sub-district with a fund, a finance officer and an approver."""
        odd = cls(make, make.area("Town"))
        odd.fund = odd.new_fund()
        odd.asks = make.staff(Role.FINANCE, odd.area)
        odd.approves = make.staff(Role.APPROVER, odd.area)
        return odd

    def new_fund(self, year: int = 2026, area: int | None = None) -> int:
        """A fund of public money."""
        row = {"kind": FundKind.ALLOCATION, "year": year, "currency": "CNY"}
        name = {"en": f"Fund {year}"}
        made = Fund(area_id=area or self.area, name=name, created_at=self.make.at, **row)
        return self.make.add(made)

    def payee(self, organisation: int | None = None) -> int:
        """Somebody who is paid."""
        name = {"en": f"Firm {next(self.numbers)}"}
        row = Payee(name=name, organisation_id=organisation, created_at=self.make.at)
        return self.make.add(row)

    def firm(self) -> int:
        """A business."""
        return self.make.organisation(self.area, OrganisationKind.BUSINESS)

    def pay(self, payee: int, amount: int, on: date = DAY, **values: Any) -> int:
        """A payment that was approved and booked, at ten in the morning."""
        return self.make.add(Voucher(**self._payment(payee, amount, on) | values))

    def pay_many(self, payee: int, amounts: list[int]) -> None:
        """Many payments at once."""
        with transaction() as session:
            session.add_all(Voucher(**self._payment(payee, one, DAY)) for one in amounts)

    def _payment(self, payee: int, amount: int, on: date) -> dict[str, Any]:
        at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        return {
            "idempotency_key": f"odd{next(self.numbers)}",
            "kind": VoucherKind.DISBURSE,
            "state": VoucherState.APPROVED,
            "fund_id": self.fund,
            "payee_id": payee,
            "amount": amount,
            "currency": "CNY",
            "purpose": "Because",
            "effective_on": on,
            "requested_by_id": self.asks,
            "requested_at": at,
            "decided_at": at,
        }

    def approve(self, voucher: int, at: datetime, person: int | None = None) -> int:
        """An approval at a time."""
        row = Approval(
            voucher_id=voucher,
            requested_by_id=self.asks,
            person_id=person or self.approves,
            role=Role.APPROVER,
            approved=True,
            at=at,
        )
        return self.make.add(row)

    def invoice(self, payee: int, number: str, amount: int, on: date = DAY, **values: Any) -> int:
        """A payment with its invoice; ``booked`` is the day of the payment."""
        voucher = self.pay(payee, amount, values.pop("booked", on))
        return self.paper(voucher, payee, number, amount, on, **values)

    def paper(
        self, voucher: int, payee: int, number: str, amount: int, on: date, **values: Any
    ) -> int:
        """An invoice of a payment, added on its day."""
        row = {
            "voucher_id": voucher,
            "kind": DocumentKind.INVOICE,
            "name": "invoice.pdf",
            "original_sha256": f"{next(self.numbers):064x}",
            "original_mime": "application/pdf",
            "original_size": 1,
            "public_sha256": "0" * 64,
            "public_mime": "application/pdf",
            "public_size": 1,
            "payee_id": payee,
            "number": number,
            "number_key": number_key(number),
            "issued_on": on,
            "amount": amount,
            "added_by_id": self.asks,
            "added_at": datetime(on.year, on.month, on.day, 2, tzinfo=UTC),
        }
        return self.make.add(Document(**row | values))

    def account(self) -> int:
        """A bank account."""
        row = {"number": "*1", "currency": "CNY", "created_at": self.make.at}
        return self.make.add(BankAccount(area_id=self.area, name={"en": "Bank"}, **row))

    def statement(self, account: int, since: date, until: date, *balances: int) -> int:
        """A bank statement, with its opening and closing balance."""
        opening, closing = balances or (None, None)
        row = BankStatement(
            bank_account_id=account,
            sha256=f"{next(self.numbers):064x}",
            format="csv",
            from_on=since,
            to_on=until,
            opening=opening,
            closing=closing,
            lines=1,
            known=0,
            imported_by_id=self.asks,
            imported_at=self.make.at,
        )
        return self.make.add(row)


def run(*, full: bool = False) -> int:
    """Let every rule look, as the worker does; gives the run."""
    with transaction() as session:
        ident = ask(session, None, now(), full=full).id
    job.work(ident)
    db.session.rollback()
    return ident


def flags(rule: str = "", state: str = FlagState.OPEN) -> list[Flag]:
    """What is flagged, of one rule or of all."""
    rows = select(Flag).where(Flag.state == state).order_by(Flag.rule, Flag.key)
    db.session.rollback()
    return list(db.session.scalars(rows.where(Flag.rule == rule) if rule else rows))


def facts() -> set[tuple[Any, ...]]:
    """Everything that open flags say, to compare runs by."""
    db.session.rollback()
    evidence: dict[int, list[tuple[str, int]]] = {}
    rows = select(FlagEvidence.flag_id, FlagEvidence.kind, FlagEvidence.ref)
    for flag, kind, ref in db.session.execute(
        rows.order_by(FlagEvidence.flag_id, FlagEvidence.position)
    ):
        evidence.setdefault(flag, []).append((kind, ref))
    return {
        (one.rule, one.key, one.scope, one.weight, str(one.params), *evidence.get(one.id, ()))
        for one in flags()
    }


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def steps(ident: int) -> dict[str, FlagStep]:
    """What each rule did in a run."""
    db.session.rollback()
    return {
        one.rule: one
        for one in db.session.scalars(select(FlagStep).where(FlagStep.run_id == ident))
    }


def told(flag: Flag) -> str:
    """A flag in words."""
    with force_locale("en"):
        return str(REGISTRY.rules[flag.rule].says(flag.params))
