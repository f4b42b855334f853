"""Vouchers: requests to move money, with who asked and who approved."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, LongText, Minor
from ledger.models.fund import CostCentre, Fund, Payee
from ledger.models.work import AcceptedWork


def voucher_number(ident: int) -> str:
    """How people and bank transfers call the voucher with this identity."""
    return f"PZ-{ident:06d}"


class VoucherKind(StrEnum):
    """What a voucher asks for."""

    RECEIVE = "receive"  # money from outside into a fund
    ALLOT = "allot"  # from a fund to one of an area below
    APPROPRIATE = "appropriate"  # from a fund for a round
    UNAPPROPRIATE = "unappropriate"  # what a round does not need, back to the fund
    DISBURSE = "disburse"  # an invoice of a project
    REFUND = "refund"  # a payee gives money back
    RELEASE = "release"  # a project is closed, the rest goes back
    CARRY_OVER = "carry_over"  # what is left, to next year's fund
    REVERSE = "reverse"  # undo a voucher


class VoucherState(StrEnum):
    """How far a voucher has come."""

    REQUESTED = "requested"
    APPROVED = "approved"  # booked
    PAID = "paid"  # the money has left the bank
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


class Voucher(Base):
    """A request to move ``amount`` minor units, its reason, and how far it has come.

    ``idempotency_key`` comes with the form, so that a request sent twice is one. ``work_id`` is
    the accepted work that it pays, where a project is by contract.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("id", "requested_by_id"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(14), index=True)
    state: Mapped[str] = mapped_column(String(10), default=VoucherState.REQUESTED, index=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    to_fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"), index=True)
    cost_centre_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payee.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    work_id: Mapped[int | None] = mapped_column(ForeignKey("accepted_work.id"), index=True)
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    purpose: Mapped[str] = mapped_column(String(300))
    conditions: Mapped[LongText] = mapped_column(default="")
    effective_on: Mapped[date]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    fund: Mapped[Fund] = relationship(foreign_keys=fund_id)
    to_fund: Mapped[Fund | None] = relationship(foreign_keys=to_fund_id)
    cost_centre: Mapped[CostCentre | None] = relationship()
    payee: Mapped[Payee | None] = relationship()
    work: Mapped[AcceptedWork | None] = relationship()

    @property
    def number(self) -> str:
        """By which people and bank transfers call it."""
        return voucher_number(self.id)

    @property
    def event(self) -> str:
        """What its approval books: a key of ``journal.EVENTS``, but for what undoes another."""
        return f"{self.kind}.contract" if self.work_id else self.kind


class Approval(Base):
    """What somebody other than the requester said to a voucher; never changed."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("voucher_id", "person_id"),
        ForeignKeyConstraint(
            ["voucher_id", "requested_by_id"], ["voucher.id", "voucher.requested_by_id"]
        ),
        CheckConstraint("person_id <> requested_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(index=True)
    requested_by_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]


class ApprovalRule(Base):
    """How much each role may approve in an area and below, until one below has its own rule;
    above ``three_above`` two people must approve. Minor units."""

    __tablename__ = "approval_rule"
    __table_args__ = (
        CheckConstraint(
            "finance_most >= 0 AND approver_most >= finance_most AND three_above >= 0",
            name="order",
        ),
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    finance_most: Mapped[Minor]
    approver_most: Mapped[Minor]
    three_above: Mapped[Minor]
