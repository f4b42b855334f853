"""The market square: everything that looks for partners, as an address asks for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import local_date
from core.i18n import Localized, Message, gettext, localize
from core.text import query_tokens, search_tokens
from core.types import MINOR_UNITS
from projects.models import Category, Photo, Project
from projects.search import match
from projects.states import PUBLIC
from sponsorship.firewall import not_under_vote
from sponsorship.matching import Match
from sponsorship.models import GuidanceCall, Opening, OpeningKind, Pledge
from sponsorship.showing.filters import Filters
from sponsorship.showing.queries.rules import Rules
from sponsorship.showing.queries.sums import (
    IN_KIND,
    NOTHING,
    STANDS,
    Pool,
    Sums,
    more,
    pools_of,
    sums_of,
)
from sponsorship.showing.words import OPENING_KINDS
from sponsorship.states import BINDING, OpeningState

PER_PAGE = 20
Rows: TypeAlias = Select[*tuple[Any, ...]]

_FIRST_PHOTO = (
    select(Photo.name)
    .where(Photo.project_id == Opening.project_id)
    .order_by(Photo.position)
    .limit(1)
    .scalar_subquery()
)
_CATEGORY = select(Category.name).where(Category.id == Project.category_id).scalar_subquery()
_AREA_ID = func.coalesce(Project.area_id, GuidanceCall.area_id)
_TOGETHER = (
    select(func.coalesce(func.sum(STANDS + IN_KIND + Pledge.match), 0))
    .where(Pledge.opening_id == Opening.id, Pledge.state.in_(BINDING))
    .scalar_subquery()
)
# What a card needs to know; ``from_openings`` joins what it comes from.
COLUMNS: tuple[Any, ...] = (
    Opening.id,
    Opening.kind,
    Opening.call_id,
    Opening.project_id,
    Opening.about,
    Opening.category.label("named"),
    Opening.target,
    Opening.deadline,
    Project.title,
    Project.summary,
    Project.beneficiaries,
    Area.name.label("area"),
    _CATEGORY.label("category"),
    _FIRST_PHOTO.label("photo"),
)


def from_openings(*columns: Any) -> Rows:
    """Openings with their call, their project if they have one, and the area they are for."""
    return (
        select(*columns)
        .select_from(Opening)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .outerjoin(Project, Project.id == Opening.project_id)
        .join(Area, Area.id == _AREA_ID)
    )


@dataclass(frozen=True, slots=True)
class OpeningCard:
    """Something that looks for partners, in a list. Money in minor units of the call's
    ``currency``; ``more`` is what public money would still add."""

    id: int
    kind: str
    label: Message
    call: Rules
    project_id: int | None
    title: Localized
    summary: Localized
    whom: Localized
    area: Localized
    category: Localized | None
    photo: str | None
    target: int | None
    deadline: datetime
    sums: Sums
    more: Match

    @property
    def url(self) -> str:
        """Its page; written out because lists ask for it twenty times."""
        return f"/partners/openings/{self.id}"

    @property
    def currency(self) -> str:
        """The currency of the call."""
        return self.call.currency

    @property
    def unit(self) -> int:
        """How many minor units are one unit of the currency."""
        return MINOR_UNITS[self.currency]

    @property
    def missing(self) -> int | None:
        """What is still missing once all that is promised has come, in kind as well; ``None``
        where there is no target."""
        if self.target is None:
            return None
        return max(self.target - self.sums.together - self.sums.in_kind, 0)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what was found."""

    cards: list[OpeningCard]
    total: int
    number: int
    pages: int


def shown(calls: Collection[int], at: datetime) -> list[ColumnElement[bool]]:
    """The conditions on what looks for partners now, under one of ``calls``."""
    return [
        Opening.state == OpeningState.OPEN,
        Opening.deadline > at,
        Opening.call_id.in_(calls),
        or_(Opening.project_id.is_(None), Project.state.in_(PUBLIC)),
        not_under_vote(),
    ]


def browse(session: Session, filters: Filters, calls: dict[int, Rules], at: datetime) -> Listing:
    """The page that ``filters`` ask for, of what looks for partners under ``calls``: five queries,
    two more when words are looked for. A page past the last one is the last one."""
    conditions = [*shown(calls, at), *_asked(session, filters, calls)]
    total = session.scalar(from_openings(func.count()).where(*conditions)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(filters.page, pages)
    rows = from_openings(*COLUMNS).where(*conditions).order_by(*_order(filters), Opening.id)
    found = session.execute(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Listing(cards(session, found, calls, at), total, page, pages)


def _asked(
    session: Session, filters: Filters, calls: dict[int, Rules]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.area_id is not None:
        path = select(Area.path).where(Area.id == filters.area_id).scalar_subquery()
        found.append(Area.path.startswith(path))
    if filters.category_ids:
        found.append(Project.category_id.in_(filters.category_ids))
    if filters.kind:
        found.append(Opening.kind == filters.kind)
    if filters.call_id is not None:
        found.append(Opening.call_id == filters.call_id)
    if filters.giving:
        found += _taking(filters.giving, calls)
    if filters.words:
        found.append(_saying(session, filters.words))
    return found


def _taking(giving: str, calls: dict[int, Rules]) -> list[ColumnElement[bool]]:
    """What takes a kind of giving."""
    if giving == "small":
        small = [one.id for one in calls.values() if one.terms.small_most]
        return [Opening.call_id.in_(small)]
    if giving == "kind":
        taking = [one.id for one in calls.values() if one.terms.kind_most]
        return [Opening.call_id.in_(taking), Opening.kind != OpeningKind.POOL]
    return []


def _saying(session: Session, words: str) -> ColumnElement[bool]:
    """What has all the words: projects by their index; the few openings without one by looking."""
    wanted = set(query_tokens(words))
    by_project = match(session, words)
    if by_project is None:
        return false()
    rows = select(Opening.id, Opening.about, Opening.category).where(
        Opening.project_id.is_(None), Opening.state == OpeningState.OPEN
    )
    other = [
        row.id
        for row in session.execute(rows)
        if wanted <= _tokens([*row.about.values(), *(row.category or {}).values()])
    ]
    projects = select(by_project.c.project_id)
    return or_(Opening.project_id.in_(projects), Opening.id.in_(other))


def _tokens(texts: list[str]) -> set[str]:
    return {token for text in texts for token in search_tokens(text)}


def _order(filters: Filters) -> list[ColumnElement[Any]]:
    if filters.order == "missing":
        return [(Opening.target - _TOGETHER).desc().nulls_last()]
    if filters.order == "newest":
        return [Opening.opened_at.desc()]
    return [Opening.deadline.asc()]


def cards(
    session: Session, rows: Collection[Any], calls: dict[int, Rules], at: datetime
) -> list[OpeningCard]:
    """Rows of ``COLUMNS`` as cards: three queries, none where there are no rows."""
    if not rows:
        return []
    sums = sums_of(session, [row.id for row in rows])
    pools = pools_of(session, {row.call_id for row in rows})
    return [
        card(row, calls[row.call_id], sums.get(row.id, NOTHING), pools[row.call_id], at)
        for row in rows
    ]


def title_of(row: Any, call: Localized) -> Localized:
    """What is supported: a project, whatever belongs to a category, or the money that doubles."""
    named = localize(row.title if row.project_id else row.named)
    if named.text:
        return named
    if row.kind != OpeningKind.POOL:
        return call
    said = gettext("The doubling money of “%(call)s”", call=call)
    return Localized(said, call.lang, fallback=False)


def card(row: Any, call: Rules, sums: Sums, pool: Pool, at: datetime) -> OpeningCard:
    """One row as a card."""
    about = localize(row.about)
    return OpeningCard(
        id=row.id,
        kind=row.kind,
        label=OPENING_KINDS[row.kind],
        call=call,
        project_id=row.project_id,
        title=title_of(row, call.title),
        summary=localize(row.summary) if row.project_id else about,
        whom=localize(row.beneficiaries),
        area=localize(row.area),
        category=localize(row.category) if row.category else None,
        photo=row.photo,
        target=row.target,
        deadline=row.deadline,
        sums=sums,
        more=more(call, row.kind, sums, pool, local_date(at)),
    )
