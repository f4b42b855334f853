"""What a person was told, kept on their own page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import BigId, Texts


class Notice(Base):
    """A message to one person, in every language it was written in, with a link."""

    __tablename__ = "notice"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[Texts]
    url: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
