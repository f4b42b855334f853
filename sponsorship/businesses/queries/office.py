"""What officers see: the businesses of their areas, and which organisations one might be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation, OrganisationKind
from accounts.queries import within
from core.i18n import Localized, Message, gettext, localize
from sponsorship.businesses.words import SECTORS, STATES
from sponsorship.models import Business
from sponsorship.states import BusinessState

PER_PAGE = 20
MOST_CHOICES = 300


@dataclass(frozen=True, slots=True)
class BusinessRow:
    """A business in the office's list."""

    id: int
    name: Localized
    code: str
    area: Localized
    sector: Message | None
    label: Message
    tone: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of businesses."""

    rows: list[BusinessRow]
    total: int
    number: int
    pages: int


def browse(session: Session, asked: Mapping[str, str], paths: tuple[str, ...]) -> Listing:
    """The businesses in the areas of ``paths`` that an address asks for by ``state`` and ``page``;
    those that wait come first, the longest waiting before others. Two queries."""
    conditions: list[ColumnElement[bool]] = [within(paths)]
    state = asked.get("state", "")
    if state in STATES:
        conditions.append(Business.state == state)
    counted = select(func.count()).select_from(Business).join(Area, Area.id == Business.area_id)
    total = session.scalar(counted.where(*conditions)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, _number(asked.get("page", "")) or 1), pages)
    since = func.coalesce(Business.decided_at, Business.submitted_at, Business.created_at)
    waits = Business.state == BusinessState.SUBMITTED
    rows = (
        select(Business, Area.name)
        .join(Area, Area.id == Business.area_id)
        .where(*conditions)
        .order_by(waits.desc(), since, Business.id)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Listing([_row(*row) for row in session.execute(rows)], total, number, pages)


def organisations_for(session: Session, business: Business) -> list[tuple[int, str]]:
    """The public businesses near a business that nobody has registered here yet: those of the same
    name first."""
    ids = [int(part) for part in business.area.path.split("/") if part]
    near = Area.path.startswith(business.area.path, autoescape=True) | Area.id.in_(ids)
    taken = select(Business.organisation_id).where(Business.organisation_id.is_not(None))
    rows = (
        select(Organisation.id, Organisation.name)
        .join(Area, Area.id == Organisation.area_id)
        .where(Organisation.kind == OrganisationKind.BUSINESS, near, Organisation.id.not_in(taken))
        .order_by(Organisation.id.desc())
        .limit(MOST_CHOICES)
    )
    own = set(business.name.values())
    found = [(ident, name) for ident, name in session.execute(rows)]
    found.sort(key=lambda one: not own & set(one[1].values()))
    return [
        (
            ident,
            gettext("%(name)s (No. %(number)s)", name=localize(name), number=ident),
        )
        for ident, name in found
    ]


def _row(business: Business, area: dict[str, str]) -> BusinessRow:
    label, tone = STATES[business.state]
    return BusinessRow(
        id=business.id,
        name=localize(business.name),
        code=business.code,
        area=localize(area),
        sector=SECTORS.get(business.sector),
        label=label,
        tone=tone,
        since=business.decided_at or business.submitted_at or business.created_at,
    )


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None
