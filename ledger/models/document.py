"""Papers of a voucher: the original under seal, and the copy that everybody may read."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import BigId, Minor


class DocumentKind(StrEnum):
    """What a paper proves."""

    INVOICE = "invoice"
    CONTRACT = "contract"
    RECEIPT = "receipt"
    POLICY = "policy"
    OTHER = "other"


_LIVE_INVOICE = text("live AND kind = 'invoice'")
# One invoice is paid once, however often it was scanned.
ONCE = (
    Index(
        "uq_document_payee_id_number_key_amount",
        "payee_id",
        "number_key",
        "amount",
        unique=True,
        sqlite_where=_LIVE_INVOICE,
        postgresql_where=_LIVE_INVOICE,
    ),
    Index(
        "uq_document_original_sha256",
        "original_sha256",
        unique=True,
        sqlite_where=_LIVE_INVOICE,
        postgresql_where=_LIVE_INVOICE,
    ),
)


class Document(Base):
    """A paper of a voucher. ``number`` and what follows are an invoice's (a contract may have
    them); ``number_key`` is the number as it is compared. ``live`` ends when the voucher comes to
    nothing, so that its invoice can be asked for anew."""

    __tablename__ = "document"
    __table_args__ = (
        *ONCE,
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        CheckConstraint(
            "kind <> 'invoice' OR (number <> '' AND number_key <> '' AND issued_on IS NOT NULL"
            " AND amount IS NOT NULL AND payee_id IS NOT NULL)",
            name="invoice",
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    live: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str] = mapped_column(String(100))
    original_sha256: Mapped[str] = mapped_column(String(64))
    original_mime: Mapped[str] = mapped_column(String(20))
    original_size: Mapped[int]
    public_sha256: Mapped[str] = mapped_column(String(64))
    public_mime: Mapped[str] = mapped_column(String(20))
    public_size: Mapped[int]
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payee.id"))
    number: Mapped[str] = mapped_column(String(60), default="")
    number_key: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date | None]
    amount: Mapped[Minor | None]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
