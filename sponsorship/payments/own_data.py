"""What payments keep about a person, and how it lets go of them: who began to pay. The payments
themselves are in the books for good. Who asked for and approved a refund did so in an office, and
stays by number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.own_data import contributes, on_erase
from sponsorship.models import Payment


def own_part(session: Session, person_id: int) -> list[dict[str, Any]]:
    """The payments that a person has begun."""
    rows = select(Payment).where(Payment.by_id == person_id).order_by(Payment.id)
    return [
        {
            "pledge": one.pledge_id,
            "amount": one.amount,
            "currency": one.currency,
            "state": one.state,
            "at": one.created_at,
        }
        for one in session.scalars(rows)
    ]


contributes("sponsor_payments", own_part)


@on_erase
def erase(session: Session, person_id: int, now: datetime) -> None:
    """Payments stay, without who began them."""
    session.execute(update(Payment).where(Payment.by_id == person_id).values(by_id=None))
