"""What tenders ask of the ledger: whether there is money, and the booking of a signed contract."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from ledger.accounts import add_payee
from ledger.models import Payee
from ledger.services import contracting
from projects.models import Contract, Tender
from projects.states import TenderState

_CLAIMING = (TenderState.OPEN, TenderState.OPENED, TenderState.AWARDED)


def free_money(session: Session, project_id: int, but: int | None) -> int:
    """What of a project's money may still be put out to tender, in minor units: committed, not
    under contract, and not sought for by other tenders than ``but``."""
    amount = case((Tender.state == TenderState.AWARDED, Tender.award_amount), else_=Tender.ceiling)
    claims = select(func.coalesce(func.sum(amount), 0)).where(
        Tender.project_id == project_id, Tender.state.in_(_CLAIMING), Tender.id != (but or 0)
    )
    free = contracting.standing(session, project_id).free
    return free - int(session.scalar(claims) or 0)


def payee_of(session: Session, organisation: Organisation, now: datetime) -> Payee:
    """Whom to pay for an organisation's work; entered when it is first needed."""
    known = select(Payee).where(Payee.organisation_id == organisation.id).order_by(Payee.id)
    found = session.scalars(known.limit(1)).first()
    return found or add_payee(session, organisation.name, now, organisation_id=organisation.id)


def book(session: Session, contract: Contract, signed_by_id: int, now: datetime) -> None:
    """Promise a signed contract's amount to its payee. Raises ``Invalid`` when less is there."""
    contracting.book_contract(
        session,
        key=f"contract:{contract.id}",
        project_ref=contract.project_id,
        payee_id=contract.payee_id,
        amount=contract.amount,
        people=(contract.drawn_by_id, signed_by_id),
        source_ref=f"contract:{contract.id}",
        now=now,
    )
