"""Trying every rule on the ballots of a past round or of an uploaded file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Json, Texts


class SimulationState(StrEnum):
    """How far a simulation has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by an officer; what was counted stays
    FAILED = "failed"


class Simulation(Base):
    """One question of an officer: what would each rule have chosen here?

    About either a round's part (``round_id``, ``sub_budget_id``) or a file. ``wishes`` are what was
    asked for: ``budget``, exact text in whole units of ``currency``, and ``min_votes``, each
    null for what the source has. ``election`` is what the job found: ``budget`` and costs in
    minor units, ``voters``, ``unit`` and ``projects``. ``rule`` is being counted, ``progress`` is
    percent of all. ``claim`` counts the workers that took it up, and ``beat_at`` is when the
    last of them was heard of; ``tries`` counts them since a rule was finished. Both ``election``
    and ``error`` are empty as long as there is none.
    """

    __tablename__ = "simulation"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    sub_budget_id: Mapped[int | None] = mapped_column(ForeignKey("sub_budget.id"))
    title: Mapped[Texts]
    currency: Mapped[str] = mapped_column(String(10))
    wishes: Mapped[Json]
    election: Mapped[Json] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default=SimulationState.WAITING)
    rule: Mapped[str | None] = mapped_column(String(40))
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[Texts] = mapped_column(default=dict)
    claim: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    area: Mapped[Area] = relationship()


class SimulationFile(Base):
    """The uploaded file of a simulation, compressed; kept only until every rule was counted."""

    __tablename__ = "simulation_file"

    simulation_id: Mapped[int] = mapped_column(ForeignKey("simulation.id"), primary_key=True)
    data: Mapped[bytes]


class SimulationRun(Base):
    """What one rule chose; or, then without a ``result``, the ``error`` that was in the way."""

    __tablename__ = "simulation_run"
    __table_args__ = (UniqueConstraint("simulation_id", "rule"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    simulation_id: Mapped[int] = mapped_column(ForeignKey("simulation.id"))
    rule: Mapped[str] = mapped_column(String(40))
    result: Mapped[Json] = mapped_column(default=dict)
    error: Mapped[Texts] = mapped_column(default=dict)
