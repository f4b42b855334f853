"""Bank accounts, what the banks say was booked, and which of it the ledger knows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Json, LongText, Minor, Texts


class BankAccount(Base):
    """An account at a bank. Of its number only the masked form is kept, ending with its last
    four characters; ``payment_details`` is what those who transfer money to it are told, as the
    office wrote it; ``mapping`` is how its CSV was read the last time."""

    __tablename__ = "bank_account"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[Texts]
    number: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    payment_details: Mapped[LongText] = mapped_column(default="", server_default="")
    mapping: Mapped[Json | None]
    created_at: Mapped[datetime]
    lines: Mapped[int] = mapped_column(default=0)
    unmatched: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    area: Mapped[Area] = relationship()


class BankStatement(Base):
    """A statement that was taken in: ``lines`` of it were new, ``known`` were there already."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("bank_account_id", "sha256"),
        CheckConstraint("from_on <= to_on", name="period"),
        CheckConstraint("lines >= 0 AND known >= 0", name="counts"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    to_on: Mapped[date]
    opening: Mapped[Minor | None]
    closing: Mapped[Minor | None]
    lines: Mapped[int]
    known: Mapped[int]
    imported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]


class BankLine(Base):
    """A booked line; incoming money is positive. ``fingerprint`` tells it from every other line
    of the account, so that statements which overlap bring it once."""

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("bank_account_id", "fingerprint"),
        UniqueConstraint("statement_id", "position"),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_bank_line_bank_account_id_booked_on", "bank_account_id", "booked_on"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"))
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    position: Mapped[int]
    booked_on: Mapped[date]
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str] = mapped_column(String(140))
    counterparty: Mapped[str] = mapped_column(String(140))
    text: Mapped[str] = mapped_column(String(500))
    bank_id: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64))


_LIVE = text("ended_at IS NULL")


class BankMatch(Base):
    """A line of the bank and a line of the ledger that are the same movement, until the match is
    ended; each of them is in one that has not ended, at most."""

    __tablename__ = "bank_match"
    __table_args__ = (
        Index(
            "uq_bank_match_line_id",
            "line_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_bank_match_transfer_id",
            "transfer_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"))
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))
    matched_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    matched_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
