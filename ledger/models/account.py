"""Accounts and what was booked on each."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import ColumnElement

from core.db import Base
from core.types import BigId, Minor
from ledger.models.fund import CostCentre, Fund, Payee


class Account(Base):
    """One account of a fund; ``key`` says all that makes it different (``journal.Ref.key``)."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("id", "fund_id"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    cost_centre_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payee.id"), index=True)
    fund: Mapped[Fund] = relationship()
    cost_centre: Mapped[CostCentre | None] = relationship()
    payee: Mapped[Payee | None] = relationship()


class Balance(Base):
    """The sums of an account's transfers. A trigger of the journal keeps them; the check keeps
    every ``floored`` account from going below zero on its normal side."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint(
            "NOT floored OR (debit_normal AND debits >= credits)"
            " OR (NOT debit_normal AND credits >= debits)",
            name="floor",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    debit_normal: Mapped[bool]
    floored: Mapped[bool]
    debits: Mapped[Minor] = mapped_column(default=0)
    credits: Mapped[Minor] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)

    @hybrid_property
    def net(self) -> int:
        """What there is, on the account's normal side."""
        left = self.debits - self.credits
        return left if self.debit_normal else -left

    @net.inplace.expression
    @classmethod
    def _net(cls) -> ColumnElement[int]:
        return case((cls.debit_normal, cls.debits - cls.credits), else_=cls.credits - cls.debits)
