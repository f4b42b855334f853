"""Bank transfer: we say where to and with which code, the office sees it arrive. Nothing is asked
for over the net, so nothing can be unreachable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from config import Settings
from core.db import db
from sponsorship.models import Payment
from sponsorship.payments.providers.protocol import (
    Ask,
    BalanceLine,
    Begun,
    Declined,
    Disputed,
    Forged,
    Found,
    Message,
    PaidOut,
    Returned,
    Stage,
    Topic,
)
from sponsorship.payments.references import reference_of
from sponsorship.states import PaymentState


class BankTransfer:
    """The bank as a provider: what it does is done by people (``services.transfers``,
    ``services.returns``), and what it says is in its statements."""

    name = "bank"
    pages = ""

    def methods(self, currency: str) -> tuple[str, ...]:
        """Transfers are possible in every currency."""
        return ("transfer",)

    def begin(self, ask: Ask) -> Begun:
        """Say which code the transfer has to carry, and where its page is."""
        _pledge, pledge_id, _attempt, number = ask.key.split(":")
        return Begun(
            url=f"{ask.back_url}/transfer", reference=reference_of(int(pledge_id), int(number))
        )

    def fetch(self, ref: str) -> Found | None:
        """Only the statement knows."""
        return None

    def find(self, key: str, since: datetime) -> Found | None:
        """It waits, once the payer knows where to and with which code; more only the statement
        knows."""
        rows = select(Payment).where(Payment.key == key, Payment.state != PaymentState.CREATED)
        payment = db.session.scalar(rows)
        if payment is None:
            return None
        return Found(
            ref=None,
            stage=Stage.OPEN,
            amount=payment.amount,
            currency=payment.currency,
            key=payment.key,
            payment=str(payment.id),
            url=payment.page_url,
        )

    def capture(self, ref: str, amount: int, key: str) -> None:
        """There is nothing to capture."""
        raise Declined("a transfer is not captured")

    def cancel(self, ref: str, key: str) -> None:
        """Nobody can stop a transfer; what arrives all the same is late, and goes back."""

    def refund(self, ref: str, amount: int, key: str) -> Returned:
        """The office transfers it, and two people say so."""
        return Returned(ref=key, payment_ref=ref, stage=Stage.OPEN, amount=amount, currency="")

    def refunds(self, ref: str) -> list[Returned]:
        """Only the statement knows."""
        return []

    def fetch_dispute(self, ref: str) -> Disputed | None:
        """Transfers are not disputed."""
        return None

    def fetch_payout(self, ref: str) -> PaidOut | None:
        """It is at the bank already."""
        return None

    def payouts(self, since: datetime) -> list[PaidOut]:
        """It is at the bank already."""
        return []

    def lines(self, since: datetime) -> Iterator[BalanceLine]:
        """Statements are matched by the ledger."""
        return iter(())

    def lines_of(self, payout: str) -> Iterator[BalanceLine]:
        """There are no payouts."""
        return iter(())

    def verify(self, payload: bytes, signature: str, now: datetime) -> Message:
        """A bank sends no messages."""
        raise Forged("a bank sends no messages")

    def topic(self, kind: str) -> Topic:
        """A bank sends no messages."""
        return Topic.NOTHING


def from_settings(_settings: Settings) -> BankTransfer:
    """Transfers need no settings."""
    return BankTransfer()
