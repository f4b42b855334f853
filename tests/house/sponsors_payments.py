"""What pays for a pledge, for the matrix of permissions: one of each thing that addresses name."""

from __future__ import annotations

from sponsorship.models import Payment, Refund
from sponsorship.states import PaymentState
from tests.factories import Factory


def payments(make: Factory, *, pledge: int, instalment: int, finance: int) -> dict[str, int]:
    """A payment of the pledge that has arrived, and a refund of it that ``finance`` asked for; by
    the names in addresses."""
    payment = Payment(
        pledge_id=pledge,
        instalment_id=instalment,
        attempt=1,
        key=f"pledge:{pledge}:attempt:1",
        provider="stripe",
        method="card",
        state=PaymentState.PAID,
        amount=2,
        captured=2,
        currency="CNY",
        provider_ref="pi_matrix",
        created_at=make.at,
        settled_at=make.at,
    )
    payment_id = make.add(payment)
    refund = Refund(
        key="matrix-refund",
        payment_id=payment_id,
        provider="stripe",
        amount=1,
        reason="Paid twice.",
        asked_by_id=finance,
        asked_at=make.at,
    )
    return {"payment_id": payment_id, "refund_id": make.add(refund)}
