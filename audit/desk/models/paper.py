"""Working papers: what an audit office keeps to itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import BigId, LongText


class WorkingPaper(Base):
    """A note, perhaps with a file under seal, about one finding, drawn voucher or flag. Nobody but
    the office's auditors ever sees it."""

    __tablename__ = "working_paper"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN finding_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN item_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN flag_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="about_one",
        ),
        CheckConstraint("(file_sha256 IS NULL) = (file_name IS NULL)", name="file"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("sample_item.id"), index=True)
    flag_id: Mapped[int | None] = mapped_column(ForeignKey("flag.id"), index=True)
    text: Mapped[LongText]
    file_name: Mapped[str | None] = mapped_column(String(100))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    file_mime: Mapped[str | None] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
