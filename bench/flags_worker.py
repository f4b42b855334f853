"""``python -m bench.flags_worker read|full|part [NEW]``: one measurement, in a process of its own;
prints its seconds."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime

from sqlalchemy import select

from app import create_app
from audit.flags.job import work
from audit.flags.models import FlagRun, FlagStep, RunState
from audit.flags.runs import ask
from config import Settings
from core.db import db, in_parts, transaction
from ledger.journal import Event, lines_of
from ledger.models import Approval, Document, DocumentKind, Transfer, Voucher, VoucherKind
from ledger.posting import Group, post

PART = 10_000
PAYEES = 10  # at most so many get the new payments
DAY = date(2025, 12, 30)


def main(what: str, new: int) -> None:
    """Measure in the database that the environment names."""
    app = create_app(Settings.from_env())
    with app.app_context():
        if what == "part":
            for number in range(new):
                pay(number)
        started = time.perf_counter()
        slowest = "" if what == "read" else look()
        if what == "read":
            read()
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "slowest": slowest}))


def read() -> int:
    """Every line with all its columns, part by part, as rows."""
    return sum(1 for _row in in_parts(db.session, select(*Transfer.__table__.columns), PART))


def look() -> str:
    """A run of the rules; gives the slowest of them and its seconds."""
    with transaction() as session:
        ident = ask(session, None, datetime.now(UTC)).id
    work(ident)
    run = db.session.get_one(FlagRun, ident)
    if run.state != RunState.DONE:
        raise RuntimeError(f"the run ended as {run.state}: {run.error}")
    steps = select(FlagStep).where(FlagStep.run_id == ident)
    for one in db.session.scalars(steps):
        print(one.rule, one.milliseconds, one.hits, one.partial, file=sys.stderr)
    slow = db.session.scalars(steps.order_by(FlagStep.milliseconds.desc()).limit(1)).one()
    return f"{slow.rule}, {slow.milliseconds / 1000:.1f} s"


def pay(number: int) -> None:
    """A payment as a voucher with its invoice, approved and booked."""
    pattern = db.session.scalars(
        select(Voucher)
        .where(Voucher.kind == VoucherKind.DISBURSE)
        .order_by(Voucher.id)
        .offset(number % PAYEES)
        .limit(1)
    ).one()
    approver = db.session.scalars(
        select(Approval.person_id).where(Approval.voucher_id == pattern.id)
    ).first()
    now = datetime.now(UTC)
    with transaction() as session:
        voucher = Voucher(
            idempotency_key=f"bench-new-{number}",
            kind=VoucherKind.DISBURSE,
            state="approved",
            fund_id=pattern.fund_id,
            cost_centre_id=pattern.cost_centre_id,
            payee_id=pattern.payee_id,
            amount=100 + number,
            currency="CNY",
            purpose="材料",
            effective_on=DAY,
            requested_by_id=pattern.requested_by_id,
            requested_at=now,
            decided_at=now,
        )
        session.add(voucher)
        session.flush()
        if approver is None or voucher.payee_id is None:
            raise RuntimeError("the filled ledger has no payment to copy")
        session.add_all([_approval(voucher, approver, now), _paper(voucher, number, now)])
        about = Event(fund=voucher.fund_id, project=voucher.cost_centre_id, payee=voucher.payee_id)
        lines = lines_of("disburse", about, voucher.amount)
        people = (voucher.requested_by_id, approver)
        post(session, Group(f"bench-new:{number}", lines, DAY, "CNY", *people, voucher.id), now)


def _approval(voucher: Voucher, approver: int, now: datetime) -> Approval:
    return Approval(
        voucher_id=voucher.id,
        requested_by_id=voucher.requested_by_id,
        person_id=approver,
        role="approver",
        approved=True,
        at=now,
    )


def _paper(voucher: Voucher, number: int, now: datetime) -> Document:
    key, digest = f"NEW{number:08d}", f"{number + 10**9:064x}"
    return Document(
        voucher_id=voucher.id,
        kind=DocumentKind.INVOICE,
        name="invoice.pdf",
        original_sha256=digest,
        original_mime="application/pdf",
        original_size=1,
        public_sha256=digest,
        public_mime="application/pdf",
        public_size=1,
        payee_id=voucher.payee_id,
        number=key,
        number_key=key,
        issued_on=DAY,
        amount=voucher.amount,
        added_by_id=voucher.requested_by_id,
        added_at=now,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
