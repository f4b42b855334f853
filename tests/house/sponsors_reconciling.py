"""A transfer that waits for a second person, and a refund by transfer, for the matrix of
permissions: one of each thing that addresses name."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.models import Area
from core.db import transaction
from ledger.services.statements import open_bank_account
from sponsorship.models import BankConfirmation, BankReturn, Payment, Refund
from sponsorship.payments.references import reference_of
from sponsorship.states import PaymentState, RefundState
from tests.factories import Factory

DAY = date(2026, 3, 2)


def reconciling(
    make: Factory, area: int, *, pledge: int, instalment: int, finance: int
) -> dict[str, int]:
    """Of a signed pledge: one transfer that ``finance`` has seen in the statement, and one that was
    paid and is sent back, as they say; a bank account of the area; by the names in addresses.
    ``payment_id`` and ``refund_id`` stand for these under ``/office/partners/.../arrived``,
    ``/sent``, ``/confirm-sent`` and ``/drop-sent``."""
    waiting = _payment(make, pledge, instalment, 91, PaymentState.CANCELLED)
    refund = _refund(make, _payment(make, pledge, instalment, 92, PaymentState.PAID))
    said = BankConfirmation(
        payment_id=waiting, amount=100, arrived_on=DAY, asked_by_id=finance, asked_at=make.at
    )
    with transaction() as session:
        sent = BankReturn(refund_id=refund, sent_on=DAY, asked_by_id=finance, asked_at=make.at)
        session.add(sent)
        account = open_bank_account(
            session,
            session.get_one(Area, area),
            name={"en": "Partners' account"},
            number="12345678",
            currency="CNY",
            by_id=finance,
            now=make.at,
        ).id
    return {
        "bank_confirmation_id": make.add(said),
        "bank_account_id": account,
        "transfer_payment_id": waiting,
        "transfer_refund_id": refund,
        "number": 91,
    }


def _refund(make: Factory, payment: int) -> int:
    return make.add(
        Refund(
            key="matrix-refund-by-transfer",
            payment_id=payment,
            provider="bank",
            state=RefundState.SENT,
            amount=100,
            reason="late",
            asked_at=make.at,
            sent_at=make.at,
        )
    )


def _payment(make: Factory, pledge: int, instalment: int, attempt: int, state: PaymentState) -> int:
    paid = state == PaymentState.PAID
    return make.add(
        Payment(
            pledge_id=pledge,
            instalment_id=instalment,
            attempt=attempt,
            key=f"pledge:{pledge}:attempt:{attempt}",
            provider="bank",
            method="transfer",
            state=state,
            amount=100,
            captured=100 if paid else 0,
            refunded=100 if paid else 0,
            late=paid,
            currency="CNY",
            reference=reference_of(pledge, attempt),
            created_at=make.at - timedelta(days=1),
            settled_at=make.at if paid else None,
        )
    )
