"""Projects, the categories they fall in, and their photos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area, Organisation, Person
from core.db import Base
from core.types import BigId, Json, LongText, Minor, Texts
from projects.states import State


class Category(Base):
    """A heading under which a round's projects are sorted."""

    __tablename__ = "category"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    name: Mapped[Texts]
    position: Mapped[int] = mapped_column(default=0)


class Project(Base):
    """What somebody proposes, what becomes of it, and what it costs.

    ``estimate`` is the proposer's, ``cost`` the one that counts (the review's costing, once
    published); both minor units of ``currency``. ``area_id`` is where it would be:
    the round's own area means everywhere in it. ``code`` is its number on the ballot.
    ``revision`` is what the proposer has typed to hand in again: nobody else sees it before.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("cost IS NULL OR cost >= 0", name="cost"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place"),
        Index("ix_project_round_state", "round_id", "state"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    code: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT)
    language: Mapped[str] = mapped_column(String(10), default="zh_Hans")
    title: Mapped[Texts]
    summary: Mapped[Texts]
    description: Mapped[Texts]
    beneficiaries: Mapped[Texts]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    currency: Mapped[str] = mapped_column(String(3))
    estimate: Mapped[Minor | None]
    cost: Mapped[Minor | None]
    # Who proposes; None once that person was erased, or for an imported election.
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    submission: Mapped[int] = mapped_column(default=0)  # how often it was handed in
    shuffle: Mapped[int]  # a random number: the seed of stable random orders
    draft_version: Mapped[int] = mapped_column(default=0)  # counts saves
    revision: Mapped[Json | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    category: Mapped[Category | None] = relationship()
    area: Mapped[Area] = relationship()
    proposer: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    photos: Mapped[list[Photo]] = relationship(order_by="Photo.position")


class Photo(Base):
    """A re-encoded photo; ``name`` is its file's, ``alt`` says what it shows."""

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[LongText] = mapped_column(default="")
