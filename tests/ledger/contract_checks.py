"""What must hold of contracts at every moment, by the journal alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from ledger.journal import Kind, Ref
from ledger.models import AcceptedWork, Voucher
from ledger.services.works import LIVE

Lines = Sequence[Row[*tuple[Any, ...]]]
Sums = Counter[str]


def check_contracts(lines: Lines, refs: dict[int, Ref]) -> None:
    """After every line: of each payee of a project paid <= invoiced and invoiced for accepted
    work <= accepted <= under contract; and of each project under contract <= committed.

    What was spent without a contract is taken from what is committed, and what a payee gives
    back is added to it, as it may be contracted again.
    """
    of_payee: dict[tuple[int, int], Sums] = defaultdict(Counter)
    of_project: dict[int, Sums] = defaultdict(Counter)
    for row in lines:
        taken = refs[row.debit_id if row.reverses_id is None else row.credit_id]
        code = row.code
        if code == "spend" and taken.kind == Kind.ENCUMBRANCE:
            code = "straight"
        amount = row.amount if row.reverses_id is None else -row.amount
        payee = row.payee_id or taken.payee
        of_project[row.cost_centre_id][code] += amount
        check_project_chain(of_project[row.cost_centre_id], str(row))
        if payee is not None:
            of_payee[row.cost_centre_id, payee][code] += amount
            check_payee_chain(of_payee[row.cost_centre_id, payee], str(row))
    for sums in of_project.values():
        assert sums["invoice"] == sums["spend"] + sums["straight"]


def check_payee_chain(sums: Sums, where: str) -> None:
    """From payment back to contract."""
    contracted = sums["contract"] - sums["uncontract"]
    accepted = sums["accept"] - sums["unaccept"]
    assert 0 <= sums["spend"] <= accepted <= contracted, where
    assert 0 <= sums["pay"] <= sums["invoice"], where


def check_project_chain(sums: Sums, where: str) -> None:
    """From contract back to commitment."""
    contracted = sums["contract"] - sums["uncontract"]
    given = sums["commit"] - sums["release"] + sums["unspend"]
    assert contracted + sums["straight"] <= given, where


def check_works(session: Session, lines: Lines) -> None:
    """Live vouchers of a piece of work come to its amount at most, and pay who did it; what is
    accepted and not taken back is what the journal says."""
    accepted: Counter[tuple[int, int]] = Counter()
    for row in lines:
        if row.code in {"accept", "unaccept"}:
            sign = 1 if row.code == "accept" else -1
            accepted[row.cost_centre_id, row.payee_id] += sign * row.amount
    claimed = select(Voucher.work_id, func.sum(Voucher.amount)).where(Voucher.state.in_(LIVE))
    claims = dict(session.execute(claimed.group_by(Voucher.work_id)).all())
    works: Counter[tuple[int, int]] = Counter()
    for work in session.scalars(select(AcceptedWork)):
        still = 0 if work.withdrawn_at is not None else work.amount
        works[work.cost_centre_id, work.payee_id] += still
        assert claims.get(work.id, 0) <= still
    assert +works == +accepted
    pairs = select(Voucher, AcceptedWork).join(AcceptedWork, AcceptedWork.id == Voucher.work_id)
    for voucher, work in session.execute(pairs.where(Voucher.state.in_(LIVE))):
        about = (work.cost_centre_id, work.payee_id)
        assert (voucher.cost_centre_id, voucher.payee_id) == about
