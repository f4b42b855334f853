"""Payments of a signed pledge, written as they would stand."""

from __future__ import annotations

from typing import Any

from core.db import db, transaction
from sponsorship.models import Payment, Pledge
from sponsorship.payments.services import paying, settling
from sponsorship.payments.services.holding import hold_payment
from sponsorship.states import PaymentState, PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square


def add_payment(square: Square, pledge_id: int, **about: Any) -> int:
    """A payment of the pledge's first instalment that waits at the provider."""
    pledge = db.session.get_one(Pledge, pledge_id)
    number = about.pop("attempt", 1)
    row: dict[str, Any] = {
        "pledge_id": pledge_id,
        "instalment_id": pledge.instalments[0].id,
        "attempt": number,
        "key": f"pledge:{pledge_id}:attempt:{number}",
        "provider": "stripe",
        "state": PaymentState.PENDING,
        "amount": pledge.instalments[0].amount,
        "currency": pledge.currency,
        "provider_ref": f"pi_{pledge_id}_{number}",
        "by_id": square.payer,
        "created_at": square.at,
    }
    return square.make.add(Payment(**row | about))


def settle(square: Square, payment_id: int, amount: int, fee: int = 0, **how: Any) -> None:
    """Settle a payment, as its provider would have said."""
    with transaction() as session:
        payment = hold_payment(session, payment_id)
        settling.settle(session, payment, amount, fee, square.at, **how)


def paid(square: Square, amount: int = 10_000 * YUAN, fee: int = 0) -> tuple[int, int]:
    """A pledge and its payment, all of it in."""
    pledge = square.add_signed(amount)
    payment = add_payment(square, pledge)
    settle(square, payment, amount, fee)
    return pledge, payment


def begin(square: Square, pledge_id: int, way: tuple[str, str] = ("stripe", "card")) -> int:
    """The payer begins to pay the first instalment; the service was not asked yet."""
    with transaction() as session:
        instalment = session.get_one(Pledge, pledge_id).instalments[0]
        return paying.begin(session, instalment.id, way, square.payer, square.at).id


def end(pledge_id: int, state: PledgeState) -> None:
    """A pledge ends, as far as payments see it."""
    with transaction() as session:
        session.get_one(Pledge, pledge_id).state = state
