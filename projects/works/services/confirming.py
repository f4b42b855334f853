"""Residents say whether a report is true; what those nearby dispute has to be answered first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.db import lock
from core.errors import Conflict, NotFound, Refused
from core.i18n import lazy_gettext
from projects.models import Confirmation, Milestone, MilestoneReport, Project
from projects.states import MilestoneState
from projects.works.services.reporting import latest_report
from projects.works.services.site import (
    LONGEST,
    Site,
    check_not_contractor,
    check_reason,
    contract_of,
    note,
    site_of,
    wrong,
)
from projects.works.services.telling import tell_all


def lives_nearby(person: Person, project: Project) -> bool:
    """Whether somebody's verified residence lies in the project's area."""
    return bool(
        person.verified_at and person.area and person.area.path.startswith(project.area.path)
    )


def site_of_report(session: Session, report_id: int) -> tuple[Site, Milestone, MilestoneReport]:
    """A report with its milestone, project and plan, held. Raises ``NotFound``."""
    found = session.get(MilestoneReport, report_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such report."))
    site, milestone = site_of(session, found.milestone_id)
    return site, milestone, found


def check_current(session: Session, milestone: Milestone, report: MilestoneReport) -> None:
    """Raise ``Conflict`` unless a report is the last one on a milestone that waits for
    acceptance."""
    latest = latest_report(session, milestone.id)
    if milestone.state != MilestoneState.REPORTED or latest is None or latest.id != report.id:
        raise Conflict(
            lazy_gettext("This report is decided already, or a newer one has taken its place.")
        )


def confirm(
    session: Session, report_id: int, person_id: int, *, holds: bool, text: str, now: datetime
) -> Confirmation:
    """Say that a report is true, or why it is not; the same person again changes what they said.

    Raises ``Conflict`` once the report is decided, ``Refused`` for whoever did the work, and
    ``Invalid`` for a dispute without a reason.
    """
    site, milestone, found = site_of_report(session, report_id)
    own = (Confirmation.report_id == report_id, Confirmation.person_id == person_id)
    known = session.scalar(select(Confirmation).where(*own))
    person = session.get_one(Person, person_id)
    nearby = lives_nearby(person, site.project)
    if known and (known.holds, known.text, known.nearby) == (holds, text, nearby):
        return known
    check_current(session, milestone, found)
    if found.by_id == person_id:
        raise Refused(lazy_gettext("Others have to say whether your own report is true."))
    check_not_contractor(session, contract_of(session, milestone), person_id, now)
    if not holds:
        check_reason("text", text)
    elif len(text) > LONGEST:
        raise wrong("text", lazy_gettext("Please write between 10 and 2,000 characters."))
    made = known or Confirmation(report_id=report_id, person_id=person_id)
    made.holds, made.text, made.nearby, made.at = holds, text, nearby, now
    # What was answered was said otherwise.
    made.answer, made.answered_by_id, made.answered_at = "", None, None
    session.add(made)
    session.flush()
    event = "delivery.confirmed" if holds else "delivery.disputed"
    body = {"milestone": milestone.id, "title": milestone.title, "report": found.id}
    note(session, site.project, event, body | {"nearby": nearby}, now)
    if not holds and nearby:
        words = lazy_gettext("A neighbour disputes the report on “%(part)s”. Please answer.")
        url = f"/milestones/{milestone.id}#report-{found.id}"
        tell_all(session, [site.plan.responsible_id], words, url, now, part=milestone.title)
    return made


def open_disputes(session: Session, report_id: int) -> int:
    """How many disputes of people nearby are still to be answered."""
    rows = select(Confirmation.id).where(
        Confirmation.report_id == report_id,
        Confirmation.nearby,
        Confirmation.holds.is_(False),
        Confirmation.answered_at.is_(None),
    )
    return len(session.scalars(rows).all())


def answer_dispute(
    session: Session, confirmation_id: int, text: str, by_id: int, now: datetime
) -> Confirmation:
    """Answer a dispute in public, once.

    Raises ``Conflict`` when it was answered, taken back or is of a report that is decided,
    ``Refused`` for whoever disputes or did the work.
    """
    found = session.get(Confirmation, confirmation_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no such dispute."))
    site, milestone, report = site_of_report(session, found.report_id)
    found = lock(session, Confirmation, confirmation_id)
    if found.answered_by_id == by_id and found.answer == text:
        return found
    if found.holds or found.answered_at is not None:
        raise Conflict(lazy_gettext("This dispute was answered or taken back in the meantime."))
    check_current(session, milestone, report)
    if by_id in {found.person_id, report.by_id}:
        raise Refused(lazy_gettext("Somebody else has to answer this."))
    check_not_contractor(session, contract_of(session, milestone), by_id, now)
    check_reason("answer", text)
    found.answer, found.answered_by_id, found.answered_at = text, by_id, now
    body = {"milestone": milestone.id, "title": milestone.title, "report": report.id}
    body |= {"nearby": found.nearby, "by": by_id, "answer": text}
    note(session, site.project, "delivery.dispute_answered", body, now)
    words = lazy_gettext("What you said about “%(part)s” was answered.")
    url = f"/milestones/{milestone.id}#report-{report.id}"
    tell_all(session, [found.person_id], words, url, now, part=milestone.title)
    return found
