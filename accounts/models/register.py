"""The electoral register as uploaded, and the checking of real names against it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.area import Area
from accounts.models.person import Person
from core.db import Base
from core.types import BigId


class RegisterUpload(Base):
    """One uploaded file: who, when, its hash and its number of people."""

    __tablename__ = "register_upload"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    people: Mapped[int]


class RegisterEntry(Base):
    """A person on the register: masked identity number, name, area, year of birth."""

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("masked_id", "name", "birth_year"),
        Index("ix_register_entry_name_birth_year", "name", "birth_year"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("register_upload.id"))
    masked_id: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(80))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    birth_year: Mapped[int]
    # Whom it verified: one person for each entry.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    area: Mapped[Area] = relationship()


class VerificationState(StrEnum):
    """Where a request to be verified stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Verification(Base):
    """A request to have one's real name checked, or a check made on the spot."""

    __tablename__ = "verification"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    id_tail: Mapped[str] = mapped_column(String(4))  # last characters of the identity number
    birth_year: Mapped[int]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    state: Mapped[str] = mapped_column(String(12), default=VerificationState.WAITING, index=True)
    method: Mapped[str] = mapped_column(String(12), default="register")  # or "in_person"
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("register_entry.id"))
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    area: Mapped[Area] = relationship()
