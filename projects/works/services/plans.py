"""Writing a delivery plan, and publishing it: from then on it is a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import Organisation, OrganisationKind
from core.canonical import digest
from core.db import hold
from core.errors import Conflict, Invalid, Refused
from core.i18n import format_money, lazy_gettext
from ledger.services.contracting import begin_contracts, standing
from projects.models import DeliveryPlan, Milestone, Project
from projects.services.moves import advance, move
from projects.states import PLAN_MOVES, TO_BEGIN, PlanState
from projects.tenders.people import people_of
from projects.works.services.site import Site, hold_site, milestones_of, note, wrong
from projects.works.services.telling import tell_begun

MOST_MILESTONES = 20


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """A part of the work as it is planned; ``budget`` in minor units."""

    title: str
    about: str
    due_on: date
    budget: int


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A delivery plan as an officer writes it."""

    organisation_id: int
    responsible_id: int
    summary: str
    starts_on: date
    ends_on: date
    milestones: tuple[PlannedMilestone, ...]


def write_plan(
    session: Session, project_id: int, draft: PlanDraft, by_id: int, now: datetime
) -> DeliveryPlan:
    """Write the plan of a project that goes ahead, or write it anew; nobody else sees it yet.

    Raises ``Conflict`` when the project was not chosen or its plan is published, ``Invalid`` for
    dates, people or budgets that do not fit.
    """
    project = hold(session, Project, project_id)
    rows = select(DeliveryPlan).where(DeliveryPlan.project_id == project_id)
    plan = session.scalar(rows.execution_options(populate_existing=True))
    if project.state not in TO_BEGIN or (plan and plan.state != PlanState.DRAFT):
        raise Conflict(
            lazy_gettext("Only a project that was chosen and has no published plan can be planned.")
        )
    _check(session, project, draft, now)
    plan = plan or DeliveryPlan(project_id=project_id)
    plan.organisation_id, plan.responsible_id = draft.organisation_id, draft.responsible_id
    plan.summary, plan.starts_on, plan.ends_on = draft.summary, draft.starts_on, draft.ends_on
    plan.written_by_id, plan.written_at = by_id, now
    session.add(plan)
    session.flush()
    _put_milestones(session, plan, draft.milestones)
    return plan


def _put_milestones(
    session: Session, plan: DeliveryPlan, planned: tuple[PlannedMilestone, ...]
) -> None:
    """Nothing refers to the milestones of a draft, so that they may be made anew."""
    session.execute(delete(Milestone).where(Milestone.plan_id == plan.id))
    session.add_all(
        Milestone(
            plan_id=plan.id,
            position=position,
            title=one.title,
            about=one.about,
            due_on=one.due_on,
            budget=one.budget,
        )
        for position, one in enumerate(planned, 1)
    )
    session.flush()
    session.expire(plan, ["milestones"])


def _check(session: Session, project: Project, draft: PlanDraft, now: datetime) -> None:
    if draft.ends_on < draft.starts_on:
        raise wrong("ends_on", lazy_gettext("The end must not be before the beginning."))
    if not 1 <= len(draft.milestones) <= MOST_MILESTONES:
        problem = lazy_gettext("A plan has between 1 and %(most)s milestones.", most=20)
        raise wrong("milestones", problem)
    owner = session.get(Organisation, draft.organisation_id)
    if owner is None or owner.kind != OrganisationKind.DEPARTMENT:
        raise wrong("organisation_id", lazy_gettext("Please choose a department."))
    if draft.responsible_id not in people_of(session, owner.id, now):
        problem = lazy_gettext("Please choose somebody who acts for this department.")
        raise wrong("responsible_id", problem)
    for one in draft.milestones:
        if not draft.starts_on <= one.due_on <= draft.ends_on:
            problem = lazy_gettext(
                "“%(title)s” is due outside of the plan's own dates.", title=one.title
            )
            raise wrong("milestones", problem)
    _check_budget(sum(one.budget for one in draft.milestones), project.cost or 0, project.currency)


def _check_budget(planned: int, cost: int, currency: str) -> None:
    if planned > cost:
        raise wrong(
            "milestones",
            lazy_gettext(
                "The milestones come to %(sum)s together, more than the %(cost)s that were"
                " decided for this project.",
                sum=format_money(planned, currency),
                cost=format_money(cost, currency),
            ),
        )


def plan_digest(plan: DeliveryPlan, milestones: list[Milestone]) -> str:
    """SHA-256 of all that a plan promises, so that what is published is what was read."""
    return digest(
        {
            "organisation": plan.organisation_id,
            "responsible": plan.responsible_id,
            "summary": plan.summary,
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
            "milestones": [
                [one.title, one.about, one.due_on.isoformat(), one.budget] for one in milestones
            ],
        }
    )


def publish_plan(
    session: Session, project_id: int, seen: str, by_id: int, now: datetime
) -> DeliveryPlan:
    """Publish what somebody else wrote and what ``seen`` (a ``plan_digest``) says was read: the
    dates and budgets are promised, and from now on the project pays for accepted work only.

    Raises ``Refused`` for whoever wrote it, ``Conflict`` when it was written anew or published in
    the meantime, ``NotFound`` as long as no money is committed, ``Invalid`` when it is too little.
    """
    site = hold_site(session, project_id)
    plan, milestones = site.plan, milestones_of(session, site.plan)
    if plan.state == PlanState.DRAFT and plan.written_by_id == by_id:
        raise Refused(lazy_gettext("Somebody else has to publish the plan that you wrote."))
    advance(plan, PLAN_MOVES, "publish")
    if plan_digest(plan, milestones) != seen:
        raise Conflict(
            lazy_gettext("The plan was changed in the meantime. Please read it once more.")
        )
    if not milestones:
        raise Invalid(lazy_gettext("The plan has no milestones yet."))
    begin_contracts(session, project_id)
    money = standing(session, project_id)
    _check_budget(
        sum(m.budget for m in milestones), money.committed - money.returned, money.currency
    )
    _promise(session, site, milestones, by_id, now)
    return plan


def _promise(
    session: Session, site: Site, milestones: list[Milestone], by_id: int, now: datetime
) -> None:
    plan, project = site.plan, site.project
    plan.promised_ends_on, plan.published_by_id, plan.published_at = plan.ends_on, by_id, now
    for one in milestones:
        one.promised_on, one.promised_budget = one.due_on, one.budget
    move(project, "begin")
    body = {
        "by": plan.written_by_id,
        "approved_by": by_id,
        "organisation": plan.organisation_id,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "budget": sum(one.budget for one in milestones),
        "currency": project.currency,
        "milestones": [_promised(one) for one in milestones],
    }
    note(session, project, "delivery.begun", body, now)
    tell_begun(session, project, plan.responsible_id, now)


def _promised(milestone: Milestone) -> dict[str, object]:
    return {
        "milestone": milestone.id,
        "title": milestone.title,
        "due_on": milestone.due_on.isoformat(),
        "budget": milestone.budget,
    }
