"""People. What identifies them is kept here and nowhere else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.area import Area
from core.db import Base
from core.types import BigId


class Person(Base):
    """Someone who has signed in or was entered by an officer.

    ``phone`` is E.164, ``email`` lower case; both are ``None`` once erased. ``verified_at``
    says that an officer checked the real name; ``area_id`` is the residence.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("birth_year BETWEEN 1880 AND 2200", name="birth_year"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    locale: Mapped[str] = mapped_column(String(10), default="zh_Hans")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    birth_year: Mapped[int | None]
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    area: Mapped[Area | None] = relationship()
