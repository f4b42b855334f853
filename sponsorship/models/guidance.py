"""What an authority publishes before businesses give: calls, their versions, and what they open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Area
from core.db import Base
from core.types import BigId, Json, LongText, Minor, Texts
from ledger.models import Fund
from projects.models import Project
from sponsorship.states import CallState, OpeningState


class GuidanceCall(Base):
    """An authority's call for partners in an area. What it says is in its versions: ``version`` is
    the number of the one that holds, 0 before the first was published.

    Sponsors' money is kept in ``fund_id``; what doubles it comes out of what was set aside for
    the call (a cost centre of the kind ``call``) in ``matching_fund_id``.
    """

    __tablename__ = "guidance_call"

    id: Mapped[BigId] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=CallState.DRAFT, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    matching_fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    version: Mapped[int] = mapped_column(default=0)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[LongText] = mapped_column(default="")
    area: Mapped[Area] = relationship()
    fund: Mapped[Fund] = relationship(foreign_keys=fund_id)
    matching_fund: Mapped[Fund | None] = relationship(foreign_keys=matching_fund_id)


_DRAFT = text("published_at IS NULL")


class GuidanceVersion(Base):
    """What a call says, from its publication on until the next version; never changed then.

    ``terms`` is ``sponsorship.terms.Terms`` as JSON. ``reason`` says why it differs from the
    version before. ``sha256`` is of what was published, as the public record has it.
    """

    __tablename__ = "guidance_version"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("published_by_id <> written_by_id", name="two_people"),
        Index(
            "uq_guidance_version_draft",
            "call_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("guidance_call.id"), index=True)
    number: Mapped[int]
    title: Mapped[Texts]
    text: Mapped[Texts]
    terms: Mapped[Json]
    reason: Mapped[LongText] = mapped_column(default="")
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    call: Mapped[GuidanceCall] = relationship()


class OpeningKind(StrEnum):
    """What partners are looked for."""

    WINNER = "winner"  # chosen by the vote, but short of money
    RUNNER_UP = "runner_up"  # not chosen by the vote
    SHOWCASE = "showcase"  # an idea that no vote is held on
    CATEGORY = "category"  # whatever the authority names within a category, later
    POOL = "pool"  # the money that doubles others'


class Opening(Base):
    """Something for which a call looks for partners.

    ``target`` is what is missing, in minor units; pledges that depend on it are given back when
    it is not met by ``deadline``. ``category`` names what is meant where there is no project.
    """

    __tablename__ = "opening"
    __table_args__ = (
        UniqueConstraint("call_id", "project_id"),
        CheckConstraint("target IS NULL OR target > 0", name="target"),
        CheckConstraint(
            "(project_id IS NOT NULL) = (kind IN ('winner', 'runner_up', 'showcase'))",
            name="project",
        ),
    )

    id: Mapped[BigId] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("guidance_call.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=OpeningState.OPEN, index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    category: Mapped[Texts | None]
    about: Mapped[Texts]
    target: Mapped[Minor | None]
    deadline: Mapped[datetime] = mapped_column(index=True)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    reason: Mapped[LongText] = mapped_column(default="")
    call: Mapped[GuidanceCall] = relationship()
    project: Mapped[Project | None] = relationship()
