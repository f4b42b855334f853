"""What somebody looks for among the projects, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.forms import parse_money
from core.i18n import Localized, Message, lazy_gettext, localize
from core.text import query_tokens, tidy_line
from core.types import MAX_MINOR, Texts
from projects.calls import Call
from projects.queries import categories_of
from projects.search import LONGEST_QUERY
from projects.states import WINNING, State

# States as people ask for them. Every public state is in at least one group.
GROUPS: dict[str, tuple[Message, frozenset[State]]] = {
    "proposed": (lazy_gettext("Proposed"), frozenset({State.SUBMITTED})),
    "review": (lazy_gettext("In review"), frozenset({State.IN_REVIEW})),
    "ballot": (
        lazy_gettext("On the ballot, or going there"),
        frozenset({State.ELIGIBLE, State.ON_BALLOT}),
    ),
    "chosen": (lazy_gettext("Chosen, or paid for by partners"), WINNING),
    "delivering": (lazy_gettext("Being carried out"), frozenset({State.DELIVERING})),
    "completed": (lazy_gettext("Completed"), frozenset({State.COMPLETED, State.CLOSED})),
    "not_chosen": (lazy_gettext("Not chosen"), frozenset({State.NOT_SELECTED})),
    "refused": (lazy_gettext("Did not pass the review"), frozenset({State.INELIGIBLE})),
}
ORDERS: dict[str, Message] = {
    "random": lazy_gettext("Mixed, so that each has its chance"),
    "match": lazy_gettext("Best match first"),
    "newest": lazy_gettext("Newest first"),
    "cheapest": lazy_gettext("Cheapest first"),
    "dearest": lazy_gettext("Dearest first"),
}
_DIGITS = 18  # every number of at most so many digits fits into 64 bits
_MAX_PAGE = 10**6
_MOST_AREAS = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; costs in minor units. ``ignored`` names what could not be read.

    ``seed`` makes the random order: the same for everybody on one day, so that pages can be
    shared, unless the address names another.
    """

    call: Call | None = None
    area_id: int | None = None
    category_id: int | None = None
    group: str = ""
    cost_from: int | None = None
    cost_to: int | None = None
    words: str = ""
    order: str = "random"
    page: int = 1
    seed: int = 1
    ignored: list[Message] = field(default_factory=list)

    @property
    def states(self) -> frozenset[State] | None:
        """The states looked for; ``None`` for all that are public."""
        return GROUPS[self.group][1] if self.group else None


class _Reader:
    """Reads values one by one, and remembers what it could not read."""

    def __init__(self, args: Mapping[str, str]) -> None:
        self.args = args
        self.ignored: list[Message] = []

    def number(self, name: str, label: Message) -> int | None:
        typed = self.args.get(name, "").strip()
        if typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS:
            return int(typed)
        if typed:
            self.ignored.append(label)
        return None

    def call(self, calls: Sequence[Call]) -> Call | None:
        wanted = self.number("round", lazy_gettext("Round"))
        found = next((call for call in calls if call.id == wanted), None)
        if wanted is not None and found is None:
            self.ignored.append(lazy_gettext("Round"))
        return found

    def cost(self, name: str, label: Message, currency: str) -> int | None:
        typed = tidy_line(self.args.get(name))
        try:
            minor = parse_money(typed, currency) if typed else None
        except ValueError:
            minor = -1
        if minor is None or 0 <= minor <= MAX_MINOR:
            return minor
        self.ignored.append(label)
        return None

    def choice(self, name: str, label: Message, known: Mapping[str, object]) -> str:
        typed = self.args.get(name, "")
        if not typed or typed in known:
            return typed
        self.ignored.append(label)
        return ""


def read_filters(args: Mapping[str, str], today: date, calls: Sequence[Call]) -> Filters:
    """The filters in an address. What makes no sense is left out and named in ``ignored``."""
    reader = _Reader(args)
    call = reader.call(calls)
    currency = call.currency if call else "CNY"
    words = tidy_line(args.get("q"))[:LONGEST_QUERY].strip()
    order = reader.choice("order", lazy_gettext("Order"), ORDERS)
    searching = bool(query_tokens(words))
    if not order or (order == "match" and not searching):
        order = "match" if searching else "random"
    seed = reader.number("seed", lazy_gettext("Order"))
    return Filters(
        call=call,
        area_id=reader.number("area", lazy_gettext("Area")),
        category_id=reader.number("category", lazy_gettext("Category")),
        group=reader.choice("state", lazy_gettext("State"), GROUPS),
        cost_from=reader.cost("from", lazy_gettext("Cost from"), currency),
        cost_to=reader.cost("to", lazy_gettext("Cost to"), currency),
        words=words,
        order=order,
        page=min(max(reader.number("page", lazy_gettext("Page")) or 1, 1), _MAX_PAGE),
        seed=today.toordinal() if seed is None else seed,
        ignored=reader.ignored,
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by: areas, and the categories of the chosen round."""

    areas: list[tuple[int, Localized]]
    categories: list[tuple[int, Localized]]


def choices(session: Session, call: Call | None) -> Choices:
    """What can be filtered by, in the chosen round or in all: one query."""
    if call is not None:
        return Choices(_named(call.areas), _named(categories_of(session, call.id)))
    areas = session.execute(select(Area.id, Area.name).order_by(Area.path).limit(_MOST_AREAS))
    return Choices(_named([(row.id, row.name) for row in areas]), [])


def _named(rows: Sequence[tuple[int, Texts]]) -> list[tuple[int, Localized]]:
    return [(ident, localize(name)) for ident, name in rows]


def offered_only(filters: Filters, offered: Choices) -> Filters:
    """``filters`` without an area or category that is not offered; it is named instead."""
    ignored = list(filters.ignored)
    area_id, category_id = filters.area_id, filters.category_id
    if area_id is not None and area_id not in dict(offered.areas):
        area_id = None
        ignored.append(lazy_gettext("Area"))
    if category_id is not None and category_id not in dict(offered.categories):
        category_id = None
        ignored.append(lazy_gettext("Category"))
    return replace(filters, area_id=area_id, category_id=category_id, ignored=ignored)
