"""What transfers, receipts and reconciliation put on the pages of payments and of pledges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.policy import may
from sponsorship.models import BankReturn, Payment, PledgeKind, Refund
from sponsorship.payments.cases import PaymentCase
from sponsorship.payments.queries.arrivals import arrived
from sponsorship.payments.queries.problems import counts
from sponsorship.payments.queries.transfers import sent_to_confirm, to_confirm, to_send
from sponsorship.payments.receipts import receipt_number, refund_number
from sponsorship.pledges.view import PledgeCase
from sponsorship.states import PaymentState, RefundState

MOST = 100


def waiting(session: Session, own: Sequence[str]) -> dict[str, Any] | None:
    """What waits for somebody besides the list of payments."""
    if not may(g.actor, "sponsorship:transfers:list"):
        return None
    paths = tuple(own)
    lines, events = counts(session)
    return {
        "arrived": len(arrived(session, paths)),
        "to_confirm": len(to_confirm(session, paths)) + len(sent_to_confirm(session, paths)),
        "to_send": len(to_send(session, paths)),
        "lines": lines,
        "events": events,
    }


def of_payment(session: Session, case: PaymentCase) -> dict[str, Any] | None:
    """What the office does about one transfer, and the receipts of a payment."""
    refunds = _refunds(session, Refund.payment_id == case.payment.id)
    asks = case.payment.provider == "bank" and may(g.actor, "sponsorship:transfer:ask", case)
    waits = asks and case.payment.state != PaymentState.PAID
    sent = select(BankReturn.refund_id).where(BankReturn.refund_id.in_([r.id for r in refunds]))
    said = set(session.scalars(sent)) if asks else set()
    return {
        "waits": waits,
        "send": [r for r in refunds if asks and r.state == RefundState.SENT and r.id not in said],
        "receipts": _receipts([case.payment], refunds),
    }


def receipts(session: Session, case: PledgeCase) -> dict[str, Any] | None:
    """The receipts of all that was paid and given back of a pledge."""
    if case.pledge.kind != PledgeKind.MONEY or not case.pledge.paid + case.pledge.refunded:
        return None
    rows = select(Payment).where(
        Payment.pledge_id == case.pledge.id, Payment.state == PaymentState.PAID
    )
    payments = list(session.scalars(rows.order_by(Payment.id).limit(MOST)))
    refunds = _refunds(session, Refund.payment_id.in_([one.id for one in payments]))
    return {"receipts": _receipts(payments, refunds)}


def _refunds(session: Session, which: Any) -> list[Refund]:
    return list(session.scalars(select(Refund).where(which).order_by(Refund.id).limit(MOST)))


def _receipts(payments: Sequence[Payment], refunds: Sequence[Refund]) -> list[dict[str, Any]]:
    base = f"/sponsor/pledges/{payments[0].pledge_id}" if payments else ""
    paid = [
        {
            "number": receipt_number(one),
            "url": f"{base}/payments/{one.attempt}/receipt.pdf",
            "amount": one.captured,
            "currency": one.currency,
            "back": False,
        }
        for one in payments
        if one.state == PaymentState.PAID
    ]
    return paid + [
        {
            "number": refund_number(one),
            "url": f"{base}/refunds/{one.id}/receipt.pdf",
            "amount": one.amount,
            "currency": payments[0].currency,
            "back": True,
        }
        for one in refunds
        if one.state == RefundState.DONE
    ]
