"""What departments answer when they are asked about a project."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from core.db import Base
from core.types import BigId, LongText, Minor
from projects.models.project import Project


class Review(Base):
    """One department's part in the review of one submission.

    ``feasible`` stays empty until answered, and nothing of it is public before
    ``published_at``. ``cost`` is the department's costing in minor units.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("project_id", "submission", "organisation_id"),
        CheckConstraint("feasible IS NULL OR reason <> ''", name="reason"),
        CheckConstraint("cost IS NULL OR cost > 0", name="cost"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    submission: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    feasible: Mapped[bool | None]
    reason: Mapped[LongText] = mapped_column(default="")
    cost: Mapped[Minor | None]
    conditions: Mapped[LongText] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    project: Mapped[Project] = relationship()
    organisation: Mapped[Organisation] = relationship()
