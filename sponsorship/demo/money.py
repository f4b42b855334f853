"""What the demo's sponsors pay. No service is asked: the payments are called invented ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from sponsorship.models import Instalment, Payment, Refund
from sponsorship.payments.providers.protocol import Disputed, Stage
from sponsorship.payments.services import refunding
from sponsorship.payments.services.disputing import mirror_dispute
from sponsorship.payments.services.settling import settle
from sponsorship.states import PaymentState, RefundState

FEE_PERCENT = 1  # about what card payments cost
DISPUTE_FEE = 80_00


def pay(session: Session, at: datetime, *, story: Any, number: int, way: str) -> None:
    """Pay an instalment, by ``card`` or through the ``bank``."""
    if story.ident is None:
        return
    rows = select(Instalment).where(
        Instalment.pledge_id == story.ident, Instalment.number == number
    )
    part = session.scalars(rows).one()
    bank = way == "bank"
    payment = Payment(
        pledge_id=story.ident,
        instalment_id=part.id,
        attempt=number,
        key=f"pledge:{story.ident}:attempt:{number}",
        provider="bank" if bank else "demo",
        method="transfer" if bank else "card",
        state=PaymentState.PENDING,
        provider_ref=None if bank else f"demo-{story.row['key']}-{number}",
        amount=part.amount,
        currency="CNY",
        by_id=story.giver,
        created_at=at,
    )
    session.add(payment)
    session.flush()
    people = story.stage.money_people if bank else (None, None)
    fee = 0 if bank else part.amount * FEE_PERCENT // 100
    on = local_date(at) if bank else None
    settle(session, payment, part.amount, fee, at, on=on, people=people)


def returned(session: Session, at: datetime, *, story: Any) -> None:
    """What the rules give back has arrived at the sponsor's."""
    rows = select(Refund.id).join(Payment).where(Payment.pledge_id == story.ident)
    for ident in session.scalars(rows.where(Refund.state == RefundState.SENT)).all():
        refunding.finish(session, refunding.hold_refund(session, ident), at)


def give_back(session: Session, at: datetime, *, story: Any, reason: str) -> None:
    """One person asks to give a payment back, another approves, the bank transfers it."""
    asks, approves = story.stage.money_people
    payment = session.scalars(select(Payment).where(Payment.pledge_id == story.ident)).one()
    key = f"demo-back-{story.ident}"
    about: dict[str, Any] = {"reason": reason, "by_id": asks, "now": at, "key": key}
    made = refunding.ask(session, payment.id, payment.captured, **about)
    refunding.approve(session, made.id, approves, at)
    people, on = (asks, approves), local_date(at)
    refunding.finish(session, refunding.hold_refund(session, made.id), at, people=people, on=on)


def contest(session: Session, at: datetime, *, story: Any) -> None:
    """The sponsor's bank takes a payment back; nothing is decided yet."""
    payment = session.scalars(select(Payment).where(Payment.pledge_id == story.ident)).one()
    said = Disputed(
        ref=f"demo-dispute-{story.row['key']}",
        payment_ref=payment.provider_ref or "",
        stage=Stage.OPEN,
        amount=payment.captured,
        currency=payment.currency,
        fee=DISPUTE_FEE,
        reason="product_not_received",
        respond_by=at + timedelta(days=21),
        withdrawn=True,
    )
    mirror_dispute(session, payment.id, said, at)
