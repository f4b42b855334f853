"""What the rules found odd, and the runs in which they looked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Json, Texts


class FlagState(StrEnum):
    """What became of a flag."""

    OPEN = "open"
    DISMISSED = "dismissed"
    FINDING = "finding"
    LAPSED = "lapsed"  # what it was about is no longer so


class RunState(StrEnum):
    """How far a run has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class FlagRun(Base):
    """One time that every rule looked. ``marks`` are how far the books went when it began;
    ``rule`` is looking now, ``done`` of ``total`` have looked. ``claim``, ``tries`` and
    ``beat_at`` tell which worker has it, how often one broke off, and when it was heard of."""

    __tablename__ = "flag_run"
    __table_args__ = (
        # Two at once would undo each other's work.
        Index(
            "uq_flag_run_going",
            "going",
            unique=True,
            sqlite_where=text("going"),
            postgresql_where=text("going"),
        ),
        CheckConstraint("going = (state IN ('waiting', 'running'))", name="going"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default=RunState.WAITING)
    going: Mapped[bool] = mapped_column(default=True)
    full: Mapped[bool] = mapped_column(default=False)
    marks: Mapped[Json] = mapped_column(default=dict)
    rule: Mapped[str | None] = mapped_column(String(40))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[Texts] = mapped_column(default=dict)
    claim: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime | None]
    # None: the clock asked.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class FlagStep(Base):
    """What one rule found in one run; ``partial``: it looked only at what was new."""

    __tablename__ = "flag_step"

    run_id: Mapped[int] = mapped_column(ForeignKey("flag_run.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    partial: Mapped[bool]
    hits: Mapped[int]
    new: Mapped[int]
    lapsed: Mapped[int]
    milliseconds: Mapped[int]
    ended_at: Mapped[datetime]


class FlagMark(Base):
    """How far a rule, in this ``version`` of it, has looked."""

    __tablename__ = "flag_mark"

    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]
    marks: Mapped[Json]
    at: Mapped[datetime]


class Flag(Base):
    """Something a rule found odd; once for each ``key`` of the rule.

    ``scope`` is the part of the books that is looked at as a whole ("payee:5"), so that a flag
    lapses when its part is looked at again without it. ``digest`` tells whether there is more to
    it than before. ``area_id`` is None for what concerns no single area.
    """

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("rule", "key"),
        Index("ix_flag_rule_scope", "rule", "scope"),
        Index("ix_flag_state_weight", "state", "weight"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
        CheckConstraint(
            "(state = 'dismissed') = (dismissed_at IS NOT NULL)"
            " AND (dismissed_at IS NULL) = (dismissed_reason IS NULL)",
            name="dismissed",
        ),
        CheckConstraint("(state = 'finding') = (finding_id IS NOT NULL)", name="finding"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    scope: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_ref: Mapped[str] = mapped_column(String(40))
    params: Mapped[Json]
    weight: Mapped[int]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=FlagState.OPEN)
    digest: Mapped[str] = mapped_column(String(64))
    found_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    run_id: Mapped[int] = mapped_column(ForeignKey("flag_run.id"), index=True)
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dismissed_at: Mapped[datetime | None]
    dismissed_reason: Mapped[str | None] = mapped_column(String(500))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    area: Mapped[Area | None] = relationship()


class FlagEvidence(Base):
    """A line, voucher, document, … that a flag is about, in its order."""

    __tablename__ = "flag_evidence"
    __table_args__ = (Index("ix_flag_evidence_kind_ref", "kind", "ref"),)

    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[int] = mapped_column(BigInteger)
