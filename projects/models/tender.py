"""Procurement in the open: the notice, its criteria, questions, reviewers and objections."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area, Organisation, Person
from core.db import Base
from core.types import BigId, LongText, Minor
from projects.models.project import Project
from projects.states import TenderState


class Method(StrEnum):
    """How it is decided who does the work."""

    OPEN = "open"  # whoever likes hands in a sealed bid
    DIRECT = "direct"  # one is asked; below a threshold, with a reason


class Tender(Base):
    """A part of a project's work for which somebody is sought. ``ceiling`` is the most that it may
    cost, in minor units. From publication on the notice does not change.

    ``seal`` is the public key under which bids are sealed, in hexadecimal; the other half lies
    outside the database until the opening, when ``opening_key`` publishes it.
    """

    __tablename__ = "tender"
    __table_args__ = (
        CheckConstraint("ceiling > 0", name="ceiling"),
        CheckConstraint("min_bids >= 1 AND min_reviewers >= 2", name="quorum"),
        CheckConstraint("approved_by_id <> written_by_id", name="two_people"),
        CheckConstraint("retention_bp BETWEEN 0 AND 2000", name="retention"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    method: Mapped[str] = mapped_column(String(10), default=Method.OPEN)
    state: Mapped[str] = mapped_column(String(12), default=TenderState.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(120))
    scope: Mapped[LongText]
    ceiling: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    questions_until: Mapped[datetime | None]
    deadline: Mapped[datetime | None] = mapped_column(index=True)
    min_bids: Mapped[int] = mapped_column(default=3)
    min_reviewers: Mapped[int] = mapped_column(default=2)
    standstill_days: Mapped[int] = mapped_column(default=5)  # working days
    retention_bp: Mapped[int] = mapped_column(default=500)  # hundredths of a per cent
    warranty_months: Mapped[int] = mapped_column(default=12)
    direct_reason: Mapped[LongText] = mapped_column(default="")
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    notice_sha256: Mapped[str | None] = mapped_column(String(64))
    seal: Mapped[str | None] = mapped_column(String(64))
    opening_key: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime | None]
    winner_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    award_amount: Mapped[Minor | None]
    award_reason: Mapped[LongText] = mapped_column(default="")
    awarded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    awarded_at: Mapped[datetime | None]
    standstill_until: Mapped[date | None]
    ended_at: Mapped[datetime | None]  # cancelled, or failed for want of bids
    end_reason: Mapped[LongText] = mapped_column(default="")
    project: Mapped[Project] = relationship()
    winner: Mapped[Organisation | None] = relationship()
    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.position")

    @property
    def number(self) -> str:
        """How people call it."""
        return tender_number(self.id)


def tender_number(ident: int) -> str:
    """How people call the tender with this identity."""
    return f"ZB-{ident:05d}"


class CriterionKind(StrEnum):
    """How points for a criterion come about."""

    PRICE = "price"  # the lowest price has 100, twice the lowest 50
    QUALITY = "quality"  # each reviewer gives 0 to 100


class Criterion(Base):
    """What bids are judged by; ``weight`` in per cent, all of a tender's together 100."""

    __tablename__ = "criterion"
    __table_args__ = (CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[LongText] = mapped_column(default="")
    weight: Mapped[int]


class TenderQuestion(Base):
    """A question about a notice, answered for everybody; who asked is not shown."""

    __tablename__ = "tender_question"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[LongText]
    asked_at: Mapped[datetime]
    answer: Mapped[LongText] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class TenderReviewer(Base):
    """Somebody who judges a tender's bids, once they have said whom of the bidders they know.

    ``relation`` is what they declared; with one they do not judge, and ``excused_at`` is set.
    """

    __tablename__ = "tender_reviewer"
    __table_args__ = (
        UniqueConstraint("tender_id", "person_id"),
        CheckConstraint("appointed_by_id <> person_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    appointed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    appointed_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    relation: Mapped[LongText] = mapped_column(default="")
    excused_at: Mapped[datetime | None]
    excused_reason: Mapped[str] = mapped_column(String(300), default="")
    scored_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class Objection(Base):
    """Somebody objects to an award before anything is signed; ``upheld`` is empty until decided."""

    __tablename__ = "objection"
    __table_args__ = (CheckConstraint("decided_by_id <> by_id", name="two_people"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[LongText]
    at: Mapped[datetime]
    upheld: Mapped[bool | None]
    answer: Mapped[LongText] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    organisation: Mapped[Organisation | None] = relationship()


class Exclusion(Base):
    """An organisation that may not bid for a time, and why; public."""

    __tablename__ = "exclusion"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        Index("ix_exclusion_organisation_id_ends_on", "organisation_id", "ends_on"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[LongText]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str] = mapped_column(String(300), default="")
    organisation: Mapped[Organisation] = relationship()


class ProcurementRule(Base):
    """What holds for tenders in an area and below, until one below has its own rule: up to how
    much (minor units) one may be asked directly, and the fewest bids, reviewers and standstill
    days of an open one."""

    __tablename__ = "procurement_rule"
    __table_args__ = (
        CheckConstraint("direct_most >= 0", name="direct_most"),
        CheckConstraint(
            "min_bids >= 1 AND min_reviewers >= 2 AND standstill_days >= 1", name="fewest"
        ),
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    direct_most: Mapped[Minor]
    min_bids: Mapped[int]
    min_reviewers: Mapped[int]
    standstill_days: Mapped[int]
    area: Mapped[Area] = relationship()
