"""Electors and ballots, kept apart from people and from time."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import LongText


class Elector(Base):
    """Somebody who may vote in a round, known by a keyed hash of the person only.

    ``area_id`` is the residence, for the sub-budgets and for turnout. Nothing here is ever
    changed by a vote: not even a row lock, which PostgreSQL would write into the row.
    """

    __tablename__ = "elector"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    person_hmac: Mapped[str] = mapped_column(String(64), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))


class Ballot(Base):
    """One version of a working ballot: no person, no address, no time.

    ``voter_tag`` is HMAC(round key, elector). ``choices`` is canonical JSON by project code:
    a sorted list for approvals, an ordered list for ranks, an object for points; ``[]`` when
    withdrawn. The highest version counts.
    """

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    voter_tag: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    choices: Mapped[LongText]
    nonce: Mapped[str] = mapped_column(String(32))


class BallotCommitment(Base):
    """A cast vote's commitment on its way to the record.

    It waits here, ordered by its own hash, until those of at least ten voters are recorded
    together: their order in the record then says nothing about the order of voting.
    ``voter_tag`` tells voters apart for that count, as ten clicks may all be one person's.
    """

    __tablename__ = "ballot_commitment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    voter_tag: Mapped[str] = mapped_column(String(64))


class FinalBallot(Base):
    """A counted ballot after the close, written in the order of its commitment."""

    __tablename__ = "final_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    # Its commitment; for an imported election its position in the file.
    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    voter_tag: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    choices: Mapped[LongText]
    nonce: Mapped[str] = mapped_column(String(32))
