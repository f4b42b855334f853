"""The pledges of an office's areas, as an address asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.actor import SignedIn
from accounts.models import Area
from core.i18n import Localized, Message, gettext, lazy_gettext, localize
from core.policy import Actor
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening, Pledge, PledgeKind
from sponsorship.people import OFFICERS
from sponsorship.pledges.queries.page import gift_words, purpose_of
from sponsorship.pledges.words import STATES
from sponsorship.states import PledgeState

PER_PAGE = 30
P = PledgeState
# How far pledges are, as the office asks for them.
GROUPS: dict[str, tuple[Message, frozenset[PledgeState]]] = {
    "offered": (lazy_gettext("To be decided"), frozenset({P.OFFERED})),
    "accepted": (lazy_gettext("To be signed"), frozenset({P.ACCEPTED})),
    "owed": (lazy_gettext("To be paid or delivered"), frozenset({P.SIGNED, P.DUE})),
    "paid": (lazy_gettext("Paid"), frozenset({P.PAID})),
    "done": (lazy_gettext("At work or delivered"), frozenset({P.RELEASED, P.DELIVERED})),
    "ended": (
        lazy_gettext("Ended without"),
        frozenset({P.WITHDRAWN, P.DECLINED, P.LAPSED, P.CANCELLED, P.REFUNDED}),
    ),
}


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """A pledge in the list."""

    id: int
    number: str
    sponsor: str
    purpose: Localized
    gift: str
    match: int | None  # once it is decided
    currency: str
    label: Message
    tone: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PledgeList:
    """One page of what was found."""

    rows: list[PledgeRow]
    total: int
    number: int
    pages: int


def pledges_of_office(
    session: Session, actor: Actor, asked: Mapping[str, str], roles: frozenset[str] = OFFICERS
) -> PledgeList:
    """The pledges of the areas in which somebody holds one of ``roles``, newest first; what they
    ask for narrows it. Two queries, and one for the names of each opening's project."""
    conditions = [within(actor, roles), Pledge.offered_at.is_not(None), *_asked(asked)]
    joined = (
        select(Pledge.id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(*conditions)
    )
    total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(_number(asked.get("page")) or 1, pages)
    rows = (
        select(Pledge)
        .where(Pledge.id.in_(joined))
        .options(
            joinedload(Pledge.business), joinedload(Pledge.opening).joinedload(Opening.project)
        )
        .order_by(Pledge.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return PledgeList([_row(one) for one in session.scalars(rows)], total, page, pages)


def calls_of_office(
    session: Session, actor: Actor, roles: frozenset[str]
) -> Sequence[tuple[int, Localized]]:
    """The published calls of the same areas, to choose from."""
    rows = (
        select(GuidanceCall.id, GuidanceVersion.title)
        .join(
            GuidanceVersion,
            (GuidanceVersion.call_id == GuidanceCall.id)
            & (GuidanceVersion.number == GuidanceCall.version),
        )
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(within(actor, roles))
        .order_by(GuidanceCall.id.desc())
        .limit(100)
    )
    return [(ident, localize(title)) for ident, title in session.execute(rows)]


def within(actor: Actor, roles: frozenset[str]) -> ColumnElement[bool]:
    """The condition on ``Area``: somebody holds one of ``roles`` there, or above it."""
    grants = actor.grants if isinstance(actor, SignedIn) else ()
    paths = {one.area_path for one in grants if one.role in roles}
    return or_(Area.id < 0, *(Area.path.startswith(path, autoescape=True) for path in paths))


def sponsor_words(pledge: Pledge) -> str:
    """Who gives, for the office: the business, or that a person does."""
    return str(localize(pledge.business.name)) if pledge.business else gettext("A person")


def _asked(asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if group := GROUPS.get(asked.get("state", "")):
        found.append(Pledge.state.in_(group[1]))
    if asked.get("kind") == "money":
        found.append(Pledge.kind == PledgeKind.MONEY)
    elif asked.get("kind") == "in_kind":
        found.append(Pledge.kind != PledgeKind.MONEY)
    if call := _number(asked.get("call")):
        found.append(Opening.call_id == call)
    return found


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 12 else None


def _row(pledge: Pledge) -> PledgeRow:
    label, tone = STATES[pledge.state]
    return PledgeRow(
        id=pledge.id,
        number=pledge.number,
        sponsor=sponsor_words(pledge),
        purpose=purpose_of(pledge),
        gift=gift_words(pledge),
        match=pledge.match if pledge.decided_at else None,
        currency=pledge.currency,
        label=label,
        tone=tone,
        due_on=pledge.due_on,
    )
