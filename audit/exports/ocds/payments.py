"""What was paid under contracts, from the ledger's own lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.exports.ocds.model import Payment
from ledger.models import AcceptedWork, CostCentre, CostCentreKind, Transfer, Voucher
from projects.models import Contract, Milestone
from transparency.models import LeafSubject

# Which way a line counts for whoever is paid.
SIGNS = {"pay": 1, "refund": -1}


def payments_of(
    session: Session, contracts: Iterable[Contract]
) -> dict[int, dict[int, list[Payment]]]:
    """The payments under each contract, by the step of the record in which they stand; at most
    four queries.

    A line belongs to the contract of the work that its voucher names. One that names none (money
    given back) belongs to the newest contract with this payee that was signed by then.
    """
    wanted = {one.id for one in contracts}
    found: dict[int, dict[int, list[Payment]]] = defaultdict(dict)
    if not wanted:
        return found
    # All contracts of the projects, so that no line is taken for another one's.
    of_projects = select(Contract.project_id).where(Contract.id.in_(wanted))
    known = _contracts(session, of_projects)
    lines = _lines(session, of_projects)
    steps = _steps(session, {line.group_id for line in lines})
    by_ref = _by_ref(session, [row.id for row in known])
    for line in lines:
        contract = by_ref.get(line.ref) if line.ref else _newest(known, line)
        step = steps.get(line.group_id)
        if contract not in wanted or step is None:
            continue
        sign = SIGNS[line.code] * (-1 if line.reverses_id else 1)
        payment = Payment(
            line.id, step, line.effective_on, line.recorded_at, sign * line.amount, line.currency
        )
        found[contract].setdefault(step, []).append(payment)
    return found


def _contracts(session: Session, projects: Select[int]) -> Sequence[Any]:
    rows = select(Contract.id, Contract.project_id, Contract.payee_id, Contract.signed_at).where(
        Contract.project_id.in_(projects), Contract.signed_at.is_not(None)
    )
    return session.execute(rows.order_by(Contract.signed_at, Contract.id)).all()


def _lines(session: Session, projects: Select[int]) -> Sequence[Any]:
    rows = (
        select(
            Transfer.id,
            Transfer.group_id,
            Transfer.code,
            Transfer.payee_id,
            Transfer.amount,
            Transfer.currency,
            Transfer.reverses_id,
            Transfer.effective_on,
            Transfer.recorded_at,
            CostCentre.ref.label("project_id"),
            AcceptedWork.ref,
        )
        .join(CostCentre, CostCentre.id == Transfer.cost_centre_id)
        .outerjoin(Voucher, Voucher.id == Transfer.voucher_id)
        .outerjoin(AcceptedWork, AcceptedWork.id == Voucher.work_id)
        .where(
            CostCentre.kind == CostCentreKind.PROJECT,
            CostCentre.ref.in_(projects),
            CostCentre.by_contract,
            Transfer.code.in_(SIGNS),
        )
        .order_by(Transfer.id)
    )
    return session.execute(rows).all()


def _steps(session: Session, groups: Collection[str]) -> dict[str, int]:
    rows = select(LeafSubject.ref, LeafSubject.leaf_id).where(
        LeafSubject.kind == "group", LeafSubject.ref.in_(groups)
    )
    return {row.ref: row.leaf_id for row in session.execute(rows)}


def _by_ref(session: Session, contracts: Collection[int]) -> dict[str, int]:
    """Contracts by what the books call their work."""
    rows = select(Milestone.id, Milestone.contract_id).where(Milestone.contract_id.in_(contracts))
    found = {f"milestone:{ident}": contract for ident, contract in session.execute(rows)}
    of_milestones = {ref: contract for ref, contract in found.items() if contract is not None}
    return of_milestones | {f"retention:{ident}": ident for ident in contracts}


def _newest(contracts: Sequence[Any], line: Any) -> int | None:
    mine = [
        one.id
        for one in contracts
        if (one.project_id, one.payee_id) == (line.project_id, line.payee_id)
        and one.signed_at <= line.recorded_at
    ]
    return mine[-1] if mine else None
