"""What a payment provider does for us, and what it says of money, in words of our own.

Amounts are minor units of an ISO 4217 currency in capitals. None of this is called while a
transaction is open: a provider may be slow, and others wait for the rows that are held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class ProviderError(Exception):
    """Root of what goes wrong with a provider."""


class Unreachable(ProviderError):
    """It did not answer, or not clearly: nobody knows whether it acted. Asking again with the same
    key is safe."""


class Declined(ProviderError):
    """It said no, and did nothing; its words are for the office."""


class Forged(ProviderError):
    """A message that it did not sign, or not now."""


class Stage(StrEnum):
    """How far a provider is with a payment, a refund, a dispute or a payout."""

    OPEN = "open"
    AUTHORISED = "authorised"  # a payment: held, to be captured
    DONE = "done"  # settled, given back, won, paid out
    FAILED = "failed"  # and lost
    CANCELLED = "cancelled"  # or expired


class Topic(StrEnum):
    """What a message, or a line of the balance, is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    NOTHING = "nothing"  # of ours


@dataclass(frozen=True, slots=True)
class Ask:
    """A payment to begin. ``key`` makes it happen once; ``payment`` is the number of our row and
    ``label`` what the payer reads: the provider gets to know nothing else of what it is for. Asked
    again, all of it is the same."""

    key: str
    payment: int
    amount: int
    currency: str
    method: str
    label: str
    back_url: str  # where the payer comes back to, paid or not
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that the provider has begun: its references, the page on which the payer goes on,
    and for a transfer what it has to say."""

    ref: str | None = None
    page_ref: str | None = None
    url: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A payment as the provider has it. ``key`` and ``payment`` are what we gave it, empty where
    it is none of ours. Once it is settled, ``amount`` is what arrived, and ``fee`` what the
    provider kept of it. ``problem`` is its words."""

    ref: str | None
    stage: Stage
    amount: int
    currency: str
    key: str = ""
    payment: str = ""
    page_ref: str | None = None
    url: str = ""
    fee: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """A refund as the provider has it; ``payment_ref`` is its payment's, ``key`` what we gave."""

    ref: str
    payment_ref: str
    stage: Stage
    amount: int
    currency: str
    key: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A payment that the payer's bank takes back. ``withdrawn`` and ``reinstated`` are whether
    the provider took the money and gave it back; ``fee`` is what it keeps for that."""

    ref: str
    payment_ref: str
    stage: Stage
    amount: int
    currency: str
    fee: int = 0
    reason: str = ""
    respond_by: datetime | None = None
    withdrawn: bool = False
    reinstated: bool = False


@dataclass(frozen=True, slots=True)
class PaidOut:
    """What the provider transfers to the bank; below zero it takes money from there."""

    ref: str
    stage: Stage
    amount: int
    currency: str
    arrives_on: date


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """A movement of the provider's balance: ``amount`` less ``fee`` is ``net``, below zero for what
    leaves. ``source_ref`` is what it moved for, as our rows have it: a payment, a refund, a dispute
    or a payout."""

    ref: str
    type: str
    topic: Topic
    source_ref: str
    amount: int
    fee: int
    net: int
    currency: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose signature was checked. What it is about is asked for anew: of a refund the
    reference may be its payment's."""

    id: str
    type: str
    topic: Topic
    object_ref: str
    created_at: datetime


class PaymentProvider(Protocol):
    """What payments ask of a provider. Everything may raise ``Unreachable``; whatever changes
    something may raise ``Declined``."""

    name: str

    @property
    def pages(self) -> str:
        """The origin of its pages, such as ``https://pay.example``; empty if they are ours."""
        ...

    def methods(self, currency: str) -> tuple[str, ...]:
        """The ways to pay in a currency."""
        ...

    def begin(self, ask: Ask) -> Begun:
        """Begin a payment; the same key gives the same one."""
        ...

    def fetch(self, ref: str) -> Found | None:
        """A payment by its own reference or its page's."""
        ...

    def find(self, key: str, since: datetime) -> Found | None:
        """The payment that was begun with ``key``, for when nobody noted its reference."""
        ...

    def capture(self, ref: str, amount: int, key: str) -> None:
        """Take what was authorised."""
        ...

    def cancel(self, ref: str, key: str) -> None:
        """End a payment that is not settled, by its reference or its page's."""
        ...

    def refund(self, ref: str, amount: int, key: str) -> Returned:
        """Give back a part of a payment, or all of it."""
        ...

    def refunds(self, ref: str) -> list[Returned]:
        """A refund by its reference, or everything given back of a payment by the payment's."""
        ...

    def fetch_dispute(self, ref: str) -> Disputed | None:
        """A dispute."""
        ...

    def fetch_payout(self, ref: str) -> PaidOut | None:
        """A payout."""
        ...

    def payouts(self, since: datetime) -> list[PaidOut]:
        """The payouts made since."""
        ...

    def lines(self, since: datetime) -> Iterator[BalanceLine]:
        """The movements of the balance since."""
        ...

    def lines_of(self, payout: str) -> Iterator[BalanceLine]:
        """The movements that a payout is made of, without itself."""
        ...

    def verify(self, payload: bytes, signature: str, now: datetime) -> Message:
        """Check a message's signature and time. Raises ``Forged``."""
        ...

    def topic(self, kind: str) -> Topic:
        """What messages of a kind are about."""
        ...
