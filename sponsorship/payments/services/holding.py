"""Rows of payments held in the one order that everybody keeps: pledge, instalment, payment."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.db import lock
from sponsorship.models import Instalment, Payment, Pledge


def hold_payment(session: Session, payment_id: int) -> Payment:
    """A payment for change, with its instalment and its pledge. Raises ``NoResultFound``."""
    payment = session.get_one(Payment, payment_id)
    lock(session, Pledge, payment.pledge_id)
    lock(session, Instalment, payment.instalment_id)
    return lock(session, Payment, payment_id)
