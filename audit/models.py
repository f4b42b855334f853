"""Questions about lines of the books, and their answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from core.db import Base
from core.types import BigId, LongText
from ledger.models import Fund, Transfer

OPEN = "answered_at IS NULL AND hidden_at IS NULL"


class LineQuestion(Base):
    """What somebody asks about a line, in public; to be answered by ``due_on``.

    ``asked_by_id`` and ``salt`` are gone once the asker is erased: the hash of the text in the
    public record then says nothing any more. A hidden question stays, without its text.
    """

    __tablename__ = "line_question"
    __table_args__ = (
        CheckConstraint("answered_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden"),
        Index(
            "ix_line_question_open",
            "due_on",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[LongText]
    salt: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[LongText | None]
    answered_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    hidden_reason: Mapped[str | None] = mapped_column(String(300))
    hidden_at: Mapped[datetime | None]
    transfer: Mapped[Transfer] = relationship()
    fund: Mapped[Fund] = relationship()
    asked_by: Mapped[Person | None] = relationship(foreign_keys=asked_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
