"""What every verb of delivery begins with: the project and its plan, held and fresh.

Whoever changes anything of a project's delivery holds the project first, so that two of them wait
for each other; the books are held after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import hold, lock
from core.errors import Conflict, Invalid, NotFound, Refused
from core.i18n import Message, lazy_gettext
from projects.models import Contract, DeliveryPlan, Milestone, Project
from projects.states import MilestoneState, State
from projects.tenders.people import acts_for
from transparency import log

SHORTEST, LONGEST = 10, 2000
OPEN = frozenset({MilestoneState.PLANNED, MilestoneState.REPORTED})


@dataclass(frozen=True, slots=True)
class Site:
    """A project in delivery and its plan, held until the commit."""

    project: Project
    plan: DeliveryPlan


@dataclass(frozen=True, slots=True)
class Target:
    """What a change is about: the plan as a whole, a milestone, a contract."""

    site: Site
    milestone: Milestone | None = None
    contract: Contract | None = None


def hold_site(session: Session, project_id: int) -> Site:
    """A project with its plan, held. Raises ``NotFound`` when it has none."""
    project = hold(session, Project, project_id)
    rows = select(DeliveryPlan).where(DeliveryPlan.project_id == project_id).with_for_update()
    plan = session.scalar(rows.execution_options(populate_existing=True))
    if plan is None:
        raise NotFound(lazy_gettext("This project has no delivery plan yet."))
    return Site(project, plan)


def site_of(session: Session, milestone_id: int) -> tuple[Site, Milestone]:
    """A milestone with its project and plan, all held. Raises ``NotFound``."""
    rows = select(DeliveryPlan.project_id).join(Milestone).where(Milestone.id == milestone_id)
    project_id = session.scalar(rows)
    if project_id is None:
        raise NotFound(lazy_gettext("There is no such milestone."))
    return hold_site(session, project_id), lock(session, Milestone, milestone_id)


def milestones_of(session: Session, plan: DeliveryPlan) -> list[Milestone]:
    """The milestones of a plan as they are now, in their order."""
    rows = select(Milestone).where(Milestone.plan_id == plan.id).order_by(Milestone.position)
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def contract_of(session: Session, milestone: Milestone) -> Contract | None:
    """The contract under which a milestone is done, held; nothing where the department does it
    by itself."""
    return lock(session, Contract, milestone.contract_id) if milestone.contract_id else None


def check_delivering(project: Project) -> None:
    """Raise ``Conflict`` unless a project is being carried out."""
    if project.state != State.DELIVERING:
        raise Conflict(lazy_gettext("This project is not being carried out now."))


def check_reason(field: str, text: str) -> None:
    """Raise ``Invalid`` when a reason is too short to be one, or far too long."""
    if not SHORTEST <= len(text) <= LONGEST:
        problem = lazy_gettext("Please write between 10 and 2,000 characters.")
        raise wrong(field, problem)


def wrong(field: str, problem: Message) -> Invalid:
    """What does not fit, at its field."""
    return Invalid(problem, fields={field: problem})


def check_two(first_id: int | None, second_id: int) -> None:
    """Raise ``Refused`` when the second of two people is the first."""
    if first_id == second_id:
        raise Refused(lazy_gettext("Somebody else has to decide on what you asked for yourself."))


def check_not_contractor(
    session: Session, contract: Contract | None, person_id: int, now: datetime
) -> None:
    """Raise ``Refused`` for whoever acts for the organisation that does the work."""
    if contract and acts_for(session, person_id, contract.organisation_id, now):
        raise Refused(
            lazy_gettext("You act for whoever does this work, so others have to judge it.")
        )


def note(
    session: Session,
    project: Project,
    event: str,
    body: dict[str, Any],
    now: datetime,
    *more: log.Subject,
) -> None:
    """Record an event of delivery about the project, its round and ``more``."""
    project.updated_at = now
    subjects = [("project", project.id), ("round", project.round_id), *more]
    log.record(session, event, subjects, body, now)
