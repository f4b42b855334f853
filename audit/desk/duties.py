"""What the desk asks people to do: auditors to look, judge and remind; departments to answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.desk.finding_pages import of_auditor, of_departments
from audit.desk.models import Finding, FindingState, finding_number, sample_number
from audit.desk.offices import departments_of, is_auditor, offices_of, paths_of
from audit.desk.sample_pages import list_samples
from audit.desk.states import WAITING
from audit.flags.models import Flag, FlagState
from audit.flags.pages import seen_by
from core.clock import add_working_days, local_date
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, ngettext
from core.policy import Actor

MOST = 50
JUDGE_DAYS = 10  # working days within which an answer is judged


@duty_source
def auditor_duties(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """New flags, samples that are not finished, answers to judge, and answers that are overdue;
    the most urgent first."""
    if not is_auditor(actor):
        return []
    found = [*_answers(session, actor, now), *_samples(session, actor), *_flags(session, actor)]
    return sorted(found, key=lambda one: (one.due is None, str(one.due)))


def _answers(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    today = local_date(now)
    seen = of_auditor(paths_of(actor), sorted(offices_of(actor)))
    rows = (
        select(Finding.id, Finding.state, Finding.due_on, Finding.answered_at)
        .where(seen, Finding.state.in_([*sorted(WAITING), FindingState.ANSWERED]))
        .order_by(Finding.due_on, Finding.id)
        .limit(MOST)
    )
    found = []
    for ident, state, due, answered in session.execute(rows):
        number, url = finding_number(ident), f"/audit/findings/{ident}"
        if state == FindingState.ANSWERED and answered is not None:
            until = add_working_days(local_date(answered), JUDGE_DAYS)
            title = lazy_gettext("Judge the answer to finding %(number)s", number=number)
            found.append(Duty(title, url, until))
        elif due is not None and due < today:
            title = lazy_gettext("The answer to finding %(number)s is overdue", number=number)
            found.append(Duty(title, url, due))
    return found


def _samples(session: Session, actor: Actor) -> list[Duty]:
    return [
        Duty(
            lazy_gettext(
                "Work through sample %(number)s: %(left)s of %(all)s left",
                number=sample_number(one.id),
                left=one.drawn - one.looked,
                all=one.drawn,
            ),
            f"/audit/samples/{one.id}",
            None,
            one.drawn - one.looked,
        )
        for one in list_samples(session, paths_of(actor))
        if one.drawn_at is not None and one.unfinished
    ]


def _flags(session: Session, actor: Actor) -> list[Duty]:
    rows = select(func.count(Flag.id)).where(Flag.state == FlagState.OPEN, seen_by(paths_of(actor)))
    count = session.scalar(rows) or 0
    if not count:
        return []
    title = ngettext("%(num)s new flag to look at", "%(num)s new flags to look at", count)
    return [Duty(title, "/audit/flags", None, count)]


@duty_source
def findings_to_answer(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Findings that a department has to answer, by their days."""
    departments = sorted(departments_of(actor)) if actor.id is not None else []
    if not departments:
        return []
    rows = (
        select(Finding.id, Finding.due_on)
        .where(of_departments(departments), Finding.state.in_(sorted(WAITING)))
        .order_by(Finding.due_on, Finding.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Answer finding %(number)s of the auditors", number=finding_number(ident)),
            f"/audit/findings/{ident}",
            due,
        )
        for ident, due in session.execute(rows)
    ]
