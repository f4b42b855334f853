"""How a project stands in the books, and what must hold whenever something of it was booked."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.i18n import Message, format_money, lazy_gettext
from ledger.journal import Kind, Ref
from ledger.models import Account, Balance, CostCentre, Voucher


def open_commitment(session: Session, fund_id: int, cost_centre_id: int) -> int:
    """What is committed to a project from a fund and not spent yet, in minor units."""
    return _net(session, Ref(fund_id, Kind.ENCUMBRANCE, cost_centre_id))


def owed(session: Session, fund_id: int, cost_centre_id: int) -> int:
    """What was invoiced to a project from a fund and not paid yet, in minor units."""
    return _total(session, cost_centre_id, Kind.VENDOR_PAYABLE, Account.fund_id == fund_id)


def owed_by_all(session: Session, cost_centre_id: int) -> int:
    """The same, from any fund."""
    return _total(session, cost_centre_id, Kind.VENDOR_PAYABLE)


def under_contract(session: Session, cost_centre_id: int) -> int:
    """What a project's contracts promise and is not invoiced yet, accepted or not, from any
    fund, in minor units."""
    of_payees = Account.payee_id.is_not(None)
    kinds = (Kind.ENCUMBRANCE, Kind.ENCUMBRANCE_RESERVE)
    return sum(_total(session, cost_centre_id, kind, of_payees) for kind in kinds)


def contract_open(session: Session, centre: CostCentre) -> Message | None:
    """Why a project's books cannot be closed yet: a contract of it is open."""
    left = under_contract(session, centre.id)
    if not left:
        return None
    return lazy_gettext(
        "Contracts of this project are still open over %(left)s, which is not accepted or not"
        " invoiced yet. Reduce them or have the rest invoiced first.",
        left=format_money(left, centre.currency or "CNY"),
    )


def is_settled(session: Session, cost_centre_id: int) -> bool:
    """Whether nothing is committed to a project, under contract or owed for it, from any fund."""
    kinds = (Kind.ENCUMBRANCE, Kind.ENCUMBRANCE_RESERVE, Kind.VENDOR_PAYABLE)
    return not any(_total(session, cost_centre_id, kind) for kind in kinds)


def check_project(session: Session, centre: CostCentre, voucher: Voucher) -> None:
    """What has just been booked left the project in order; ``centre`` is held.

    Raises ``Conflict`` when money would be left over in closed books, ``Invalid`` when a payee
    would have given back more than was paid.
    """
    if centre.closed_at is not None and not is_settled(session, centre.id):
        raise Conflict(
            lazy_gettext("This project's books are closed. Please undo their closing first.")
        )
    if voucher.payee_id is None:
        return
    about = (voucher.fund_id, centre.id, voucher.payee_id)
    spent = _net(session, Ref(about[0], Kind.PROJECT, *about[1:]))
    still_owed = _net(session, Ref(about[0], Kind.VENDOR_PAYABLE, *about[1:]))
    if spent < still_owed:
        paid = format_money(max(0, spent - still_owed + voucher.amount), voucher.currency)
        problem = lazy_gettext(
            "No more than %(paid)s was paid to this payee for this project.", paid=paid
        )
        raise Invalid(problem, fields={"amount": problem})


def _net(session: Session, ref: Ref) -> int:
    return session.scalar(select(Balance.net).join(Account).where(Account.key == ref.key)) or 0


def _total(session: Session, centre_id: int, kind: Kind, *more: object) -> int:
    rows = select(func.coalesce(func.sum(Balance.net), 0)).join(Account)
    rows = rows.where(Account.cost_centre_id == centre_id, Account.kind == kind, *more)  # type: ignore[arg-type]  # criteria
    return int(session.scalar(rows) or 0)
