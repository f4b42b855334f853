"""A tender's page: the notice, questions, what became of it, and the proofs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.i18n import Localized, Message, gettext, lazy_gettext, localize
from projects.models import Bid, Criterion, Milestone, Objection, TenderQuestion
from projects.money_life import LifeEntry
from projects.states import BidState
from projects.tenders.cases import TenderCase
from projects.tenders.queries.results import Results, results
from projects.tenders.words import (
    CONTRACT_STATES,
    EXCUSED,
    TENDER_DECISIONS,
    TENDER_TITLES,
    state_of,
    tender_detail,
)
from transparency.log import Entry, timeline


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the plan that the tender covers; money in minor units."""

    title: str
    about: str
    due_on: date
    budget: int
    price: int | None


@dataclass(frozen=True, slots=True)
class CriterionView:
    """By what bids are judged; ``weight`` in per cent."""

    name: str
    about: str
    weight: int
    is_price: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question and, once it is there, its answer."""

    id: int
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection and what became of it; ``organisation`` for a bidder's."""

    id: int
    organisation: Localized | None
    text: str
    at: datetime
    upheld: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class TenderPage:
    """Everything a tender's page shows besides the tender itself."""

    label: Message
    tone: str
    parts: list[Part]
    criteria: list[CriterionView]
    questions: list[QuestionView]
    results: Results | None
    own_bids: list[int]
    objections: list[ObjectionView]
    contract_state: tuple[Message, str] | None
    life: list[LifeEntry]
    leaf: Entry | None  # of the notice, or the award


def tender_page(
    session: Session,
    case: TenderCase,
    at: datetime,
    *,
    person_id: int | None = None,
    organisations: frozenset[int] = frozenset(),
    oversees: bool = False,
) -> TenderPage:
    """A tender's page as a person may see it: five queries while it is open, nine later."""
    tender = case.tender
    label, tone = state_of(tender.state, tender.deadline, at)
    criteria = session.scalars(
        select(Criterion).where(Criterion.tender_id == tender.id).order_by(Criterion.position)
    ).all()
    entries = timeline(session, ("tender", tender.id), types=tuple(TENDER_TITLES))
    opened = tender.opened_at is not None
    return TenderPage(
        label=label,
        tone=tone,
        parts=_parts(session, tender.id),
        criteria=[CriterionView(c.name, c.about, c.weight, c.kind == "price") for c in criteria],
        questions=_questions(session, tender.id, person_id, everything=oversees),
        results=results(session, tender, criteria, oversees=oversees) if opened else None,
        own_bids=_own(session, tender.id, organisations),
        objections=_objections(session, tender.id) if opened else [],
        contract_state=CONTRACT_STATES[case.contract.state] if case.contract else None,
        life=_life(session, entries),
        leaf=next((entry for entry in reversed(entries)), None),
    )


def _parts(session: Session, tender_id: int) -> list[Part]:
    rows = select(Milestone).where(Milestone.tender_id == tender_id).order_by(Milestone.position)
    return [
        Part(one.title, one.about, one.due_on, one.budget, one.price)
        for one in session.scalars(rows)
    ]


def _questions(
    session: Session, tender_id: int, person_id: int | None, *, everything: bool
) -> list[QuestionView]:
    """The answered ones, one's own, and all for those who answer."""
    rows = select(TenderQuestion).where(TenderQuestion.tender_id == tender_id)
    if not everything:
        own = TenderQuestion.asked_by_id == (person_id or 0)
        rows = rows.where(or_(TenderQuestion.answered_at.is_not(None), own))
    return [
        QuestionView(
            id=one.id,
            text=one.text,
            asked_at=one.asked_at,
            answer=one.answer,
            answered_at=one.answered_at,
            mine=person_id is not None and one.asked_by_id == person_id,
        )
        for one in session.scalars(rows.order_by(TenderQuestion.id).limit(200))
    ]


def _own(session: Session, tender_id: int, organisations: frozenset[int]) -> list[int]:
    """The bids of somebody's own organisations, which they may know of."""
    if not organisations:
        return []
    rows = select(Bid.id).where(
        Bid.tender_id == tender_id,
        Bid.organisation_id.in_(organisations),
        Bid.state != BidState.WITHDRAWN,
    )
    return list(session.scalars(rows))


def _objections(session: Session, tender_id: int) -> list[ObjectionView]:
    rows = (
        select(Objection, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Objection.organisation_id)
        .where(Objection.tender_id == tender_id)
        .order_by(Objection.id)
    )
    return [
        ObjectionView(
            id=one.id,
            organisation=localize(name) if name else None,
            text=one.text,
            at=one.at,
            upheld=one.upheld,
            answer=one.answer,
        )
        for one, name in session.execute(rows)
    ]


def _life(session: Session, entries: list[Entry]) -> list[LifeEntry]:
    winners = {entry.body.get("winner") for entry in entries} - {None}
    names: dict[int, Any] = {}
    if winners:
        rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(winners))
        names = {row.id: row.name for row in session.execute(rows)}
    return [_entry(entry, names) for entry in entries]


def _entry(entry: Entry, names: dict[int, Any]) -> LifeEntry:
    by = entry.body.get("by")
    who = {"clock": lazy_gettext("By the clock"), "officer": lazy_gettext("The responsible office")}
    why = entry.body.get("why")
    return LifeEntry(
        at=entry.at,
        tone="decision" if entry.type in TENDER_DECISIONS else "step",
        title=str(TENDER_TITLES[entry.type]),
        detail=tender_detail(entry.body, names),
        actor=str(who[by]) if by in who else None,
        reason=entry.body.get("reason") or (str(EXCUSED.get(why, why)) if why else None),
        proof=gettext("Number %(number)s in the public record", number=entry.number),
        url=entry.url,
    )
