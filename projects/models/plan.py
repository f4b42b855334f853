"""What was promised when a project's delivery began, and every decision that changed it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation, Person
from core.db import Base
from core.types import BigId, Json, LongText, Minor
from projects.models.project import Project
from projects.states import ChangeState, MilestoneState, PlanState


class DeliveryPlan(Base):
    """Who carries a project out, and by when. What was promised is kept beside what holds now.

    ``organisation_id`` is the department that answers for it, ``responsible_id`` the person.
    """

    __tablename__ = "delivery_plan"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("published_by_id <> written_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=PlanState.DRAFT, index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    responsible_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    summary: Mapped[LongText] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    promised_ends_on: Mapped[date | None]  # set when it is published, never changed
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    project: Mapped[Project] = relationship()
    organisation: Mapped[Organisation] = relationship()
    responsible: Mapped[Person] = relationship(foreign_keys=responsible_id)
    milestones: Mapped[list[Milestone]] = relationship(order_by="Milestone.position")


class Milestone(Base):
    """A part of the work that is reported, looked at and accepted by itself.

    ``budget`` and ``due_on`` hold now, ``promised_*`` when the plan was published. ``price`` is
    what its contract pays for it. Minor units of the project's currency.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("budget >= 0 AND (price IS NULL OR price >= 0)", name="money"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"), index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=MilestoneState.PLANNED, index=True)
    title: Mapped[str] = mapped_column(String(120))
    about: Mapped[LongText] = mapped_column(default="")
    due_on: Mapped[date]
    promised_on: Mapped[date | None]
    budget: Mapped[Minor]
    promised_budget: Mapped[Minor | None]
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    price: Mapped[Minor | None]
    accepted_at: Mapped[datetime | None]
    plan: Mapped[DeliveryPlan] = relationship(back_populates="milestones")


class ChangeKind(StrEnum):
    """What is changed against the promise."""

    DELAY = "delay"
    SCOPE = "scope"
    COST = "cost"
    CANCEL = "cancel"
    RETENTION = "retention"  # of a contract: what is released, and what is kept


class PlanChange(Base):
    """Somebody asks to change what was promised, somebody else decides; both with a reason.

    ``before`` and ``after`` hold what is changed, by field: dates as ISO texts, money in minor
    units. A change of a contract's price names it: that is its amendment.
    """

    __tablename__ = "plan_change"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plan.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=ChangeState.ASKED, index=True)
    reason: Mapped[LongText]
    before: Mapped[Json]
    after: Mapped[Json]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[LongText] = mapped_column(default="")
    plan: Mapped[DeliveryPlan] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
