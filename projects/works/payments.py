"""What accepted work comes to, and how much of it the books say is invoiced and paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from ledger.models import (
    AcceptedWork,
    CostCentre,
    CostCentreKind,
    Voucher,
    VoucherKind,
    VoucherState,
)
from projects.models import Contract, Milestone

BASIS_POINTS = 10_000
_LIVE = (VoucherState.APPROVED, VoucherState.PAID)


def retained(price: int, retention_bp: int) -> int:
    """What is kept back of a price, rounded down to a whole minor unit."""
    return price * retention_bp // BASIS_POINTS


@dataclass(frozen=True, slots=True)
class Paid:
    """A piece of accepted work in minor units: its amount, what is invoiced and what is paid."""

    accepted: int
    invoiced: int
    paid: int


def payments_of(session: Session, refs: Iterable[str]) -> dict[str, Paid]:
    """How far the books are with pieces of accepted work, by their refs: one query."""
    of_paid = case((Voucher.state == VoucherState.PAID, Voucher.amount), else_=0)
    live = (
        (Voucher.work_id == AcceptedWork.id)
        & (Voucher.kind == VoucherKind.DISBURSE)
        & Voucher.state.in_(_LIVE)
    )
    rows = (
        select(
            AcceptedWork.ref,
            AcceptedWork.amount,
            func.coalesce(func.sum(Voucher.amount), 0),
            func.coalesce(func.sum(of_paid), 0),
        )
        .outerjoin(Voucher, live)
        .where(AcceptedWork.ref.in_(list(refs)), AcceptedWork.withdrawn_at.is_(None))
        .group_by(AcceptedWork.ref, AcceptedWork.amount)
    )
    return {
        ref: Paid(amount, int(invoiced), int(paid))
        for ref, amount, invoiced, paid in session.execute(rows)
    }


def refs_of(contract_id: int, milestones: Sequence[Milestone]) -> list[str]:
    """By which names the books know a contract's milestones and its retention."""
    return [*(f"milestone:{one.id}" for one in milestones), f"retention:{contract_id}"]


def paid_to(session: Session, contract_id: int, milestones: Sequence[Milestone]) -> int:
    """What was paid under a contract, whose milestones these are, in minor units."""
    found = payments_of(session, refs_of(contract_id, milestones))
    return sum(one.paid for one in found.values())


def settled() -> ColumnElement[bool]:
    """The condition that as much was paid to a contract's payee for its project as it comes to
    now; to be used where ``Contract`` is asked for."""
    paid = (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .join(AcceptedWork, AcceptedWork.id == Voucher.work_id)
        .join(CostCentre, CostCentre.id == AcceptedWork.cost_centre_id)
        .where(
            CostCentre.ref == Contract.project_id,
            CostCentre.kind == CostCentreKind.PROJECT,
            AcceptedWork.payee_id == Contract.payee_id,
            Voucher.kind == VoucherKind.DISBURSE,
            Voucher.state == VoucherState.PAID,
        )
        .correlate(Contract)
        .scalar_subquery()
    )
    return paid >= Contract.amount_now
