"""Findings: issued, answered, judged, followed up; each step in the public record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from audit.desk.models import (
    EntryKind,
    Finding,
    FindingEntry,
    FindingState,
    Verdict,
    Visibility,
)
from audit.desk.recording import publish, record, tell_department, tell_office
from audit.desk.states import move
from audit.desk.texts import check_days, check_text
from core.clock import add_working_days, local_date
from core.db import lock
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext


def load(session: Session, ident: int) -> Finding:
    """A finding with its area. Raises ``NotFound``."""
    found = session.scalar(
        select(Finding).options(joinedload(Finding.area)).where(Finding.id == ident)
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such finding."))
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says, and when."""

    text: str
    by_id: int | None
    now: datetime


def issue(session: Session, ident: int, by_id: int, now: datetime) -> Finding:
    """Send a finding to the department; from here on it does not change."""
    finding = lock(session, Finding, ident)
    move(finding, "issue")
    due = add_working_days(local_date(now), finding.answer_days)
    finding.issued_by_id, finding.issued_at = by_id, now
    finding.first_due_on = finding.due_on = due
    entry(session, finding, EntryKind.ISSUED, Said("", by_id, now), due_on=due)
    record(session, finding, "finding.issued", {"due_on": due.isoformat(), "by": by_id}, now)
    if finding.visibility == Visibility.START:
        publish(session, finding, now)
    told = lazy_gettext("The auditors ask your department to answer finding %(number)s.")
    tell_department(session, finding, told, now)
    return finding


def answer(session: Session, ident: int, said: Said) -> Finding:
    """Answer for the department, on time or late. Raises ``Invalid`` for a text that is too short,
    and ``Conflict`` when no answer is awaited."""
    finding = lock(session, Finding, ident)
    check_text(said.text)
    due = finding.due_on
    move(finding, "answer")
    finding.answered_at = said.now
    entry(session, finding, EntryKind.ANSWER, said, due_on=due, by_department=True)
    if finding.published_at is None:
        publish(session, finding, said.now)
    late = due is not None and local_date(said.now) > due
    body = {"answer": said.text, "due_on": due and due.isoformat(), "late": late, "by": said.by_id}
    record(session, finding, "finding.answered", body, said.now)
    tell_office(session, finding, lazy_gettext("Finding %(number)s was answered."), said.now)
    return finding


def send_back(session: Session, ident: int, said: Said, days: int) -> Finding:
    """Ask again, as the answer was not enough, with a new day. Raises as ``answer``."""
    finding = lock(session, Finding, ident)
    check_text(said.text)
    check_days(days)
    move(finding, "return")
    finding.due_on = due = add_working_days(local_date(said.now), days)
    entry(session, finding, EntryKind.RETURNED, said, due_on=due)
    body = {"reason": said.text, "due_on": due.isoformat(), "by": said.by_id}
    record(session, finding, "finding.returned", body, said.now)
    told = lazy_gettext("The auditors ask again about finding %(number)s.")
    tell_department(session, finding, told, said.now)
    return finding


def follow_up(session: Session, ident: int, said: Said, *, by_department: bool) -> Finding:
    """Add what has happened since. Raises ``Conflict`` once it is closed."""
    finding = lock(session, Finding, ident)
    check_text(said.text)
    if finding.state not in {FindingState.ISSUED, FindingState.RETURNED, FindingState.ANSWERED}:
        raise Conflict(lazy_gettext("This finding is closed, or was not issued yet."))
    entry(session, finding, EntryKind.FOLLOW_UP, said, by_department=by_department)
    body = {"text": said.text, "by": said.by_id, "department": by_department}
    record(session, finding, "finding.follow_up", body, said.now)
    return finding


def close(session: Session, ident: int, verdict: Verdict, said: Said) -> Finding:
    """Close a finding with a verdict and its reason; without an answer only when that is overdue,
    and then neither as put right nor as explained.

    Raises ``Invalid`` and ``Conflict`` for anything else.
    """
    finding = lock(session, Finding, ident)
    check_text(said.text)
    answered = finding.state == FindingState.ANSWERED
    if not answered and verdict in {Verdict.REMEDIED, Verdict.EXPLAINED}:
        problem = lazy_gettext("There is no answer on which this could rest.")
        raise Invalid(problem, fields={"verdict": problem})
    if not answered and finding.due_on is not None and local_date(said.now) <= finding.due_on:
        raise Conflict(lazy_gettext("The department still has time to answer."))
    move(finding, "close" if answered else "close_unanswered")
    finding.verdict, finding.closed_by_id, finding.closed_at = verdict, said.by_id, said.now
    if finding.published_at is None:
        publish(session, finding, said.now)
    entry(session, finding, EntryKind.VERDICT, said)
    body = {"verdict": verdict.value, "reason": said.text, "by": said.by_id}
    record(session, finding, "finding.closed", body, said.now)
    tell_department(session, finding, lazy_gettext("Finding %(number)s was closed."), said.now)
    return finding


def entry(
    session: Session,
    finding: Finding,
    kind: EntryKind,
    said: Said,
    *,
    due_on: date | None = None,
    by_department: bool = False,
) -> None:
    """Write down what was said or done."""
    made = FindingEntry(
        finding_id=finding.id,
        kind=kind,
        by_department=by_department,
        text=said.text,
        by_id=said.by_id,
        at=said.now,
        due_on=due_on,
    )
    session.add(made)
    session.flush()
