"""Leaves of the transparency log and what each is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, LongText


class Leaf(Base):
    """One recorded fact. ``body`` is RFC 8785 JSON text, without personal data, for ever.

    ``seq`` is its place in the public log, given by the one sequencer and empty until then.
    """

    __tablename__ = "leaf"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    seq: Mapped[int | None] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(String(60), index=True)
    occurred_at: Mapped[datetime]
    body: Mapped[LongText]
    subjects: Mapped[list[LeafSubject]] = relationship(back_populates="leaf")


class LeafSubject(Base):
    """A thing that a leaf is about, such as ("project", "17")."""

    __tablename__ = "leaf_subject"
    __table_args__ = (Index("ix_leaf_subject_kind_ref", "kind", "ref", "leaf_id"),)

    leaf_id: Mapped[int] = mapped_column(ForeignKey("leaf.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    ref: Mapped[str] = mapped_column(String(80), primary_key=True)
    leaf: Mapped[Leaf] = relationship(back_populates="subjects")
