"""Accepted work and the vouchers that pay it: whoever is paid, and how much of it is left."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from core.errors import DomainError, Invalid
from core.i18n import Message, format_money, lazy_gettext
from ledger.models import AcceptedWork, CostCentre, Voucher, VoucherKind, VoucherState

# Refused, withdrawn and undone ones give back what they took of their work.
LIVE = (VoucherState.REQUESTED, VoucherState.APPROVED, VoucherState.PAID)


class Paying(Protocol):
    """A voucher, or what is asked for: for which work it pays whom how much."""

    @property
    def work_id(self) -> int | None: ...
    @property
    def payee_id(self) -> int | None: ...
    @property
    def amount(self) -> int: ...


def hold_work(session: Session, work_id: int | None) -> AcceptedWork | None:
    """Accepted work, held against others who pay it; always before funds are held."""
    if work_id is None:
        return None
    rows = select(AcceptedWork).where(AcceptedWork.id == work_id)
    rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(rows)


def claimed(*narrowed: ColumnElement[bool]) -> ScalarSelect[int]:
    """What the live vouchers of a piece of work come to, in minor units; to be correlated with
    ``AcceptedWork``, or narrowed down."""
    return (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .where(Voucher.kind == VoucherKind.DISBURSE, Voucher.state.in_(LIVE), *narrowed)
        .scalar_subquery()
    )


def claimed_of(session: Session, work_id: int, but: int | None = None) -> int:
    """The same of one piece of work, without the voucher ``but``."""
    of = [Voucher.work_id == work_id]
    if but is not None:
        of.append(Voucher.id != but)
    return int(session.scalar(select(claimed(*of))) or 0)


def check_work(session: Session, centre: CostCentre, paying: Paying) -> None:
    """A project by contract is paid for accepted work only: as much as is left of it, to whom
    did it. Raises ``Invalid``; whoever writes afterwards has held the work or the centre."""
    if not centre.by_contract and paying.work_id is None:
        return
    work = hold_work(session, paying.work_id)
    if not centre.by_contract or (work is not None and work.cost_centre_id != centre.id):
        raise _wrong("work", lazy_gettext("This work was not accepted for this project."))
    if work is None:
        raise _wrong(
            "work",
            lazy_gettext(
                "This project is paid for accepted work only. Please choose the work that this"
                " invoice is for; what is not accepted yet cannot be paid."
            ),
        )
    if work.withdrawn_at is not None:
        raise _wrong("work", lazy_gettext("The acceptance of this work was taken back."))
    if work.payee_id != paying.payee_id:
        raise _wrong(
            "payee",
            lazy_gettext("Somebody else did this work. Only who did it can be paid for it."),
        )
    but = paying.id if isinstance(paying, Voucher) else None
    left = work.amount - claimed_of(session, work.id, but)
    if paying.amount > left:
        raise _wrong(
            "amount",
            lazy_gettext(
                "Only %(left)s of this work can still be invoiced; the rest is paid or asked for.",
                left=format_money(max(0, left), work.currency),
            ),
        )


def _wrong(field: str, problem: Message) -> DomainError:
    return Invalid(problem, fields={field: problem})
