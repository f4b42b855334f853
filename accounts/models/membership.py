"""Roles: who acts for which organisation or area, from a date to a date."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.area import Area
from accounts.models.organisation import Organisation
from accounts.models.person import Person
from core.db import Base
from core.types import BigId


class Role(StrEnum):
    """What somebody may act as. Everybody who signs in is a resident besides."""

    ADMIN = "admin"  # areas, organisations, roles
    OFFICER = "officer"  # rounds
    VERIFIER = "verifier"  # real names
    REVIEWER = "reviewer"  # answers reviews for a department
    FINANCE = "finance"  # asks for payments, carries them out, approves small ones
    APPROVER = "approver"  # approves payments
    COMMITTEE = "committee"
    PARTY = "party"
    BUSINESS = "business"
    SOCIAL = "social"
    AUDITOR = "auditor"


class Membership(Base):
    """A role of a person in an area, perhaps for an organisation; ended, never deleted."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        CheckConstraint("granted_by_id IS NULL OR granted_by_id <> person_id", name="not_oneself"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day; None: until it is ended
    # None only for the first administrator, who is entered at the command line.
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    area: Mapped[Area] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


def in_force(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a role counts on a day."""
    return and_(
        Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on >= day)
    )
