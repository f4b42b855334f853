"""Findings in lists: for everybody, for auditors, for the department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area, Organisation
from accounts.queries import within
from audit.desk.models import (
    Finding,
    FindingEvidence,
    FindingState,
    Visibility,
    finding_number,
)
from audit.desk.states import ISSUED, WAITING
from audit.desk.words import (
    FINDING_STATES,
    FINDING_TONES,
    VERDICT_TONES,
    VERDICTS,
)
from audit.flags.rule import Ref
from core.clock import local_date, now
from core.i18n import Localized, Message, localize
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
    total, number = 0, max(where.page, 1)
    if number > 1:
        total = session.scalar(select(func.count(Finding.id)).where(*conditions)) or 0
        number = min(number, max(1, -(-total // size)))
    waits = Finding.state.in_(sorted(WAITING))
    found = finding_rows().add_columns(func.count().over().label("total")).where(*conditions)
    found = found.order_by(
        waits.desc(), func.coalesce(Finding.due_on, today) if where.late else Finding.id.desc()
    )
    shown = session.execute(found.offset((number - 1) * size).limit(size)).all()
    total = shown[0].total if shown else total
    pages = max(1, -(-total // size))
    return FindingPage([finding_row(one, today) for one in shown], total, number, pages)


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


def finding_rows() -> Select[*tuple[Any, ...]]:
    """Findings with the names of the department and the company."""
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


def finding_row(found: Any, today: date) -> FindingRow:
    """A row of ``finding_rows`` as a list shows it."""
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


def departments_with_findings(session: Session, seen: ColumnElement[bool]) -> list[tuple[int, str]]:
    """Departments that findings are addressed to, for a filter."""
    ids = select(Finding.department_id).where(seen).distinct()
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    found = [(ident, str(localize(name).text)) for ident, name in session.execute(rows)]
    return sorted(found, key=lambda one: one[1])
