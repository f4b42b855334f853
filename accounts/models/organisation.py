"""Organisations: the equals of a community's governance, each with its kind."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.area import Area
from core.db import Base
from core.types import BigId, Texts


class OrganisationKind(StrEnum):
    """What an organisation is; it decides which roles it can give."""

    DEPARTMENT = "department"
    COMMITTEE = "committee"
    PARTY = "party"
    BUSINESS = "business"
    SOCIAL = "social"
    AUDIT = "audit"


class Organisation(Base):
    """A group that acts in the community under its own name."""

    __tablename__ = "organisation"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[Texts]
    about: Mapped[Texts]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    area: Mapped[Area] = relationship()
