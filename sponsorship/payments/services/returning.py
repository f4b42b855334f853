"""What a provider says of refunds, taken over: ours, and those that somebody made over there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sponsorship.models import Payment, Refund
from sponsorship.payments.providers.protocol import Returned, Stage
from sponsorship.payments.services import refunding
from sponsorship.payments.services.holding import hold_payment
from sponsorship.payments.services.telling import alarm
from sponsorship.states import RefundState

ELSEWHERE = "elsewhere"  # the reason of what somebody gave back over there


def provider_key(refund: Refund) -> str:
    """Under which key the provider is asked: another one for each try."""
    return f"{refund.key}:{refund.tries}"


def payment_of(session: Session, name: str, said: Returned) -> Payment | None:
    """Whose payment is given back."""
    rows = select(Payment).where(Payment.provider == name, Payment.provider_ref == said.payment_ref)
    return session.scalar(rows)


def mirror_refund(session: Session, payment_id: int, said: Returned, now: datetime) -> str:
    """Take over how far a refund is. Gives what is wrong with what the provider says, if anything
    is; then nothing is booked and the office is told."""
    payment = hold_payment(session, payment_id)
    refund = _ours(session, payment, said)
    if refund is None:
        if _old_try(session, said):
            return ""
        if problem := _unlike(payment, said, _left(payment)):
            alarm(session, payment, problem, now)
            return problem
        refund = _adopt(session, payment, said, now)
    elif refund.amount != said.amount or refund.state not in _MIRRORED:
        problem = f"refund {said.ref}: {said.amount}, not {refund.amount} ({refund.state})"
        alarm(session, payment, problem, now)
        return problem
    refund = refunding.hold_refund(session, refund.id)
    refund.provider_ref = said.ref
    if said.stage == Stage.DONE and refund.state == RefundState.SENT:
        refunding.finish(session, refund, now)
    elif said.stage == Stage.FAILED:
        refunding.fail(session, refund, now)
    return ""


_MIRRORED = (RefundState.SENT, RefundState.DONE, RefundState.FAILED)


def _ours(session: Session, payment: Payment, said: Returned) -> Refund | None:
    rows = select(Refund).where(Refund.payment_id == payment.id)
    for one in session.scalars(rows):
        if said.ref == one.provider_ref or (said.key and said.key == provider_key(one)):
            return one
    return None


def _old_try(session: Session, said: Returned) -> bool:
    """Whether it is an earlier try of a refund that was sent again since."""
    key = said.key.rpartition(":")[0]
    return bool(key) and session.scalar(select(Refund.id).where(Refund.key == key)) is not None


def _left(payment: Payment) -> int:
    return payment.captured - payment.refunded - payment.disputed


def _unlike(payment: Payment, said: Returned, left: int) -> str:
    if payment.late or said.currency != payment.currency or not 0 < said.amount <= left:
        return f"refund {said.ref}: {said.amount} {said.currency}, of {left} {payment.currency}"
    return ""


def _adopt(session: Session, payment: Payment, said: Returned, now: datetime) -> Refund:
    """Somebody gave money back at the provider: it has left, so the books say so."""
    key = f"refund:{said.ref}"
    return refunding.send_back(session, payment, said.amount, ELSEWHERE, key=key, now=now)
