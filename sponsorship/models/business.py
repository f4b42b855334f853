"""Businesses that give: what they are, who acts for them, and whom they are close to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area, Organisation, Person
from core.db import Base
from core.types import BigId, LongText, Texts
from sponsorship.states import BusinessState, SeatState


class Scheme(StrEnum):
    """Whose register numbers a business: a code of org-id.guide where there is one."""

    USCC = "CN-USCC"  # the unified social credit code of China
    HK = "HK-CR"
    LEI = "XI-LEI"
    OTHER = "other"


class Sector(StrEnum):
    """What a business lives from; calls exclude some."""

    RETAIL = "retail"
    CATERING = "catering"
    MANUFACTURING = "manufacturing"
    CONSTRUCTION = "construction"
    PROPERTY = "property"
    FINANCE = "finance"
    TECHNOLOGY = "technology"
    HEALTH = "health"
    EDUCATION = "education"
    CULTURE = "culture"
    LOGISTICS = "logistics"
    SERVICES = "services"
    TOBACCO = "tobacco"
    ALCOHOL = "alcohol"
    GAMBLING = "gambling"
    LENDING = "lending"
    OTHER = "other"


class Business(Base):
    """A business as it registered. ``organisation_id`` is the public organisation that it became
    when an officer of ``area_id`` had verified it. Contacts and papers are not public."""

    __tablename__ = "business"
    __table_args__ = (
        UniqueConstraint("scheme", "code"),
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> created_by_id", name="two_people"
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default=BusinessState.DRAFT, index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[Texts]
    about: Mapped[Texts]
    scheme: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    sector: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(60))
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[LongText] = mapped_column(default="")
    organisation: Mapped[Organisation | None] = relationship()
    area: Mapped[Area] = relationship()


class BusinessPaper(Base):
    """A paper that proves what a business is; under seal, for those who verify it."""

    __tablename__ = "business_paper"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    mime: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SeatRole(StrEnum):
    """What somebody does for a business; whoever manages may do all of it."""

    MANAGER = "manager"  # invites others, changes the profile
    SIGNATORY = "signatory"  # offers and signs
    PAYER = "payer"
    VIEWER = "viewer"


_LIVE = text("state <> 'ended'")


class Seat(Base):
    """Somebody who acts for a business, once they have said yes, until it is ended."""

    __tablename__ = "seat"
    __table_args__ = (
        Index(
            "uq_seat_live",
            "business_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=SeatState.INVITED)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    business: Mapped[Business] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class RelationKind(StrEnum):
    """How a business is close to a person or a company."""

    OWNER = "owner"
    DIRECTOR = "director"
    EMPLOYEE = "employee"
    FAMILY = "family"
    GROUP = "group"  # parent, subsidiary or sister company
    SUPPLIER = "supplier"
    OTHER = "other"


class Relation(Base):
    """What a business declares: somebody or some company that it is close to. Public, the name
    of a private person masked."""

    __tablename__ = "business_relation"
    __table_args__ = (CheckConstraint("person_name <> '' OR company_name <> ''", name="whom"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_name: Mapped[str] = mapped_column(String(60), default="")
    company_name: Mapped[str] = mapped_column(String(120), default="")
    company_code: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
