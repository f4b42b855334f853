"""A round: its rules, its budgets and its phases."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Json, LongText, Minor, Texts


class RoundState(StrEnum):
    """What was done to a round once; which phase it is in follows from the clock."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FROZEN = "frozen"  # rules sealed, voting open
    CLOSED = "closed"  # ballots sealed, being tallied
    DECIDED = "decided"  # the result is recorded
    CANCELLED = "cancelled"


class BallotType(StrEnum):
    """What a voter does with the projects."""

    APPROVAL = "approval"  # pick at most so many
    KNAPSACK = "knapsack"  # pick within the budget
    POINTS = "points"  # share out points
    RANKED = "ranked"  # put in order


class PhaseKind(StrEnum):
    """The parts of a round, in the order in which they come."""

    SUBMISSION = "submission"
    DISCUSSION = "discussion"  # optional
    REVIEW = "review"
    VOTING = "voting"
    RESULTS = "results"
    DELIVERY = "delivery"


class Round(Base):
    """One participatory budget, from the call for ideas to delivery.

    ``max_choices`` bounds approvals and ranks per sub-budget, ``max_points`` points.
    ``rule`` says how the tally counts (see ``budgeting.rule_settings``), ``limits`` what may
    win together (see ``budgeting.limits``). ``manifest`` is the canonical JSON of the frozen
    rules and ballot list, ``manifest_hash`` its SHA-256.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("cost_min > 0 AND cost_max >= cost_min", name="cost_bounds"),
        CheckConstraint("max_choices > 0 AND max_points > 0", name="limits"),
        CheckConstraint("min_age BETWEEN 0 AND 120", name="min_age"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=RoundState.DRAFT, index=True)
    title: Mapped[Texts]
    summary: Mapped[Texts]
    languages: Mapped[list[str]]
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    ballot_type: Mapped[str] = mapped_column(String(12), default=BallotType.APPROVAL)
    max_choices: Mapped[int] = mapped_column(default=5)
    max_points: Mapped[int] = mapped_column(default=10)
    cost_min: Mapped[Minor]
    cost_max: Mapped[Minor]
    min_age: Mapped[int] = mapped_column(default=18)
    verified_only: Mapped[bool] = mapped_column(default=True)
    rule: Mapped[Json]
    limits: Mapped[Json | None]
    imported: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    manifest: Mapped[LongText | None]
    manifest_hash: Mapped[str | None] = mapped_column(String(64))
    frozen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    area: Mapped[Area] = relationship()
    phases: Mapped[list[Phase]] = relationship(
        order_by="Phase.starts_at", cascade="all, delete-orphan"
    )
    sub_budgets: Mapped[list[SubBudget]] = relationship(
        order_by="SubBudget.id", cascade="all, delete-orphan"
    )


class Phase(Base):
    """A part of a round, from an instant up to, but not including, another."""

    __tablename__ = "phase"
    __table_args__ = (
        UniqueConstraint("round_id", "kind"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    kind: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class SubBudget(Base):
    """A part of the round's money: the round's own area (everybody) or one area within it."""

    __tablename__ = "sub_budget"
    __table_args__ = (
        UniqueConstraint("round_id", "area_id"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    amount: Mapped[Minor]
    area: Mapped[Area] = relationship()
