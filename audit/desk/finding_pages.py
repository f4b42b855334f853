"""Findings as pages show them: to everybody, to auditors, to the department; one in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Organisation, Person
from accounts.queries import within
from audit.desk.evidence import RefView, views
from audit.desk.models import (
    EntryKind,
    Finding,
    FindingEntry,
    FindingEvidence,
    FindingState,
    Visibility,
    finding_number,
)
from audit.desk.states import ISSUED, WAITING
from audit.desk.words import (
    ENTRIES,
    FINDING_STATES,
    FINDING_TONES,
    VERDICT_TONES,
    VERDICTS,
)
from audit.flags.rule import Ref
from core.clock import local_date, now, working_days_between
from core.i18n import Localized, Message, localize
from core.text import mask_name
from ledger.models import Payee

SIZE = 20


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings; empty values let everything through."""

    state: str = ""
    severity: str = ""
    verdict: str = ""
    department: int | None = None
    late: bool = False
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in a list. ``late`` is whether an answer is overdue today."""

    id: int
    number: str
    title: str
    severity: str
    label: Message
    tone: str
    department_id: int
    department: Localized
    company: Localized | None
    company_url: str | None
    issued_at: datetime | None
    due_on: date | None
    late: bool
    public: bool


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A page of findings."""

    rows: list[FindingRow]
    total: int
    number: int
    pages: int


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


def public_now(today: date) -> ColumnElement[bool]:
    """The condition that everybody may read a finding."""
    return and_(
        Finding.state.in_(sorted(ISSUED)),
        or_(
            Finding.visibility == Visibility.START,
            Finding.published_at.is_not(None),
            Finding.answered_at.is_not(None),
            Finding.first_due_on < today,
        ),
    )


def is_public(finding: Finding, today: date) -> bool:
    """Whether everybody may read a finding: the same as ``public_now``."""
    if finding.state not in ISSUED:
        return False
    due = finding.first_due_on
    return (
        finding.visibility == Visibility.START
        or finding.published_at is not None
        or finding.answered_at is not None
        or (due is not None and due < today)
    )


def of_auditor(paths: Sequence[str], offices: Sequence[int]) -> ColumnElement[bool]:
    """The condition that an auditor sees a finding: in their areas, drafts of their office only."""
    areas = select(Area.id).where(within(tuple(paths)))
    own = or_(Finding.office_id.is_(None), Finding.office_id.in_(offices))
    drafts = Finding.state.in_((FindingState.DRAFT, FindingState.DROPPED))
    return and_(Finding.area_id.in_(areas), or_(~drafts, own))


def of_departments(departments: Sequence[int]) -> ColumnElement[bool]:
    """The condition that a finding was issued to one of these departments."""
    return and_(Finding.department_id.in_(departments), Finding.state.in_(sorted(ISSUED)))


def about(refs: Ref) -> ColumnElement[bool]:
    """The condition that a finding rests on something."""
    ids = select(FindingEvidence.finding_id).where(
        FindingEvidence.kind == refs[0], FindingEvidence.ref == refs[1]
    )
    return Finding.id.in_(ids)


def list_findings(
    session: Session, seen: ColumnElement[bool], where: FindingFilter, size: int = SIZE
) -> FindingPage:
    """Findings that somebody sees, under a filter: what waits for an answer by its day, then the
    newest."""
    today = local_date(now())
    conditions = [seen, *_conditions(where, today)]
    total = session.scalar(select(func.count(Finding.id)).where(*conditions)) or 0
    pages = max(1, -(-total // size))
    number = min(max(where.page, 1), pages)
    waits = Finding.state.in_(sorted(WAITING))
    found = _rows().where(*conditions)
    found = found.order_by(
        waits.desc(), func.coalesce(Finding.due_on, today) if where.late else Finding.id.desc()
    )
    shown = session.execute(found.offset((number - 1) * size).limit(size)).all()
    return FindingPage([_row(one, today) for one in shown], total, number, pages)


def _conditions(where: FindingFilter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (Finding.state, where.state),
        (Finding.severity, where.severity),
        (Finding.verdict, where.verdict),
        (Finding.department_id, where.department),
    ):
        if value:
            found.append(column == value)
    if where.late:
        found.append(and_(Finding.state.in_(sorted(WAITING)), Finding.due_on < today))
    if where.words:
        number = where.words.upper().removeprefix("SJ-").lstrip("0")
        same = Finding.id == int(number) if number.isdigit() and len(number) < 16 else false()
        like = Finding.title.icontains(where.words, autoescape=True)
        found.append(or_(same, like))
    return found


_COMPANY = aliased(Organisation)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Finding,
            Organisation.name.label("department"),
            Payee.name.label("payee"),
            _COMPANY.name.label("company"),
        )
        .join(Organisation, Organisation.id == Finding.department_id)
        .outerjoin(Payee, Payee.id == Finding.payee_id)
        .outerjoin(_COMPANY, _COMPANY.id == Finding.company_id)
    )


def _row(found: Any, today: date) -> FindingRow:
    one: Finding = found.Finding
    company = found.payee or found.company
    url = f"/money/payees/{one.payee_id}" if one.payee_id else f"/organisations/{one.company_id}"
    due = one.due_on
    return FindingRow(
        id=one.id,
        number=finding_number(one.id),
        title=one.title,
        severity=one.severity,
        label=VERDICTS[one.verdict] if one.verdict else FINDING_STATES[one.state],
        tone=VERDICT_TONES[one.verdict] if one.verdict else FINDING_TONES[one.state],
        department_id=one.department_id,
        department=localize(found.department),
        company=localize(company) if company else None,
        company_url=url if company else None,
        issued_at=one.issued_at,
        due_on=due,
        late=one.state in WAITING and due is not None and due < today,
        public=is_public(one, today),
    )


def finding_view(session: Session, ident: int, *, public: bool) -> FindingView:
    """A finding in full; for the ``public`` without people's whole names and what only the office
    sees. Five queries and one for each kind of evidence."""
    today = local_date(now())
    found = session.execute(_rows().where(Finding.id == ident)).one()
    one: Finding = found.Finding
    refs = evidence_refs(session, ident)
    named = views(session, refs, public=public)
    writer = session.scalar(select(Person.name).where(Person.id == one.written_by_id))
    return FindingView(
        row=_row(found, today),
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


def departments_with_findings(session: Session, seen: ColumnElement[bool]) -> list[tuple[int, str]]:
    """Departments that findings are addressed to, for a filter."""
    ids = select(Finding.department_id).where(seen).distinct()
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    found = [(ident, str(localize(name).text)) for ident, name in session.execute(rows)]
    return sorted(found, key=lambda one: one[1])
