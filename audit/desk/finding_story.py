"""One finding in full, with everything that was said and done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from audit.desk.evidence import RefView, views
from audit.desk.finding_pages import FindingRow, finding_row, finding_rows
from audit.desk.models import (
    EntryKind,
    Finding,
    FindingEntry,
    FindingEvidence,
)
from audit.desk.words import (
    ENTRIES,
    VERDICTS,
)
from audit.flags.rule import Ref
from core.clock import local_date, now, working_days_between
from core.i18n import Message
from core.text import mask_name


@dataclass(frozen=True, slots=True)
class EntryView:
    """What was said or done; for an answer ``days_late`` is how many working days it was late."""

    kind: str
    label: Message
    text: str
    by: str
    by_department: bool
    at: datetime
    due_on: date | None
    days_late: int


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding in full."""

    row: FindingRow
    text: str
    state: str
    visibility: str
    answer_days: int
    verdict: Message | None
    closed_at: datetime | None
    evidence: list[RefView]
    entries: list[EntryView]
    written_by: str


def finding_view(session: Session, ident: int, *, public: bool) -> FindingView:
    """A finding in full; for the ``public`` without people's whole names and what only the office
    sees. Five queries and one for each kind of evidence."""
    today = local_date(now())
    found = session.execute(finding_rows().where(Finding.id == ident)).one()
    one: Finding = found.Finding
    refs = evidence_refs(session, ident)
    named = views(session, refs, public=public)
    writer = session.scalar(select(Person.name).where(Person.id == one.written_by_id))
    return FindingView(
        row=finding_row(found, today),
        text=one.text,
        state=one.state,
        visibility=one.visibility,
        answer_days=one.answer_days,
        verdict=VERDICTS[one.verdict] if one.verdict else None,
        closed_at=one.closed_at,
        evidence=[named[ref] for ref in refs if ref in named],
        entries=_entries(session, ident, public=public),
        written_by=_shown(writer, public=public),
    )


def evidence_refs(session: Session, ident: int) -> list[Ref]:
    """What a finding rests on, in order."""
    rows = (
        select(FindingEvidence.kind, FindingEvidence.ref)
        .where(FindingEvidence.finding_id == ident)
        .order_by(FindingEvidence.position)
    )
    return [(kind, ref) for kind, ref in session.execute(rows)]


def _entries(session: Session, ident: int, *, public: bool) -> list[EntryView]:
    rows = (
        select(FindingEntry, Person.name)
        .outerjoin(Person, Person.id == FindingEntry.by_id)
        .where(FindingEntry.finding_id == ident)
        .order_by(FindingEntry.id)
    )
    return [_entry(one, _shown(name, public=public)) for one, name in session.execute(rows)]


def _entry(one: FindingEntry, by: str) -> EntryView:
    late = 0
    if one.kind == EntryKind.ANSWER and one.due_on is not None:
        late = working_days_between(one.due_on, local_date(one.at))
        if local_date(one.at) > one.due_on:
            late = max(late, 1)
    return EntryView(
        one.kind, ENTRIES[one.kind], one.text, by, one.by_department, one.at, one.due_on, late
    )


def _shown(name: str | None, *, public: bool) -> str:
    if name is None:
        return ""
    return mask_name(name) if public else name
