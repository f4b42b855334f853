"""Work that was accepted: what a project's invoices may be about once it is by contract."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, Minor, Texts
from ledger.models.fund import CostCentre, Payee


class AcceptedWork(Base):
    """A piece of a contract that two people accepted. Its invoices come to ``amount`` at most.

    ``ref`` says what it is where it was accepted, such as ``milestone:12``. Once an acceptance is
    taken back, at ``withdrawn_at``, nothing is paid for it any more.
    """

    __tablename__ = "accepted_work"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    cost_centre_id: Mapped[int] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("payee.id"), index=True)
    ref: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[Texts]
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    accepted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    cost_centre: Mapped[CostCentre] = relationship()
    payee: Mapped[Payee] = relationship()
