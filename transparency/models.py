"""Leaves of the transparency log, what each is about, and the tree that commits to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, LongText


class Leaf(Base):
    """One recorded fact. ``body`` is RFC 8785 JSON text, without personal data, for ever.

    ``seq`` is its place in the public log, given by the one sequencer and empty until then.
    """

    __tablename__ = "leaf"
    __table_args__ = (
        Index(
            "ix_leaf_waiting",
            "id",
            sqlite_where=text("seq IS NULL"),
            postgresql_where=text("seq IS NULL"),
        ),
    )

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


class LogTile(Base):
    """At most 256 hashes of the tree, one after the other, as C2SP tlog-tiles cuts it up: `level`
    0 holds hashes of leaves, each level above the roots of the full tiles below."""

    __tablename__ = "log_tile"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class SignedCheckpoint(Base):
    """What the log has committed to: the whole signed note, and whose key (`name+hash+key`)."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    note: Mapped[LongText]
    vkey: Mapped[LongText]
    signed_at: Mapped[datetime]


class Cosignature(Base):
    """A witness's signature line under a checkpoint; `witness` is its `name+hash+key`."""

    __tablename__ = "cosignature"

    size: Mapped[int] = mapped_column(ForeignKey("checkpoint.size"), primary_key=True)
    witness: Mapped[str] = mapped_column(String(300), primary_key=True)
    line: Mapped[LongText]
    received_at: Mapped[datetime]


class LogState(Base):
    """How signing goes (`name` "signer"), or asking a witness (its key), since when."""

    __tablename__ = "log_state"

    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    state: Mapped[str] = mapped_column(String(40))
    detail: Mapped[LongText]
    since: Mapped[datetime]
