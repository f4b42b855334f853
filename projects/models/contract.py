"""Contracts: drawn up by one person, agreed to by the contractor, signed by another."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from core.db import Base
from core.types import BigId, LongText, Minor
from projects.models.project import Project
from projects.models.tender import Tender
from projects.states import ContractState

_LIVE = sql("state NOT IN ('closed', 'terminated')")


class Contract(Base):
    """Who does which work for how much. What was signed never changes, the database refuses it:
    ``amount_now`` and ``ends_on_now`` follow from it and from the changes decided since.

    ``retention_bp`` (hundredths of a per cent) of each payment is kept back until the warranty
    ends on ``warranty_until``. ``sha256`` is the digest of all that was signed.
    """

    __tablename__ = "contract"
    __table_args__ = (
        # The books know a contract by its project and payee.
        Index(
            "uq_contract_project_id_payee_id",
            "project_id",
            "payee_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("amount > 0 AND amount_now >= 0", name="amount"),
        CheckConstraint("signed_by_id <> drawn_by_id", name="two_people"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("retention_bp BETWEEN 0 AND 2000", name="retention"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("payee.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=ContractState.DRAWN, index=True)
    amount: Mapped[Minor]
    amount_now: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    terms: Mapped[LongText]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ends_on_now: Mapped[date]
    retention_bp: Mapped[int]
    warranty_until: Mapped[date]
    sha256: Mapped[str | None] = mapped_column(String(64))
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime]
    # The contractor's yes: given here by one of its people, or on paper.
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    agreed_on_paper: Mapped[bool] = mapped_column(default=False)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    retention_released_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[LongText] = mapped_column(default="")
    project: Mapped[Project] = relationship()
    tender: Mapped[Tender] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @property
    def number(self) -> str:
        """How people call it."""
        return f"HT-{self.id:05d}"
