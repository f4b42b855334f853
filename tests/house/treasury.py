"""Money for the matrix of permissions: one of each thing that addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from accounts.models import Membership, OrganisationKind, Role
from audit.desk.models import Finding, Sample, SampleItem, WorkingPaper
from audit.flags.models import Flag, FlagRun
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
    question = LineQuestion(
        transfer_id=line_id,
        fund_id=fund_id,
        asked_by_id=people["voter"],
        text="Why?",
        asked_at=make.at,
        due_on=DAY,
    )
    closing = PeriodClosing(area_id=area, ends_on=DAY, asked_by_id=by, asked_at=make.at)
    return {
        "fund_id": fund_id,
        "voucher_id": voucher_id,
        "document_id": make.add(policy_paper(voucher_id, by, make.at)),
        "closing_id": make.add(closing),
        "payee_id": make.add(Payee(name={"en": "Greenfield"}, created_at=make.at)),
        "line_id": line_id,
        "question_id": make.add(question),
        **_desk(make, area, people, voucher_id),
        **_bank(make, area, by),
    }


def _desk(make: Factory, area: int, people: Mapping[str, int], voucher: int) -> dict[str, int]:
    """A flag, an issued finding for the reviewer's department, a sample with one voucher, a
    working paper of the audit office."""
    auditor = people["auditor"]
    with transaction() as session:
        held = session.scalars(
            select(Membership).where(Membership.person_id == people["reviewer"])
        ).one()
        department = held.organisation_id or 0
    office = make.organisation(area, OrganisationKind.AUDIT)
    make.member(auditor, Role.AUDITOR, area, office)
    run = make.add(FlagRun(asked_at=make.at, state="done", going=False))
    flag = Flag(
        rule="round_sums",
        key="x",
        scope="payee:1",
        subject_kind="voucher",
        subject_ref=str(voucher),
        params={"count": 3, "all": 3},
        weight=20,
        area_id=area,
        digest="x",
        found_at=make.at,
        changed_at=make.at,
        run_id=run,
    )
    finding = Finding(
        area_id=area,
        office_id=office,
        department_id=department,
        state="issued",
        severity="low",
        visibility="start",
        title="Receipts",
        text="Receipts are missing.",
        salt="x",
        answer_days=15,
        written_by_id=auditor,
        written_at=make.at,
        issued_by_id=auditor,
        issued_at=make.at,
        first_due_on=DAY,
        due_on=DAY,
    )
    sample = Sample(
        area_id=area,
        office_id=office,
        kind="random",
        params={"fund": None, "since": "2026-01-01", "until": "2026-02-01"},
        size=1,
        population=1,
        population_sha256="x",
        total=1,
        asked_by_id=auditor,
        asked_at=make.at,
    )
    sample_id, flag_id = make.add(sample), make.add(flag)
    item = SampleItem(sample_id=sample_id, position=1, voucher_id=voucher, amount=1)
    paper = WorkingPaper(
        office_id=office, flag_id=flag_id, text="Ask again.", by_id=auditor, at=make.at
    )
    return {
        "flag_id": flag_id,
        "finding_id": make.add(finding),
        "sample_id": sample_id,
        "item_id": make.add(item),
        "paper_id": make.add(paper),
        "ref": flag_id,
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
