"""What somebody looks for on the market square, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.queries import area_choices
from core.i18n import Message, lazy_gettext, localize
from core.text import tidy_line
from projects.models import Category, Project
from projects.search import LONGEST_QUERY
from sponsorship.models import Opening
from sponsorship.showing.queries.rules import Rules
from sponsorship.showing.words import OPENING_KINDS
from sponsorship.states import OpeningState

GIVING: dict[str, Message] = {
    "money": lazy_gettext("Money"),
    "kind": lazy_gettext("Goods, services, a venue or hours"),
    "small": lazy_gettext("A little, as a person"),
}
ORDERS: dict[str, Message] = {
    "deadline": lazy_gettext("Ends soonest"),
    "missing": lazy_gettext("Most is missing"),
    "newest": lazy_gettext("Newest first"),
}
_LONGEST_NUMBER = 15
_MOST_PAGES = 10**6


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: areas, categories by the identities of one name, and open calls."""

    areas: list[tuple[int, str]]
    categories: dict[int, tuple[str, list[int]]]
    calls: dict[int, Rules]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; ``ignored`` names what made no sense."""

    area_id: int | None = None
    category_ids: list[int] = field(default_factory=list)
    kind: str = ""
    giving: str = ""
    call_id: int | None = None
    words: str = ""
    order: str = "deadline"
    page: int = 1
    ignored: list[Message] = field(default_factory=list)


def choices(session: Session, calls: dict[int, Rules]) -> Choices:
    """What the filters offer: two queries. Categories belong to rounds, and those of one name are
    one choice."""
    rows = (
        select(Category.id, Category.name)
        .join(Project, Project.category_id == Category.id)
        .join(Opening, Opening.project_id == Project.id)
        .where(Opening.state == OpeningState.OPEN)
        .distinct()
    )
    named: dict[str, list[int]] = {}
    for ident, name in sorted((row.id, localize(row.name).text) for row in session.execute(rows)):
        named.setdefault(name, []).append(ident)
    categories = {ids[0]: (name, ids) for name, ids in sorted(named.items())}
    return Choices(area_choices(session), categories, calls)


def read_filters(args: Mapping[str, str], offered: Choices) -> Filters:
    """The filters in an address; what makes no sense is left out and named."""
    ignored: list[Message] = []
    area = _one_of(args, "area", dict(offered.areas), lazy_gettext("Area"), ignored)
    category = _one_of(args, "category", offered.categories, lazy_gettext("Category"), ignored)
    call = _one_of(args, "call", offered.calls, lazy_gettext("Call"), ignored)
    return Filters(
        area_id=area,
        category_ids=offered.categories[category][1] if category else [],
        kind=_word(args, "kind", OPENING_KINDS, lazy_gettext("What is supported"), ignored),
        giving=_word(args, "giving", GIVING, lazy_gettext("What you give"), ignored),
        call_id=call,
        words=tidy_line(args.get("q"))[:LONGEST_QUERY].strip(),
        order=_word(args, "order", ORDERS, lazy_gettext("Order"), ignored) or "deadline",
        page=page_of(args),
        ignored=ignored,
    )


def page_of(args: Mapping[str, str]) -> int:
    """The page that an address asks for."""
    return min(max(number(args.get("page", "")) or 1, 1), _MOST_PAGES)


def number(typed: str) -> int | None:
    """A number in an address that fits into the database."""
    typed = typed.strip()
    fits = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER
    return int(typed) if fits else None


def _one_of(
    args: Mapping[str, str],
    name: str,
    known: Mapping[int, object],
    label: Message,
    ignored: list[Message],
) -> int | None:
    typed = args.get(name, "").strip()
    found = number(typed)
    if found in known:
        return found
    if typed:
        ignored.append(label)
    return None


def _word(
    args: Mapping[str, str],
    name: str,
    known: Mapping[str, object],
    label: Message,
    ignored: list[Message],
) -> str:
    typed = args.get(name, "")
    if typed and typed not in known:
        ignored.append(label)
        return ""
    return typed
