"""Areas as a tree: city > district > sub-district > community."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.types import BigId, Json, Texts


class AreaKind(StrEnum):
    """The four levels; each lies in one of the level before it."""

    CITY = "city"
    DISTRICT = "district"
    SUB_DISTRICT = "sub_district"
    COMMUNITY = "community"


class Area(Base):
    """A place with its own officers and money.

    ``path`` lists the identities from the city down, as ``/1/4/9/``: an area lies in
    another when its path begins with the other's.
    """

    __tablename__ = "area"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[Texts]
    path: Mapped[str] = mapped_column(String(120), unique=True)
    boundary: Mapped[Json | None]  # GeoJSON geometry, WGS-84
    parent: Mapped[Area | None] = relationship(remote_side="Area.id")
