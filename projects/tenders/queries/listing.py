"""Lists of tenders: of everybody's, of a project, of an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation
from accounts.queries import area_choices
from core.i18n import Localized, Message, lazy_gettext, localize
from projects.models import Project, Tender, tender_number
from projects.states import TenderState
from projects.tenders.words import state_of

PER_PAGE = 20
Rows: TypeAlias = Select[*tuple[Any, ...]]
# What the list can be narrowed to, by its name in the address.
GROUPS: dict[str, tuple[Message, tuple[TenderState, ...]]] = {
    "open": (lazy_gettext("Open for bids"), (TenderState.OPEN,)),
    "judged": (lazy_gettext("Being judged"), (TenderState.OPENED,)),
    "awarded": (lazy_gettext("Awarded"), (TenderState.AWARDED, TenderState.CONTRACTED)),
    "ended": (
        lazy_gettext("Ended without a contract"),
        (TenderState.FAILED, TenderState.CANCELLED),
    ),
}
_WINNER = select(Organisation.name).where(Organisation.id == Tender.winner_id).scalar_subquery()
_ROWS: Rows = (
    select(
        Tender.id,
        Tender.title,
        Tender.method,
        Tender.state,
        Tender.ceiling,
        Tender.award_amount,
        Tender.currency,
        Tender.deadline,
        Tender.project_id,
        Project.title.label("project"),
        Area.name.label("area"),
        _WINNER.label("winner"),
    )
    .join(Project, Project.id == Tender.project_id)
    .join(Area, Area.id == Project.area_id)
)
_PUBLIC = Tender.published_at.is_not(None)


@dataclass(frozen=True, slots=True)
class TenderRow:
    """A tender in a list. ``amount`` in minor units: what it is awarded for, else its ceiling.
    Says nothing of bids."""

    id: int
    number: str
    title: str
    direct: bool
    state: str
    label: Message
    tone: str
    amount: int
    currency: str
    deadline: datetime | None
    project_id: int
    project: Localized
    area: Localized
    winner: Localized | None

    @property
    def url(self) -> str:
        """Its page."""
        return f"/tenders/{self.id}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of tenders."""

    rows: list[TenderRow]
    total: int
    number: int
    pages: int


def browse(session: Session, asked: Mapping[str, str], at: datetime) -> Listing:
    """The published tenders that an address asks for by ``state``, ``area`` and ``page``; what
    makes no sense is left out. Two queries."""
    conditions: list[ColumnElement[bool]] = [_PUBLIC]
    if group := GROUPS.get(asked.get("state", "")):
        conditions.append(Tender.state.in_(group[1]))
    if (area := _number(asked.get("area", ""))) is not None:
        path = select(Area.path).where(Area.id == area).scalar_subquery()
        conditions.append(Area.path.startswith(path))
    counted = select(func.count()).select_from(Tender)
    counted = counted.join(Project, Project.id == Tender.project_id)
    counted = counted.join(Area, Area.id == Project.area_id)
    total = session.scalar(counted.where(*conditions)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, _number(asked.get("page", "")) or 1), pages)
    rows = _ROWS.where(*conditions).order_by(
        (Tender.state != TenderState.OPEN), Tender.published_at.desc(), Tender.id.desc()
    )
    shown = rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Listing(_views(session, shown, at), total, number, pages)


def areas(session: Session) -> list[tuple[int, str]]:
    """What the list can be narrowed to."""
    return area_choices(session)


def of_project(
    session: Session, project_id: int, at: datetime, *, drafts: bool = False
) -> list[TenderRow]:
    """A project's tenders, the newest first; drafts too for those who write them."""
    rows = _ROWS.where(Tender.project_id == project_id)
    if not drafts:
        rows = rows.where(_PUBLIC)
    return _views(session, rows.order_by(Tender.id.desc()).limit(50), at)


def _views(session: Session, rows: Rows, at: datetime) -> list[TenderRow]:
    return [_view(row, at) for row in session.execute(rows)]


def _view(row: Any, at: datetime) -> TenderRow:
    label, tone = state_of(row.state, row.deadline, at)
    return TenderRow(
        id=row.id,
        number=tender_number(row.id),
        title=row.title,
        direct=row.method == "direct",
        state=row.state,
        label=label,
        tone=tone,
        amount=row.ceiling if row.award_amount is None else row.award_amount,
        currency=row.currency,
        deadline=row.deadline,
        project_id=row.project_id,
        project=localize(row.project),
        area=localize(row.area),
        winner=localize(row.winner) if row.winner else None,
    )


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None
