"""One opening: what it is for, what came, what the rules add, and what one needs to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.clock import local_date
from core.i18n import Localized, Message, localize
from core.text import mask_name
from projects.models import Photo, Project
from projects.queries import photos_of
from projects.states import PUBLIC, State
from sponsorship.matching import Matched, match_for
from sponsorship.models import Business, GuidanceCall, Opening, OpeningKind, Pledge, PledgeKind
from sponsorship.pledges.services.carrying import CARRIED, WAITING
from sponsorship.pledges.view import LARGEST
from sponsorship.pledges.words import STATES
from sponsorship.showing.queries.rules import Rules, rules_of
from sponsorship.showing.queries.square import COLUMNS, OpeningCard, card, from_openings
from sponsorship.showing.queries.sums import NOTHING, Pool, Sums, pools_of, sums_of
from sponsorship.showing.words import LIMITS, OPENING_STATES, PLEDGE_KINDS
from sponsorship.states import SHOWN, OpeningState

MOST_PLEDGES = 60
# The examples are so many times the least that may be given.
_STEPS = (1, 10, 100, 1000)


@dataclass(frozen=True, slots=True)
class PledgeView:
    """A pledge as everybody sees it; ``who`` is empty for an unnamed one. Minor units."""

    id: int
    who: Localized | str
    url: str | None
    kind: Message
    money: bool
    amount: int
    match: int
    currency: str
    what: str
    message: str
    only_if_met: bool
    label: Message
    tone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Example:
    """What becomes of an amount under the rules as they are now."""

    give: int
    added: int
    words: Message

    @property
    def together(self) -> int:
        """What the project gets."""
        return self.give + self.added


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """Everything that an opening's page shows. ``pledges`` are the newest named ones; ``resting``
    ones show nothing at all; a project that ``waits`` may be said to go ahead."""

    card: OpeningCard
    state: str
    label: Message
    tone: str
    about: Localized
    reason: str
    taking: bool
    resting: bool
    waits: bool
    photos: Sequence[Photo]
    pledges: list[PledgeView]
    examples: list[Example]

    @property
    def money(self) -> list[PledgeView]:
        """The pledges of money."""
        return [one for one in self.pledges if one.money]

    @property
    def in_kind(self) -> list[PledgeView]:
        """The others."""
        return [one for one in self.pledges if not one.money]


def opening_page(session: Session, opening_id: int, at: datetime) -> OpeningPage | None:
    """An opening, in at most seven queries; ``None`` when there is none that the public may see.
    Under vote nothing is read of what was pledged."""
    columns = (*COLUMNS, Opening.state, Opening.reason, Project.state.label("project_state"))
    row = session.execute(
        from_openings(*columns).where(
            Opening.id == min(opening_id, LARGEST), GuidanceCall.version > 0
        )
    ).one_or_none()
    if row is None or (row.project_id and row.project_state not in PUBLIC):
        return None
    rules = rules_of(session, row.call_id)
    if rules is None:
        return None
    if row.project_state == State.ON_BALLOT:
        return _page(row, card(row, rules, NOTHING, Pool(), at), resting=True)
    sums = sums_of(session, [row.id]).get(row.id, NOTHING)
    pool = pools_of(session, [row.call_id])[row.call_id]
    shown = card(row, rules, sums, pool, at)
    return _page(
        row,
        shown,
        taking=takes_offers(row, rules, at),
        waits=row.state == OpeningState.MET
        and row.kind in CARRIED
        and row.project_state in WAITING,
        photos=photos_of(session, row.project_id) if row.project_id else (),
        pledges=pledges_of(session, [Pledge.opening_id == row.id, ~Pledge.anonymous]),
        examples=_examples(rules, row.kind, sums, pool, local_date(at)),
    )


def _page(row: Any, shown: OpeningCard, **about: Any) -> OpeningPage:
    label, tone = OPENING_STATES[row.state]
    empty: dict[str, Any] = {
        "taking": False,
        "resting": False,
        "waits": False,
        "photos": (),
        "pledges": [],
        "examples": [],
    }
    return OpeningPage(
        card=shown,
        state=row.state,
        label=label,
        tone=tone,
        about=localize(row.about),
        reason=row.reason,
        **empty | about,
    )


def takes_offers(row: Any, rules: Rules, at: datetime) -> bool:
    """Whether something can be offered for an opening now."""
    return (
        row.state == OpeningState.OPEN and row.deadline > at and rules.takes_offers(local_date(at))
    )


def pledges_of(session: Session, conditions: Sequence[Any]) -> list[PledgeView]:
    """The newest pledges that everybody may know of under ``conditions``: one query. It is for the
    caller to leave out what is under vote."""
    rows = (
        select(Pledge, Business.name.label("business"), Person.name.label("person"))
        .outerjoin(Business, Business.id == Pledge.business_id)
        .outerjoin(Person, Person.id == Pledge.person_id)
        .where(Pledge.state.in_(SHOWN), *conditions)
        .order_by(Pledge.id.desc())
        .limit(MOST_PLEDGES)
    )
    return [_view(row) for row in session.execute(rows)]


def _view(row: Any) -> PledgeView:
    pledge: Pledge = row.Pledge
    who, url = giver(pledge, row.business, row.person)
    label, tone = STATES[pledge.state]
    return PledgeView(
        id=pledge.id,
        who=who,
        url=url,
        kind=PLEDGE_KINDS[pledge.kind],
        money=pledge.kind == PledgeKind.MONEY,
        amount=pledge.amount,
        match=pledge.match,
        currency=pledge.currency,
        what=pledge.what,
        message=pledge.message,
        only_if_met=pledge.only_if_met,
        label=label,
        tone=tone,
        at=pledge.decided_at or pledge.offered_at or pledge.created_at,
    )


def giver(pledge: Pledge, business: Any, person: str | None) -> tuple[Localized | str, str | None]:
    """Who gave, as everybody may know it, and where that one's page is."""
    if pledge.anonymous:
        return "", None
    if pledge.business_id is not None:
        return localize(business), f"/partners/sponsors/{pledge.business_id}"
    return mask_name(person or ""), None


def _examples(rules: Rules, kind: str, sums: Sums, pool: Pool, on: date) -> list[Example]:
    """What becomes of a few amounts for somebody who gives for the first time."""
    if kind == OpeningKind.POOL or not rules.terms.match_percent:
        return []
    already = Matched(project=sums.match, sponsor=0, total=pool.total, free=pool.free)
    found = []
    for step in _STEPS:
        give = rules.terms.least * step
        match = match_for(give, rules.terms, already, on)
        found.append(Example(give, match.amount, LIMITS[match.limit]))
    return found
