"""Tallies and what they decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, Json, Minor
from projects.models import Project


class TallyState(StrEnum):
    """How far the counting has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Tally(Base):
    """The counting of one round, once. ``input_hash`` covers rules and ballots,
    ``result_hash`` the outcome; ``statistics`` is what the public may know of who voted, and
    ``report`` how the rule went in each budget and what another one would have done."""

    __tablename__ = "tally"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default=TallyState.WAITING)
    progress: Mapped[int] = mapped_column(default=0)  # percent
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
    input_hash: Mapped[str | None] = mapped_column(String(64))
    result_hash: Mapped[str | None] = mapped_column(String(64))
    leaf_id: Mapped[int | None] = mapped_column(ForeignKey("leaf.id"))
    ballots: Mapped[int] = mapped_column(default=0)
    statistics: Mapped[Json | None]
    report: Mapped[Json | None]


class PartialTally(Base):
    """One budget of a round, counted while the round is not: a tally that was stopped goes on
    from here. It holds for the rules and ballots of ``input_hash`` only."""

    __tablename__ = "partial_tally"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    sub_budget_id: Mapped[int] = mapped_column(ForeignKey("sub_budget.id"), primary_key=True)
    input_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[Json]
    report: Mapped[Json]


class Outcome(Base):
    """What the tally decided about one project, and why.

    ``position`` is its place in the order of counting, ``votes`` its supporters, ``score``
    votes or points, ``cost`` minor units; ``reason`` is a code with values, as the tally
    gives it.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("project_id"),
        Index("ix_outcome_round_position", "round_id", "sub_budget_id", "position"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    sub_budget_id: Mapped[int] = mapped_column(ForeignKey("sub_budget.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    position: Mapped[int]
    selected: Mapped[bool]
    votes: Mapped[int]
    score: Mapped[int]
    cost: Mapped[Minor]
    reason: Mapped[Json]
    project: Mapped[Project] = relationship()
