"""Where money is kept, what it is for, and who is paid."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Minor, Texts


class FundKind(StrEnum):
    """Whose money a fund holds."""

    ALLOCATION = "allocation"  # public money, handed down the levels
    MATCHING = "matching"  # public money that doubles sponsors'
    SPONSOR = "sponsor"  # sponsors' money for what they named


class Fund(Base):
    """The money of one area for one year, of one kind and currency, with books of its own.

    ``planned`` is the year's budget as it was decided. Nothing can be booked with a date up to
    ``closed_until``; a closed period is corrected with the date of the correction. Its money lies
    at ``bank_account_id``, if that is known here.
    """

    __tablename__ = "fund"
    __table_args__ = (
        UniqueConstraint("area_id", "kind", "year", "currency"),
        UniqueConstraint("id", "currency"),
        CheckConstraint("planned IS NULL OR planned >= 0", name="planned"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    year: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    name: Mapped[Texts]
    planned: Mapped[Minor | None]
    closed_until: Mapped[date | None]
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"), index=True)
    created_at: Mapped[datetime]
    area: Mapped[Area] = relationship()


class CostCentreKind(StrEnum):
    """What a cost centre stands for."""

    ROUND = "round"
    PROJECT = "project"
    CALL = "call"  # for sponsors
    PLEDGE = "pledge"


class CostCentre(Base):
    """A round, a project, a call for sponsors or a pledge as the ledger knows it: its number
    there, its title, what it belongs to (a project to its round, a pledge to its call), and for a
    project that won, the ``cost`` which the round's money has to cover. Once a project is
    ``by_contract``, its invoices are paid for accepted work only."""

    __tablename__ = "cost_centre"
    __table_args__ = (
        UniqueConstraint("kind", "ref"),
        CheckConstraint("cost IS NULL OR (cost > 0 AND currency IS NOT NULL)", name="cost"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    ref: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    title: Mapped[Texts]
    cost: Mapped[Minor | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    closed_at: Mapped[datetime | None]
    by_contract: Mapped[bool] = mapped_column(default=False)
    parent: Mapped[CostCentre | None] = relationship(remote_side="CostCentre.id")
    area: Mapped[Area | None] = relationship()


class Payee(Base):
    """Whom projects pay: a business, a social organisation, a department or a group.

    ``code`` is its number in a public register, such as the unified social credit code.
    """

    __tablename__ = "payee"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    name: Mapped[Texts]
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]


class PeriodClosing(Base):
    """The books of an area closed up to a day: asked for by one person, approved by another."""

    __tablename__ = "period_closing"
    __table_args__ = (
        UniqueConstraint("area_id", "ends_on"),
        CheckConstraint("approved_by_id <> asked_by_id", name="two_people"),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    ends_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    area: Mapped[Area] = relationship()
