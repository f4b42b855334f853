"""Lists of calls: everybody's, and those of an office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area
from accounts.queries import within
from core.i18n import Localized, Message, localize
from ledger.models import Fund, FundKind
from sponsorship.firewall import not_under_vote
from sponsorship.guidance.queries.page import state_of
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening
from sponsorship.states import CallState, OpeningState
from sponsorship.terms import Terms

PER_PAGE = 20
_DRAFT = aliased(GuidanceVersion)
_OPEN = (
    select(func.count())
    .where(Opening.call_id == GuidanceCall.id, Opening.state == OpeningState.OPEN, not_under_vote())
    .correlate(GuidanceCall)
    .scalar_subquery()
)
# The version that holds, and the draft that waits; one of them at least is there.
_ROWS = (
    select(
        GuidanceCall,
        GuidanceVersion.title,
        GuidanceVersion.terms,
        Area.name.label("area"),
        _OPEN.label("open"),
        _DRAFT.title.label("draft_title"),
        _DRAFT.terms.label("draft_terms"),
        _DRAFT.written_by_id.label("draft_by"),
    )
    .join(Area, Area.id == GuidanceCall.area_id)
    .outerjoin(
        GuidanceVersion,
        and_(
            GuidanceVersion.call_id == GuidanceCall.id,
            GuidanceVersion.number == GuidanceCall.version,
            GuidanceVersion.published_at.is_not(None),
        ),
    )
    .outerjoin(_DRAFT, and_(_DRAFT.call_id == GuidanceCall.id, _DRAFT.published_at.is_(None)))
)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in a list. ``openings`` is for how many things it looks for partners now;
    ``draft_by`` is who wrote what waits for a second person."""

    id: int
    title: Localized
    area: Localized
    label: Message
    tone: str
    currency: str
    terms: Terms
    openings: int
    closes_on: date
    draft_by: int | None

    @property
    def url(self) -> str:
        """Its public page."""
        return f"/partners/calls/{self.id}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of calls."""

    rows: list[CallRow]
    total: int
    number: int
    pages: int


def public_calls(session: Session, page: int, at: datetime) -> Listing:
    """The published calls, open ones first. Two queries."""
    return _listing(session, GuidanceCall.version > 0, page, at)


def office_calls(session: Session, paths: tuple[str, ...], page: int, at: datetime) -> Listing:
    """All calls of the areas of ``paths``, drafts too. Two queries."""
    return _listing(session, within(paths), page, at)


def _listing(session: Session, condition: ColumnElement[bool], page: int, at: datetime) -> Listing:
    counted = select(func.count(GuidanceCall.id)).join(Area, Area.id == GuidanceCall.area_id)
    total = session.scalar(counted.where(condition)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, page), pages)
    rows = _ROWS.where(condition).order_by(
        GuidanceCall.state == CallState.CLOSED, GuidanceCall.id.desc()
    )
    found = session.execute(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Listing([_row(row, at) for row in found], total, number, pages)


def _row(row: Any, at: datetime) -> CallRow:
    call: GuidanceCall = row.GuidanceCall
    terms = Terms.from_json(row.terms or row.draft_terms)
    label, tone = state_of(call, terms, at)
    return CallRow(
        id=call.id,
        title=localize(row.title or row.draft_title),
        area=localize(row.area),
        label=label,
        tone=tone,
        currency=call.currency,
        terms=terms,
        openings=row.open,
        closes_on=terms.closes_on,
        draft_by=row.draft_by,
    )


def sponsor_funds(session: Session, paths: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """The funds for sponsors' money in the areas of ``paths``: identity, name, area."""
    rows = (
        select(Fund.id, Fund.name, Area.name)
        .join(Area, Area.id == Fund.area_id)
        .where(Fund.kind == FundKind.SPONSOR, within(paths))
        .order_by(Fund.year.desc(), Area.path, Fund.id)
        .limit(100)
    )
    return [
        (ident, str(localize(name)), str(localize(area)))
        for ident, name, area in session.execute(rows)
    ]


def matching_funds(session: Session, area_path: str, currency: str) -> list[tuple[int, str]]:
    """The funds from which money may be doubled in an area: its own and those above it."""
    ids = [int(part) for part in area_path.split("/") if part]
    rows = (
        select(Fund.id, Fund.name)
        .join(Area, Area.id == Fund.area_id)
        .where(Fund.kind == FundKind.MATCHING, Fund.currency == currency, Fund.area_id.in_(ids))
        .order_by(Fund.year.desc(), Area.path.desc(), Fund.id)
        .limit(100)
    )
    return [(ident, str(localize(name))) for ident, name in session.execute(rows)]
