"""What providers did with sponsors' money, and what of it is in the books."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, LongText, Minor
from sponsorship.models.pledge import Instalment, Pledge
from sponsorship.states import DisputeState, PaymentState, RefundState

_LIVE = text("state IN ('created', 'pending', 'authorised')")


class Payment(Base):
    """One attempt to pay an instalment: at most one of them is under way.

    ``key`` is the idempotency key that the provider gets with it; ``provider_ref`` the
    provider's object (a PaymentIntent), ``page_ref`` its page (a Checkout Session), ``reference``
    what a bank transfer says. ``late`` money came for a pledge that had ended, and goes back.
    Minor units of ``currency``.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("pledge_id", "attempt"),
        UniqueConstraint("provider", "provider_ref"),
        CheckConstraint("amount > 0 AND captured >= 0 AND captured <= amount", name="captured"),
        CheckConstraint(
            "refunded >= 0 AND disputed >= 0 AND refunded + disputed <= captured",
            name="given_back",
        ),
        CheckConstraint("fee >= 0", name="fee"),
        Index(
            "uq_payment_live",
            "instalment_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"))
    instalment_id: Mapped[int] = mapped_column(ForeignKey("instalment.id"))
    attempt: Mapped[int]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    provider: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(12), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10), default=PaymentState.CREATED, index=True)
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    page_ref: Mapped[str | None] = mapped_column(String(120), unique=True)
    page_url: Mapped[LongText] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(String(40), default="", index=True)
    captured: Mapped[Minor] = mapped_column(default=0)
    refunded: Mapped[Minor] = mapped_column(default=0)
    disputed: Mapped[Minor] = mapped_column(default=0)
    fee: Mapped[Minor] = mapped_column(default=0)
    late: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[LongText] = mapped_column(default="")  # why it failed, as the provider said
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]  # when the provider was last asked about it
    pledge: Mapped[Pledge] = relationship()
    instalment: Mapped[Instalment] = relationship()


class BankConfirmation(Base):
    """Two officers say that a transfer has arrived, by a line of the bank's statement or without
    one; each line pays once."""

    __tablename__ = "bank_confirmation"
    __table_args__ = (
        CheckConstraint("confirmed_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    bank_line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"), unique=True)
    amount: Mapped[Minor]
    arrived_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]


class Refund(Base):
    """Money on its way back. ``approved_by_id`` is somebody else than who asked; a refund that
    follows from the rules (a missed target, late money) has neither."""

    __tablename__ = "sponsor_refund"
    __table_args__ = (
        UniqueConstraint("provider", "provider_ref"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("approved_by_id <> asked_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    provider: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=RefundState.ASKED, index=True)
    amount: Mapped[Minor]
    reason: Mapped[LongText]
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    tries: Mapped[int] = mapped_column(default=0)
    unrestricted: Mapped[Minor] = mapped_column(default=0)  # how much the purpose gave up for it
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    payment: Mapped[Payment] = relationship()


class BankReturn(Base):
    """Two officers say that they have transferred a refund back, by a line of the bank's statement
    or without one; each line is one refund."""

    __tablename__ = "bank_return"
    __table_args__ = (CheckConstraint("confirmed_by_id <> asked_by_id", name="two_people"),)

    refund_id: Mapped[int] = mapped_column(ForeignKey("sponsor_refund.id"), primary_key=True)
    bank_line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"), unique=True)
    sent_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]


class Dispute(Base):
    """A sponsor's bank takes a payment back, until the provider has decided."""

    __tablename__ = "dispute"
    __table_args__ = (CheckConstraint("amount > 0 AND fee >= 0", name="amount"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    provider_ref: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(6), default=DisputeState.OPEN, index=True)
    amount: Mapped[Minor]
    fee: Mapped[Minor] = mapped_column(default=0)
    unrestricted: Mapped[Minor] = mapped_column(default=0)
    withdrawn: Mapped[bool] = mapped_column(default=False)  # the provider took the money
    reinstated: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(60), default="")
    respond_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    payment: Mapped[Payment] = relationship()


class Payout(Base):
    """What a provider transferred to the bank, of all funds together; booked fund by fund."""

    __tablename__ = "payout"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    provider_ref: Mapped[str] = mapped_column(String(120), primary_key=True)
    provider: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    arrives_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))
    booked_at: Mapped[datetime | None]


class ProviderEvent(Base):
    """A message of a provider, taken once. Of its content only the hash is kept: what it is about
    (``object_ref``) is asked for anew when it is worked on."""

    __tablename__ = "provider_event"

    event_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    provider: Mapped[str] = mapped_column(String(10))
    type: Mapped[str] = mapped_column(String(60))
    object_ref: Mapped[str] = mapped_column(String(120), index=True)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), index=True)  # waiting, done, ignored, failed
    problem: Mapped[LongText] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]  # by the provider
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ProviderLine(Base):
    """A line of the provider's balance, and the group of the ledger's lines that is the same
    movement; ``group_key`` is empty as long as nothing matches."""

    __tablename__ = "provider_line"
    __table_args__ = (Index("ix_provider_line_open", "provider", "group_key"),)

    provider_ref: Mapped[str] = mapped_column(String(120), primary_key=True)
    provider: Mapped[str] = mapped_column(String(10))
    type: Mapped[str] = mapped_column(String(40))
    source_ref: Mapped[str] = mapped_column(String(120), index=True)
    amount: Mapped[Minor]  # gross; below zero for what leaves
    fee: Mapped[Minor]
    net: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    occurred_at: Mapped[datetime]
    payout_ref: Mapped[str | None] = mapped_column(String(120), index=True)
    group_key: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(String(60), default="")
    seen_at: Mapped[datetime]


class Reconciliation(Base):
    """One comparison of a provider's balance with the books: how many lines there were, and how
    many of either side have no counterpart."""

    __tablename__ = "reconciliation"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(10), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    lines: Mapped[int] = mapped_column(default=0)
    matched: Mapped[int] = mapped_column(default=0)
    unmatched: Mapped[int] = mapped_column(default=0)  # at the provider, but not in the books
    missing: Mapped[int] = mapped_column(default=0)  # in the books, but not at the provider
    mended: Mapped[int] = mapped_column(default=0)  # booked by this run
