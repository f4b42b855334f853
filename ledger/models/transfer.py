"""The journal: transfers, never changed or removed, and their sums."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import BigId, Minor
from ledger.journal import BY_RULE

_BY_RULE = ", ".join(f"'{code}'" for code in BY_RULE)


class Transfer(Base):
    """``amount`` minor units from the credit account to the debit account, both of one fund.

    ``id`` is the line's public number. Transfers of a group were booked together. What a line is
    for (``cost_centre_id``) and who is paid stand here again, so that lines are found by them.
    ``actor_id`` asked for it or carried it out, ``approver_id`` approved it; nobody does where
    it follows from rules (``journal.BY_RULE``).
    """

    __tablename__ = "transfer"
    __table_args__ = (
        ForeignKeyConstraint(["debit_id", "fund_id"], ["account.id", "account.fund_id"]),
        ForeignKeyConstraint(["credit_id", "fund_id"], ["account.id", "account.fund_id"]),
        ForeignKeyConstraint(["fund_id", "currency"], ["fund.id", "fund.currency"]),
        # SQLite would keep a fraction as it is.
        CheckConstraint("amount > 0 AND amount = CAST(amount AS BIGINT)", name="amount"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        CheckConstraint(
            f"(actor_id IS NULL AND approver_id IS NULL AND code IN ({_BY_RULE}))"
            " OR (actor_id IS NOT NULL AND approver_id IS NOT NULL AND actor_id <> approver_id)",
            name="two_people",
        ),
        Index("ix_transfer_fund", "fund_id", "code", "effective_on", "id"),
        Index("ix_transfer_cost_centre", "cost_centre_id", "code", "effective_on", "id"),
        Index("ix_transfer_payee", "payee_id", "code", "effective_on", "id"),
        Index("ix_transfer_code", "code", "effective_on", "id"),
        Index("ix_transfer_debit_id_id", "debit_id", "id"),
        Index("ix_transfer_credit_id_id", "credit_id", "id"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    group_id: Mapped[str] = mapped_column(String(36), index=True)
    code: Mapped[str] = mapped_column(String(20))
    debit_id: Mapped[int]
    credit_id: Mapped[int]
    fund_id: Mapped[int]
    cost_centre_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"))
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payee.id"))
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    source_ref: Mapped[str] = mapped_column(String(120), default="")
    effective_on: Mapped[date] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Turnover(Base):
    """How many lines there are of one code, for one purpose, payee and month, and their sum, in
    which reversed ones count less. A trigger of the journal keeps it; 0 stands for none."""

    __tablename__ = "turnover"
    __table_args__ = (
        Index("ix_turnover_cost_centre_id", "cost_centre_id"),
        Index("ix_turnover_payee_id", "payee_id"),
    )

    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    cost_centre_id: Mapped[BigId] = mapped_column(primary_key=True)
    payee_id: Mapped[BigId] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    lines: Mapped[int]
    amount: Mapped[Minor]
