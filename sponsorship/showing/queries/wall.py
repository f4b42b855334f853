"""The sponsor wall: every business that gives, and neighbours who do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area, Person
from accounts.queries import area_choices
from core.i18n import Localized, Message, current_locale, lazy_gettext, localize
from core.text import mask_name, tidy_line
from projects.search import LONGEST_QUERY
from sponsorship.businesses.words import SECTORS
from sponsorship.firewall import not_under_vote
from sponsorship.models import Business, GuidanceCall, Opening, Pledge, PledgeKind
from sponsorship.showing.filters import number, page_of
from sponsorship.showing.queries.sums import IN_KIND, STANDS
from sponsorship.states import BINDING, SHOWN

PER_PAGE = 24
NEIGHBOURS = 12
ORDERS: dict[str, Message] = {
    "name": lazy_gettext("By name"),
    "newest": lazy_gettext("Newest first"),
}
GIVING: dict[str, Message] = {
    "money": lazy_gettext("Money"),
    "kind": lazy_gettext("Goods, services, a venue or hours"),
}


def public_pledges() -> list[ColumnElement[bool]]:
    """The conditions on ``Pledge``, joined with ``Opening``, for what everybody may know with the
    name of whoever gives."""
    return [Pledge.state.in_(SHOWN), ~Pledge.anonymous, not_under_vote()]


@dataclass(frozen=True, slots=True)
class SponsorCard:
    """A business on the wall. ``money`` is by currency, in minor units, as is what gifts in kind
    are worth; ``count`` says for how many things it gives."""

    id: int
    name: Localized
    sector: Message
    area: Localized
    money: dict[str, int]
    in_kind: dict[str, int]
    count: int

    @property
    def url(self) -> str:
        """Its page."""
        return f"/partners/sponsors/{self.id}"


@dataclass(frozen=True, slots=True)
class Wall:
    """One page of businesses, and people who gave a little: the newest named ones, and how many
    gifts there are without a name."""

    cards: list[SponsorCard]
    total: int
    number: int
    pages: int
    neighbours: list[str]
    unnamed: int


def wall(session: Session, args: Mapping[str, str]) -> Wall:
    """What an address asks for by ``q``, ``area``, ``sector``, ``giving``, ``order`` and ``page``;
    what makes no sense is left out. Five queries."""
    conditions = _asked(args)
    counted = select(func.count()).select_from(Business).join(Area, Area.id == Business.area_id)
    total = session.scalar(counted.where(*conditions)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(page_of(args), pages)
    rows = (
        select(Business.id, Business.name, Business.sector, Area.name.label("area"))
        .join(Area, Area.id == Business.area_id)
        .where(*conditions)
        .order_by(*_order(args.get("order", "")), Business.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = session.execute(rows).all()
    names, unnamed = _people(session)
    return Wall(_cards(session, found), total, page, pages, names, unnamed)


def choices(session: Session) -> dict[str, list[tuple[Any, Any]]]:
    """What the wall can be narrowed to."""
    return {
        "area": [*area_choices(session)],
        "sector": [*SECTORS.items()],
        "giving": [*GIVING.items()],
        "order": [*ORDERS.items()],
    }


def _asked(args: Mapping[str, str]) -> list[ColumnElement[bool]]:
    own = select(Pledge.id).join(Opening, Opening.id == Pledge.opening_id)
    own = own.where(Pledge.business_id == Business.id, *public_pledges())
    giving = args.get("giving", "")
    if giving in GIVING:
        money = Pledge.kind == PledgeKind.MONEY
        own = own.where(money if giving == "money" else ~money)
    found: list[ColumnElement[bool]] = [own.exists()]
    if (area := number(args.get("area", ""))) is not None:
        path = select(Area.path).where(Area.id == area).scalar_subquery()
        found.append(Area.path.startswith(path))
    if args.get("sector", "") in SECTORS:
        found.append(Business.sector == args["sector"])
    words = tidy_line(args.get("q"))[:LONGEST_QUERY].split()
    found += [
        or_(*(_name(locale).icontains(word, autoescape=True) for locale in ("zh_Hans", "en")))
        for word in words
    ]
    return found


def _name(locale: str) -> Any:
    return Business.name[locale].as_string()


def _order(asked: str) -> list[ColumnElement[Any]]:
    if asked == "newest":
        newest = select(func.max(Pledge.id)).join(Opening, Opening.id == Pledge.opening_id)
        newest = newest.where(Pledge.business_id == Business.id, *public_pledges())
        return [newest.scalar_subquery().desc()]
    own, other = ("zh_Hans", "en") if current_locale() == "zh_Hans" else ("en", "zh_Hans")
    return [func.coalesce(func.nullif(_name(own), ""), _name(other))]


def _cards(session: Session, found: Any) -> list[SponsorCard]:
    sums = _sums(session, [row.id for row in found])
    return [
        SponsorCard(
            id=row.id,
            name=localize(row.name),
            sector=SECTORS[row.sector],
            area=localize(row.area),
            money={one.currency: int(one.money) for one in sums.get(row.id, ()) if one.money},
            in_kind={one.currency: int(one.kind) for one in sums.get(row.id, ()) if one.kind},
            count=sum(one.count for one in sums.get(row.id, ())),
        )
        for row in found
    ]


def _sums(session: Session, ids: list[int]) -> dict[int, list[Any]]:
    """What stands of what businesses promised, by currency: one query."""
    stands = Pledge.state.in_(BINDING)
    rows = (
        select(
            Pledge.business_id,
            GuidanceCall.currency,
            func.sum(case((stands, STANDS), else_=0)).label("money"),
            func.sum(case((stands, IN_KIND), else_=0)).label("kind"),
            func.count(Opening.id.distinct()).label("count"),
        )
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .where(Pledge.business_id.in_(ids), *public_pledges())
        .group_by(Pledge.business_id, GuidanceCall.currency)
    )
    found: dict[int, list[Any]] = {}
    for row in session.execute(rows):
        found.setdefault(row.business_id, []).append(row)
    return found


def _people(session: Session) -> tuple[list[str], int]:
    """The newest people who gave with their name, masked, and how many gifts have none."""
    person = Pledge.person_id.is_not(None)
    own = select(func.max(Pledge.id).label("newest"), Person.name)
    own = own.join(Opening, Opening.id == Pledge.opening_id)
    own = own.join(Person, Person.id == Pledge.person_id)
    own = own.where(person, *public_pledges()).group_by(Person.id)
    names = own.order_by(func.max(Pledge.id).desc()).limit(NEIGHBOURS)
    unnamed = select(func.count()).select_from(Pledge)
    unnamed = unnamed.join(Opening, Opening.id == Pledge.opening_id)
    unnamed = unnamed.where(Pledge.anonymous, Pledge.state.in_(SHOWN), not_under_vote())
    shown = [mask_name(row.name) for row in session.execute(names)]
    return shown, session.scalar(unnamed) or 0
