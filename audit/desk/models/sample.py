"""Samples of vouchers, drawn by a seed that nobody could choose, and worked through."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Json, LongText, Minor


class SampleKind(StrEnum):
    """How vouchers are chosen."""

    RANDOM = "random"
    AMOUNT = "amount"  # every yuan has the same chance
    RISK = "risk"  # the most weight of flags first


def sample_number(ident: int) -> str:
    """How people call the sample with this identity."""
    return f"CY-{ident:04d}"


class Sample(Base):
    """A number of vouchers to be looked at, out of all that ``params`` let through.

    ``population``, its hash and ``total`` (minor units) were recorded as leaf ``leaf_id`` before
    there was a seed; ``seed`` is the root of the first checkpoint signed after it. ``frame`` are
    the vouchers with weights, by risk only.
    """

    __tablename__ = "sample"
    __table_args__ = (
        CheckConstraint("size > 0 AND population >= 0", name="size"),
        CheckConstraint("(seed IS NULL) = (drawn_at IS NULL)", name="drawn"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(8))
    params: Mapped[Json]
    size: Mapped[int]
    population: Mapped[int]
    population_sha256: Mapped[str] = mapped_column(String(64))
    total: Mapped[Minor]
    frame: Mapped[Json] = mapped_column(default=dict)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    leaf_id: Mapped[int | None] = mapped_column(ForeignKey("leaf.id"))
    checkpoint_size: Mapped[int | None]
    seed: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[datetime | None]
    area: Mapped[Area] = relationship()

    @property
    def number(self) -> str:
        """By which people call it."""
        return sample_number(self.id)


class SampleItem(Base):
    """A drawn voucher; ``amount`` is in minor units."""

    __tablename__ = "sample_item"
    __table_args__ = (
        UniqueConstraint("sample_id", "voucher_id"),
        UniqueConstraint("sample_id", "position"),
        CheckConstraint("(looked_at IS NULL) = (looked_by_id IS NULL)", name="looked"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    position: Mapped[int]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    amount: Mapped[Minor]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    looked_at: Mapped[datetime | None]
    note: Mapped[LongText] = mapped_column(default="")
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    sample: Mapped[Sample] = relationship()
