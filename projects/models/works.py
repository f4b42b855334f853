"""Work as it is reported, looked at by neighbours, accepted by two people, and evaluated."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, Json, LongText
from projects.models.plan import Milestone


class MilestoneReport(Base):
    """What whoever does the work says has been done. ``key`` comes with the form, so that a report
    sent twice is one."""

    __tablename__ = "milestone_report"
    __table_args__ = (UniqueConstraint("id", "by_id"), UniqueConstraint("milestone_id", "number"))

    id: Mapped[BigId] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    text: Mapped[LongText]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]
    milestone: Mapped[Milestone] = relationship()
    photos: Mapped[list[ReportPhoto]] = relationship(order_by="ReportPhoto.position")


class ReportPhoto(Base):
    """A photo of the work, re-encoded. Of what the camera noted only the day and how many metres
    from the project's place it was are kept, each only where the photo said it."""

    __tablename__ = "report_photo"
    __table_args__ = (UniqueConstraint("report_id", "name"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("milestone_report.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[LongText] = mapped_column(default="")
    taken_on: Mapped[date | None]
    distance: Mapped[int | None]


class Confirmation(Base):
    """A resident says whether a report is true. ``nearby`` says that they lived in the project's
    area then: only their disputes hold up an acceptance, until they are answered."""

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint("report_id", "person_id"),
        CheckConstraint("answered_by_id <> person_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("milestone_report.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    nearby: Mapped[bool]
    holds: Mapped[bool]
    text: Mapped[LongText] = mapped_column(default="")
    at: Mapped[datetime]
    answer: Mapped[LongText] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    report: Mapped[MilestoneReport] = relationship()


class Acceptance(Base):
    """What one of two people says of a reported milestone; never who reported it."""

    __tablename__ = "acceptance"
    __table_args__ = (
        UniqueConstraint("report_id", "person_id"),
        ForeignKeyConstraint(
            ["report_id", "reported_by_id"], ["milestone_report.id", "milestone_report.by_id"]
        ),
        CheckConstraint("person_id <> reported_by_id", name="two_people"),
        CheckConstraint("accepted OR reason <> ''", name="reason"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    report_id: Mapped[int]
    reported_by_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    accepted: Mapped[bool]
    reason: Mapped[LongText] = mapped_column(default="")
    at: Mapped[datetime]


class AsPromised(StrEnum):
    """Whether it was what people voted for."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Evaluation(Base):
    """What a resident of the area thinks of the finished project: one to five."""

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("project_id", "person_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    rating: Mapped[int]
    as_promised: Mapped[str] = mapped_column(String(10))
    comment: Mapped[LongText] = mapped_column(default="")
    at: Mapped[datetime]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_reason: Mapped[str | None] = mapped_column(String(300))
    hidden_at: Mapped[datetime | None]


class FinalAccount(Base):
    """How a project ended: what was promised, contracted, paid and given back, drawn up by one
    person and approved by another."""

    __tablename__ = "final_account"
    __table_args__ = (CheckConstraint("approved_by_id <> asked_by_id", name="two_people"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    text: Mapped[LongText] = mapped_column(default="")
    figures: Mapped[Json]  # minor units, as they were when it was approved
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
