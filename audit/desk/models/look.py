"""What auditors looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import BigId


class Look(Base):
    """An auditor has opened something that is not public; never changed or removed. ``kind`` and
    ``ref`` name it where the address does."""

    __tablename__ = "look"
    __table_args__ = (Index("ix_look_person_id_id", "person_id", "id"),)

    id: Mapped[BigId] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    permission: Mapped[str] = mapped_column(String(60))
    endpoint: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), default="")
    ref: Mapped[str] = mapped_column(String(40), default="")
