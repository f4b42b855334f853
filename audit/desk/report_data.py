"""A year of audit work in figures, for reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation
from accounts.queries import within
from audit.desk.finding_pages import public_now
from audit.desk.models import EntryKind, Finding, FindingEntry, Sample, SampleItem
from audit.desk.states import ISSUED, WAITING
from audit.flags.models import Flag, FlagState
from audit.flags.rule import REGISTRY
from core.clock import local_date, local_zone
from core.i18n import Localized, Message, localize


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What a rule found in the year, and what became of it."""

    rule: str
    title: Message
    found: int
    open: int
    dismissed: int
    findings: int
    lapsed: int


@dataclass(frozen=True, slots=True)
class SampleFigures:
    """Samples of the year: how many vouchers were drawn, looked at, and led to a finding."""

    kind: str
    samples: int
    drawn: int
    looked: int
    findings: int


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Answers in the year: on time, late, and those that are overdue today."""

    on_time: int
    late: int
    overdue: int


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """Findings of the year addressed to a department."""

    id: int
    name: Localized
    issued: int
    waiting: int
    closed: int


@dataclass(frozen=True, slots=True)
class AuditYear:
    """All of it. ``severities``, ``states`` and ``verdicts`` count issued findings by their words
    in ``audit.desk.words``."""

    rules: list[RuleFigures]
    samples: list[SampleFigures]
    severities: dict[str, int]
    states: dict[str, int]
    verdicts: dict[str, int]
    departments: list[DepartmentFigures]
    answers: AnswerFigures


def audit_year(
    session: Session, paths: Sequence[str], year: int, now: datetime, *, public: bool = True
) -> AuditYear:
    """The year's figures of the areas of ``paths`` and below; of findings only what everybody may
    read, unless ``public`` is off. Seven queries."""
    span = _span(year)
    areas = select(Area.id).where(within(tuple(paths)))
    found: list[ColumnElement[bool]] = [
        Finding.area_id.in_(areas),
        Finding.issued_at.between(*span),
        Finding.state.in_(sorted(ISSUED)),
    ]
    if public:
        found.append(public_now(local_date(now)))
    return AuditYear(
        rules=_rules(session, paths, span),
        samples=_samples(session, paths, span),
        severities=_count(session, Finding.severity, found),
        states=_count(session, Finding.state, found),
        verdicts=_count(session, Finding.verdict, [*found, Finding.verdict.is_not(None)]),
        departments=_departments(session, found),
        answers=_answers(session, found, local_date(now)),
    )


def _span(year: int) -> tuple[datetime, datetime]:
    """The first and the last moment of a year, where this installation is."""
    begin = datetime.combine(date(year, 1, 1), time(), local_zone())
    end = datetime.combine(date(year + 1, 1, 1), time(), local_zone())
    return begin.astimezone(UTC), end.astimezone(UTC) - timedelta(microseconds=1)


def _count(session: Session, column: Any, where: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    rows = select(column, func.count()).where(*where).group_by(column)
    return dict(iter(session.execute(rows)))


def _rules(
    session: Session, paths: Sequence[str], span: tuple[datetime, datetime]
) -> list[RuleFigures]:
    areas = select(Area.id).where(within(tuple(paths)))
    rows = (
        select(Flag.rule, Flag.state, func.count())
        .where(Flag.found_at.between(*span), or_(Flag.area_id.is_(None), Flag.area_id.in_(areas)))
        .group_by(Flag.rule, Flag.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for rule, state, count in session.execute(rows):
        counts.setdefault(rule, {})[state] = count
    return [_rule(rule.id, rule.title, counts.get(rule.id, {})) for rule in REGISTRY.rules.values()]


def _rule(ident: str, title: Message, counts: dict[str, int]) -> RuleFigures:
    states = (FlagState.OPEN, FlagState.DISMISSED, FlagState.FINDING, FlagState.LAPSED)
    return RuleFigures(
        ident, title, sum(counts.values()), *(counts.get(state, 0) for state in states)
    )


def _samples(
    session: Session, paths: Sequence[str], span: tuple[datetime, datetime]
) -> list[SampleFigures]:
    rows = (
        select(
            Sample.kind,
            func.count(Sample.id.distinct()),
            func.count(SampleItem.id),
            func.count(SampleItem.looked_at),
            func.count(SampleItem.finding_id),
        )
        .join(Area, Area.id == Sample.area_id)
        .outerjoin(SampleItem, SampleItem.sample_id == Sample.id)
        .where(within(tuple(paths)), Sample.asked_at.between(*span))
        .group_by(Sample.kind)
        .order_by(Sample.kind)
    )
    return [SampleFigures(*row) for row in session.execute(rows)]


def _departments(session: Session, where: Sequence[ColumnElement[bool]]) -> list[DepartmentFigures]:
    waiting = func.sum(case((Finding.state.in_(sorted(WAITING)), 1), else_=0))
    closed = func.sum(case((Finding.closed_at.is_not(None), 1), else_=0))
    rows = (
        select(Organisation.id, Organisation.name, func.count(Finding.id), waiting, closed)
        .join(Finding, Finding.department_id == Organisation.id)
        .where(*where)
        .group_by(Organisation.id)
        .order_by(func.count(Finding.id).desc(), Organisation.id)
    )
    return [
        DepartmentFigures(ident, localize(name), issued, int(open_), int(done))
        for ident, name, issued, open_, done in session.execute(rows)
    ]


def _answers(session: Session, where: Sequence[ColumnElement[bool]], today: date) -> AnswerFigures:
    rows = (
        select(FindingEntry.at, FindingEntry.due_on)
        .join(Finding, Finding.id == FindingEntry.finding_id)
        .where(*where, FindingEntry.kind == EntryKind.ANSWER)
    )
    late = [due is not None and local_date(at) > due for at, due in session.execute(rows)]
    overdue = select(func.count(Finding.id)).where(
        *where, and_(Finding.state.in_(sorted(WAITING)), Finding.due_on < today)
    )
    return AnswerFigures(late.count(False), late.count(True), session.scalar(overdue) or 0)
