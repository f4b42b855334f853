"""Looking through projects: the page of cards that an address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, cast, func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, Message, current_locale, localize
from projects.filters import Filters
from projects.labels import STATE_LABELS, STATE_TONES
from projects.models import Category, Photo, Project
from projects.search import match
from projects.services.drafts import SHUFFLE_BELOW
from projects.states import PUBLIC, State

PER_PAGE = 20

Rows: TypeAlias = Select[*tuple[Any, ...]]

# The cost that counts where there is one, else what the proposer thinks.
shown_cost = func.coalesce(Project.cost, Project.estimate)
_FIRST_PHOTO = (
    select(Photo.name)
    .where(Photo.project_id == Project.id)
    .order_by(Photo.position)
    .limit(1)
    .scalar_subquery()
)
_AREA = select(Area.name).where(Area.id == Project.area_id).scalar_subquery()
_CATEGORY = select(Category.name).where(Category.id == Project.category_id).scalar_subquery()
# What a card needs to know, of all projects; to be narrowed by the caller. What other tables say
# is looked up for the rows of one page only, where joins would be made for all.
CARDS: Rows = select(
    Project.id,
    Project.code,
    Project.title,
    Project.summary,
    Project.state,
    Project.currency,
    shown_cost.label("cost"),
    _AREA.label("area"),
    _CATEGORY.label("category"),
    _FIRST_PHOTO.label("photo"),
)


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project in a list. ``cost`` in minor units of ``currency``; ``photo`` a file's name."""

    id: int
    code: str | None
    title: Localized
    summary: Localized
    area: Localized
    category: Localized | None
    label: Message
    tone: str
    cost: int | None
    currency: str
    photo: str | None

    @property
    def url(self) -> str:
        """Its page; written out because lists ask for it twenty times."""
        return f"/projects/{self.id}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what was found. ``partly`` when no project has all the words looked for."""

    cards: list[ProjectCard]
    total: int
    number: int
    pages: int
    partly: bool


def cards(session: Session, rows: Rows) -> list[ProjectCard]:
    """Projects as cards in one query; ``rows`` is ``CARDS``, narrowed and ordered."""
    locale = current_locale()
    return [_card(row, locale) for row in session.execute(rows)]


def _card(row: Any, locale: str) -> ProjectCard:
    state = State(row.state)
    return ProjectCard(
        id=row.id,
        code=row.code,
        title=localize(row.title, locale),
        summary=localize(row.summary, locale),
        area=localize(row.area, locale),
        category=localize(row.category, locale) if row.category else None,
        label=STATE_LABELS[state],
        tone=STATE_TONES[state],
        cost=row.cost,
        currency=row.currency,
        photo=row.photo,
    )


def browse(session: Session, filters: Filters) -> Listing:
    """The page of public projects that ``filters`` ask for: two or three queries.

    A page past the last one is the last one.
    """
    found, partly, total = find(session, filters)
    pages = max(1, -(-total // PER_PAGE))
    number = min(filters.page, pages)
    rows = narrow(CARDS, filters, found)
    rows = rows.order_by(*_order(filters, found), Project.id)
    shown = cards(session, rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)) if total else []
    return Listing(shown, total, number, pages, partly)


def find(session: Session, filters: Filters) -> tuple[Subquery | None, bool, int]:
    """The words to join, whether only some of them are found, and how many projects there are.

    Every word must be found; where no project has them all, any word will do.
    """
    found = match(session, filters.words)
    total = _count(session, filters, found)
    if total or found is None:
        return found, False, total
    found = match(session, filters.words, every=False)
    total = _count(session, filters, found)
    return found, total > 0, total


def _count(session: Session, filters: Filters, found: Subquery | None) -> int:
    rows = narrow(select(func.count()).select_from(Project), filters, found)
    return session.scalar(rows) or 0


def narrow(rows: Rows, filters: Filters, found: Subquery | None) -> Rows:
    """``rows`` of projects restricted to the public ones that ``filters`` ask for."""
    rows = rows.where(Project.state.in_(filters.states or PUBLIC))
    if found is not None:
        rows = rows.join(found, found.c.project_id == Project.id)
    if filters.call is not None:
        rows = rows.where(Project.round_id == filters.call.id)
    if filters.category_id is not None:
        rows = rows.where(Project.category_id == filters.category_id)
    if filters.area_id is not None:
        rows = rows.where(Project.area_id.in_(_areas_within(filters.area_id)))
    if filters.cost_from is not None:
        rows = rows.where(shown_cost >= filters.cost_from)
    if filters.cost_to is not None:
        rows = rows.where(shown_cost <= filters.cost_to)
    return rows


def _areas_within(area_id: int) -> Select[int]:
    path = select(Area.path).where(Area.id == area_id).scalar_subquery()
    return select(Area.id).where(Area.path.startswith(path))


def _order(filters: Filters, found: Subquery | None) -> list[ColumnElement[Any]]:
    if filters.order == "match" and found is not None:
        return [found.c.score.desc()]
    if filters.order == "newest":
        return [Project.submitted_at.desc()]
    if filters.order == "cheapest":
        return [shown_cost.asc().nulls_last()]
    if filters.order == "dearest":
        return [shown_cost.desc().nulls_last()]
    # A permutation of the random numbers modulo a prime: another order for each seed.
    factor = filters.seed * 7919 % (SHUFFLE_BELOW - 1) + 1
    return [
        (cast(Project.shuffle, BigInteger) * factor + filters.seed % SHUFFLE_BELOW) % SHUFFLE_BELOW
    ]
