"""The ballot screen as plain values: sections, cards, bars and the words on them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting import marking
from budgeting.ballots import Version
from budgeting.marking import Marks
from budgeting.models import BallotType
from budgeting.receipts import receipt_code
from budgeting.slates import Part, Slate
from core.i18n import Localized, Message, format_money, gettext, localize, ngettext
from projects.models import Category, Photo, Project


@dataclass(frozen=True, slots=True)
class Card:
    """One project on the screen. ``number`` is its points, or its place from 1, or 1 for a
    choice, and 0 when it has none; ``why_not`` says why no more can be given to it. ``payer`` is
    who has paid it already, ``rivals`` what can only win without it."""

    code: str
    project_id: int
    title: Localized
    area: Localized
    beneficiaries: Localized
    category: Localized | None
    photo: str | None
    alt: str
    cost: int
    number: int
    why_not: Message | None
    payer: str | None
    rivals: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A chosen project on the bar: its share of the limit, and what it takes in words."""

    name: str
    cost: str
    percent: float
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """One sub-budget: what may be done, what was, and every project in this voter's order.

    ``limit`` and ``left`` are minor units, points or choices, as the kind of ballot has it.
    """

    id: int
    name: Localized
    amount: int
    limit: int
    left: int
    instruction: str
    remaining: str
    segments: list[Segment]
    cards: list[Card]

    @property
    def ranked(self) -> list[Card]:
        """What was chosen, in the voter's order."""
        return sorted((card for card in self.cards if card.number), key=lambda card: card.number)


@dataclass(frozen=True, slots=True)
class BallotView:
    """A voter's whole ballot; ``receipt`` is empty as long as there is none."""

    kind: BallotType
    currency: str
    sections: list[Section]
    receipt: str
    empty: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """What the database adds to the slate: names of areas by identity, projects by code."""

    areas: Mapping[int, Localized]
    projects: Mapping[str, Any]


def ballot_view(session: Session, slate: Slate, tag: str, newest: Version | None) -> BallotView:
    """The screen for the voter of ``tag``, whose newest ballot is ``newest``: two queries."""
    marks = marking.from_text(newest.choices) if newest else {}
    words = _Words(_areas(session, slate), _projects(session, slate))
    return BallotView(
        kind=slate.kind,
        currency=slate.currency,
        sections=[_section(slate, part, marks, tag, words) for part in slate.parts],
        receipt=receipt_code(newest.commitment) if newest else "",
        empty=not marks,
    )


def _section(slate: Slate, part: Part, marks: Marks, tag: str, words: _Words) -> Section:
    codes = sorted(slate.within(slate.entries, part), key=lambda code: _shuffled(tag, code))
    numbers = _numbers(slate, marks, part)
    cards = [_card(slate, marks, numbers, words.projects, code) for code in codes]
    left = marking.left(slate, marks, part)
    return Section(
        id=part.id,
        name=words.areas[part.area_id],
        amount=part.amount,
        limit=marking.limit(slate, part),
        left=left,
        instruction=_instruction(slate, part),
        remaining=_remaining(slate, part, len(numbers), left),
        segments=_segments(slate, part, marks, {card.code: card for card in cards}),
        cards=cards,
    )


def _shuffled(tag: str, code: str) -> bytes:
    """An order of projects that is another for each voter, and the same each time."""
    return hmac.digest(tag.encode(), code.encode(), hashlib.sha256)


def _numbers(slate: Slate, marks: Marks, part: Part) -> dict[str, int]:
    chosen = slate.within(marks, part)
    if slate.kind == BallotType.RANKED:
        return {code: place for place, code in enumerate(chosen, 1)}
    return {code: marks[code] for code in chosen}


def _card(
    slate: Slate, marks: Marks, numbers: Mapping[str, int], rows: Mapping[str, Any], code: str
) -> Card:
    part = slate.part_of(code)
    row = rows[code]
    more = numbers.get(row.code, 0) + 1 if slate.kind == BallotType.POINTS else 1
    return Card(
        code=row.code,
        project_id=row.id,
        title=localize(row.title),
        area=localize(row.area),
        beneficiaries=localize(row.beneficiaries),
        category=localize(row.category) if row.category else None,
        photo=row.photo,
        alt=row.alt or "",
        cost=slate.entries[row.code].cost,
        number=numbers.get(row.code, 0),
        why_not=marking.obstacle(slate, marks | {row.code: more}, part),
        payer=slate.payers.get(code),
        rivals=" / ".join(localize(rows[c].title).text for c in _rivals(slate, part, code)),
    )


def _rivals(slate: Slate, part: Part, code: str) -> list[str]:
    groups = [group for group in slate.limits.exclusive if code in group]
    return sorted(c for group in groups for c in slate.within(group, part) if c != code)


def _segments(slate: Slate, part: Part, marks: Marks, cards: Mapping[str, Card]) -> list[Segment]:
    whole = marking.limit(slate, part)
    return [
        Segment(
            name=cards[code].title.text,
            cost=_weight_words(slate, taken),
            percent=round(100 * taken / whole, 3) if whole else 0,
            href=f"#card-{code}",
        )
        for code in slate.within(marks, part)
        for taken in [marking.weight(slate, marks, code)]
    ]


def _weight_words(slate: Slate, taken: int) -> str:
    if slate.kind == BallotType.KNAPSACK:
        return format_money(taken, slate.currency)
    if slate.kind == BallotType.POINTS:
        return ngettext("%(num)s point", "%(num)s points", taken)
    return gettext("chosen")


def _instruction(slate: Slate, part: Part) -> str:
    whole = marking.limit(slate, part)
    if slate.kind == BallotType.KNAPSACK:
        most = format_money(whole, slate.currency)
        return gettext("Together at most %(most)s.", most=most)
    if slate.kind == BallotType.POINTS:
        return ngettext(
            "Share out up to %(num)s point. The more points, the stronger your support.",
            "Share out up to %(num)s points. The more points, the stronger your support.",
            whole,
        )
    if slate.kind == BallotType.RANKED:
        return ngettext(
            "Put at most %(num)s project in order, the most important first.",
            "Put at most %(num)s projects in order, the most important first.",
            whole,
        )
    return ngettext("Choose at most %(num)s project.", "Choose at most %(num)s projects.", whole)


def _remaining(slate: Slate, part: Part, chosen: int, left: int) -> str:
    whole = marking.limit(slate, part)
    if slate.kind == BallotType.KNAPSACK:
        return ngettext(
            "%(num)s chosen, %(spent)s; %(left)s left",
            "%(num)s chosen, %(spent)s; %(left)s left",
            chosen,
            spent=format_money(whole - left, slate.currency),
            left=format_money(left, slate.currency),
        )
    if slate.kind == BallotType.POINTS:
        return ngettext(
            "%(num)s of %(whole)s points left",
            "%(num)s of %(whole)s points left",
            left,
            whole=whole,
        )
    return ngettext(
        "%(num)s of %(whole)s choices left", "%(num)s of %(whole)s choices left", left, whole=whole
    )


def _areas(session: Session, slate: Slate) -> dict[int, Localized]:
    ids = [part.area_id for part in slate.parts]
    rows = session.execute(select(Area.id, Area.name).where(Area.id.in_(ids)))
    return {ident: localize(name) for ident, name in rows}


def _projects(session: Session, slate: Slate) -> dict[str, Any]:
    """What the cards say besides the sealed prices."""
    first = (
        select(func.min(Photo.position))
        .where(Photo.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Project.id,
            Project.code,
            Project.title,
            Project.beneficiaries,
            Area.name.label("area"),
            Category.name.label("category"),
            Photo.name.label("photo"),
            Photo.alt,
        )
        .join(Area, Area.id == Project.area_id)
        .outerjoin(Category, Category.id == Project.category_id)
        .outerjoin(Photo, and_(Photo.project_id == Project.id, Photo.position == first))
        .where(Project.round_id == slate.round_id, Project.code.in_(list(slate.entries)))
    )
    return {row.code: row for row in rows}
