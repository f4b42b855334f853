"""Bids: under seal until the opening, then everything of them at once; and their points."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from core.db import Base
from core.types import BigId, LongText, Minor
from projects.states import BidState

_LIVE = sql("state <> 'withdrawn'")


class Bid(Base):
    """What an organisation offers. Before the opening everything but who and when is empty here:
    it lies in the envelope. ``key`` comes with the form, so that a bid sent twice is one.

    ``price`` is in minor units, ``days`` how long the work takes.
    """

    __tablename__ = "bid"
    __table_args__ = (
        Index(
            "uq_bid_tender_id_organisation_id",
            "tender_id",
            "organisation_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint(
            "state NOT IN ('sealed', 'withdrawn') OR (price IS NULL AND offer = '')", name="sealed"
        ),
        CheckConstraint("price IS NULL OR price > 0", name="price"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=BidState.SEALED)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    envelope_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    leaf_id: Mapped[int | None]  # that it was received, in the public record
    price: Mapped[Minor | None]
    days: Mapped[int | None]
    offer: Mapped[LongText] = mapped_column(default="")
    relations: Mapped[LongText] = mapped_column(default="")  # whom they know, as declared
    paper_sha256: Mapped[str | None] = mapped_column(String(64))  # a document, if one came along
    excluded_reason: Mapped[LongText] = mapped_column(default="")
    organisation: Mapped[Organisation] = relationship()


class Envelope(Base):
    """A bid as it was sealed in memory: nobody can read it without the tender's opening key.

    ``paper`` is a document that came along, sealed by itself: unlike the bid it stays private, so
    at the opening it is sealed anew with the key of originals.
    """

    __tablename__ = "bid_envelope"

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    paper: Mapped[bytes | None] = mapped_column(LargeBinary)


class Score(Base):
    """What one reviewer gives one bid by one criterion, 0 to 100, and why."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("bid_id", "criterion_id", "reviewer_id"),
        CheckConstraint("points BETWEEN 0 AND 100", name="points"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("tender_reviewer.id"), index=True)
    points: Mapped[int]
    reason: Mapped[LongText] = mapped_column(default="")
    at: Mapped[datetime]
