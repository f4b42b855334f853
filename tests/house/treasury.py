"""Money for the matrix of permissions: one of each thing that addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from audit.models import LineQuestion
from core.db import transaction
from ledger.journal import Event, lines_of
from ledger.models import (
    BankAccount,
    BankLine,
    BankStatement,
    Fund,
    FundKind,
    Payee,
    PeriodClosing,
    Voucher,
    VoucherKind,
)
from ledger.posting import Group, post
from tests.factories import Factory
from tests.house.auditroom import audit_room
from tests.ledger.papers import policy_paper

DAY = date(2026, 2, 1)


def money(make: Factory, area: int, people: Mapping[str, int]) -> dict[str, int]:
    """A fund of ``area`` with a voucher, its paper, a closing and a line, all asked for by
    ``people["finance"]``, and a bank account with a line; by the names in addresses."""
    by = people["finance"]
    fund = Fund(
        area_id=area,
        kind=FundKind.ALLOCATION,
        year=2026,
        currency="CNY",
        name={"en": "Town"},
        created_at=make.at,
    )
    fund_id = make.add(fund)
    voucher = Voucher(
        idempotency_key="x",
        kind=VoucherKind.RECEIVE,
        fund_id=fund_id,
        amount=100_00,
        currency="CNY",
        purpose="Parks",
        effective_on=DAY,
        requested_by_id=by,
        requested_at=make.at,
    )
    voucher_id = make.add(voucher)
    line_id = _line(make, fund_id, people)
    about = {"transfer_id": line_id, "fund_id": fund_id, "asked_by_id": people["voter"]}
    question = LineQuestion(text="Why?", asked_at=make.at, due_on=DAY, **about)
    closing = PeriodClosing(area_id=area, ends_on=DAY, asked_by_id=by, asked_at=make.at)
    return {
        "fund_id": fund_id,
        "voucher_id": voucher_id,
        "document_id": make.add(policy_paper(voucher_id, by, make.at)),
        "closing_id": make.add(closing),
        "payee_id": make.add(Payee(name={"en": "Greenfield"}, created_at=make.at)),
        "line_id": line_id,
        "question_id": make.add(question),
        **audit_room(make, area, people, voucher_id),
        **_bank(make, area, by),
    }


def _line(make: Factory, fund: int, people: Mapping[str, int]) -> int:
    group = Group(
        key="x",
        lines=lines_of("receive", Event(fund), 100_00),
        effective_on=DAY,
        currency="CNY",
        actor_id=people["finance"],
        approver_id=people["approver"],
    )
    with transaction() as session:
        return post(session, group, make.at)[0]


def _bank(make: Factory, area: int, by: int) -> dict[str, int]:
    account = BankAccount(
        area_id=area, name={"en": "Bank"}, number="*1", currency="CNY", created_at=make.at
    )
    account_id = make.add(account)
    statement = BankStatement(
        bank_account_id=account_id,
        sha256="0",
        format="csv",
        from_on=DAY,
        to_on=DAY,
        lines=1,
        known=0,
        imported_by_id=by,
        imported_at=make.at,
    )
    line = BankLine(
        bank_account_id=account_id,
        statement_id=make.add(statement),
        position=1,
        booked_on=DAY,
        amount=1,
        currency="CNY",
        reference="",
        counterparty="",
        text="",
        bank_id="",
        fingerprint="0",
    )
    return {"account_id": account_id, "bank_line_id": make.add(line)}
