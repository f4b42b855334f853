"""Findings: what auditors hold against a department, and what was said until it was closed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area, Organisation
from core.db import Base
from core.types import BigId, LongText
from ledger.models import Payee


class FindingState(StrEnum):
    """How far a finding has come."""

    DRAFT = "draft"
    DROPPED = "dropped"  # never issued
    ISSUED = "issued"
    ANSWERED = "answered"
    RETURNED = "returned"  # the answer was not enough; asked again
    CLOSED = "closed"


class Severity(StrEnum):
    """How grave it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(StrEnum):
    """How it ended."""

    REMEDIED = "remedied"
    EXPLAINED = "explained"
    NOT_REMEDIED = "not_remedied"
    REFERRED = "referred"  # to whoever can do more than auditors


class Visibility(StrEnum):
    """From when on everybody reads it."""

    START = "start"
    ANSWER = "answer"  # or when the first answer is overdue


class EntryKind(StrEnum):
    """What was said or done about a finding."""

    ISSUED = "issued"
    ANSWER = "answer"
    RETURNED = "returned"
    FOLLOW_UP = "follow_up"
    REMINDER = "reminder"
    VERDICT = "verdict"


def finding_number(ident: int) -> str:
    """How people call the finding with this identity."""
    return f"SJ-{ident:05d}"


class Finding(Base):
    """What auditors found, addressed to ``department_id``, perhaps about a company too (a payee,
    or an organisation that was never paid).

    ``first_due_on`` is when the first answer was due, ``due_on`` when the next one is. The hash
    in the record is of ``salt`` and the text until ``published_at``.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (verdict IS NOT NULL)", name="verdict"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint(
            "state IN ('draft', 'dropped') OR"
            " (issued_at IS NOT NULL AND first_due_on IS NOT NULL AND due_on IS NOT NULL)",
            name="issued",
        ),
        Index("ix_finding_state_due_on", "state", "due_on"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    # The audit office it comes from; None: auditors who belong to none.
    office_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payee.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=FindingState.DRAFT)
    severity: Mapped[str] = mapped_column(String(8))
    visibility: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[LongText]
    salt: Mapped[str] = mapped_column(String(32))
    answer_days: Mapped[int]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None]
    first_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(12))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    area: Mapped[Area] = relationship()
    department: Mapped[Organisation] = relationship(foreign_keys=department_id)
    payee: Mapped[Payee | None] = relationship()
    company: Mapped[Organisation | None] = relationship(foreign_keys=company_id)

    @property
    def number(self) -> str:
        """By which people call it."""
        return finding_number(self.id)


class FindingEvidence(Base):
    """A line, voucher, document, flag, tender or project that a finding rests on."""

    __tablename__ = "finding_evidence"
    __table_args__ = (Index("ix_finding_evidence_kind_ref", "kind", "ref"),)

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    ref: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int]


class FindingEntry(Base):
    """What was said or done about a finding; never changed. ``due_on`` is until when an answer was
    due then: with an answer the day that it had to keep, else the new one."""

    __tablename__ = "finding_entry"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    by_department: Mapped[bool] = mapped_column(default=False)
    text: Mapped[LongText]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    due_on: Mapped[date | None]
