"""Who is told what while a project is carried out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.notices import tell
from core.i18n import both, lazy_gettext
from projects.models import Confirmation, DeliveryPlan, Milestone, MilestoneReport, Project


def tell_all(
    session: Session,
    people: Iterable[int | None],
    words: LazyString,
    url: str,
    now: datetime,
    **values: object,
) -> None:
    """Tell everybody once; whoever is no longer here is left out."""
    texts = both(words, **values)
    wanted = {one for one in people if one is not None}
    rows = select(Person.id).where(Person.id.in_(wanted), Person.erased_at.is_(None))
    for person in session.scalars(rows.order_by(Person.id)).all() if wanted else ():
        tell(session, person, texts, url, now)


def tell_begun(session: Session, project: Project, responsible_id: int, now: datetime) -> None:
    """Tell whoever proposed a project, and whoever answers for it, that its work begins."""
    words = lazy_gettext("Work on “%(title)s” begins: its plan is published.")
    people = [project.proposer_id, responsible_id]
    tell_all(session, people, words, f"/projects/{project.id}", now, title=project.title)


def tell_ended(session: Session, project: Project, now: datetime, *, cancelled: bool) -> None:
    """Tell whoever proposed a project, or looked at its work, that it is done or given up."""
    people = [project.proposer_id, *neighbours(session, project.id)]
    words = (
        lazy_gettext("“%(title)s” was given up half-way. The page says why.")
        if cancelled
        else lazy_gettext("“%(title)s” is finished. Please say what you think of it.")
    )
    tell_all(session, people, words, f"/projects/{project.id}", now, title=project.title)


def neighbours(session: Session, project_id: int) -> list[int | None]:
    """Everybody who said whether a report of a project is true."""
    rows = (
        select(Confirmation.person_id)
        .join(MilestoneReport, MilestoneReport.id == Confirmation.report_id)
        .join(Milestone, Milestone.id == MilestoneReport.milestone_id)
        .join(DeliveryPlan, DeliveryPlan.id == Milestone.plan_id)
        .where(DeliveryPlan.project_id == project_id)
    )
    return list(session.scalars(rows.distinct()))
