"""A call as those see it who look after it: with its draft, and what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.clock import local_date
from core.i18n import Message
from core.text import mask_name
from sponsorship.guidance.cases import CallCase
from sponsorship.guidance.changes import Change, changes
from sponsorship.guidance.checks import Said, problems
from sponsorship.guidance.money import Pool, pool_of
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.queries.page import OpeningRow, areas_of, opening_rows, state_of
from sponsorship.guidance.words import Line, lines
from sponsorship.models import GuidanceVersion
from sponsorship.terms import Terms


@dataclass(frozen=True, slots=True)
class OfficePage:
    """The version that is shown: the draft, else what holds. ``changes`` are those of a draft
    against what holds; ``wrong`` is what keeps a draft from being published; ``short`` is how much
    less is set aside for doubling than the call promises at most, in minor units."""

    version: GuidanceVersion
    terms: Terms
    label: Message
    tone: str
    lines: list[Line]
    changes: list[Change]
    wrong: list[Message]
    author: str
    openings: list[OpeningRow]
    pool: Pool
    short: int


def office_page(session: Session, case: CallCase, at: datetime) -> OfficePage:
    """Everything on the page where a call is looked after."""
    call, draft = case.call, case.draft
    holds = current(session, call) if call.version else None
    shown = draft or current(session, call)
    terms = terms_of(shown)
    areas = areas_of(session, [one for one in (draft, holds) if one])
    label, tone = state_of(call, terms, at)
    pool = pool_of(session, call)
    promised = terms_of(holds).match_pool if holds else 0
    return OfficePage(
        version=shown,
        terms=terms,
        label=label,
        tone=tone,
        lines=lines(terms, call.currency, areas),
        changes=changes(holds, draft, call.currency, areas) if holds and draft else [],
        wrong=_wrong(case, at),
        author=_name(session, shown.written_by_id),
        openings=opening_rows(session, call.id, everything=True),
        pool=pool,
        short=max(promised - pool.set_aside, 0),
    )


def _wrong(case: CallCase, at: datetime) -> list[Message]:
    draft, fund = case.draft, case.call.matching_fund_id
    if draft is None:
        return []
    said = Said(draft.title, draft.text, terms_of(draft), fund, draft.reason)
    return list(problems(said, local_date(at), version=draft.number).values())


def _name(session: Session, person_id: int) -> str:
    name = session.scalar(select(Person.name).where(Person.id == person_id))
    return mask_name(name or "")
