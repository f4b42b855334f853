"""Rows of payments held in the one order that everybody keeps: pledge, instalment, payment."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock
from sponsorship.models import Instalment, Payment, Pledge


def hold_payment(session: Session, payment_id: int) -> Payment:
    """A payment for change, with its instalment and its pledge. Raises ``NoResultFound``."""
    about = select(Payment.pledge_id, Payment.instalment_id).where(Payment.id == payment_id)
    pledge_id, instalment_id = session.execute(about).one()
    lock(session, Pledge, pledge_id)
    lock(session, Instalment, instalment_id)
    return lock(session, Payment, payment_id)
