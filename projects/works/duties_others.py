"""What delivery puts on the desks of committees, contractors and whoever approves accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.models import Area
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, localize
from core.policy import Actor
from projects.calls import calls
from projects.models import (
    Acceptance,
    Contract,
    DeliveryPlan,
    FinalAccount,
    Milestone,
    MilestoneReport,
    Project,
)
from projects.policies import OFFICERS
from projects.states import ContractState, MilestoneState, State
from projects.tenders.people import BIDDERS
from projects.works.duties import MOST, last_report, of_plans, reach_of
from projects.works.policies import COMMITTEE, MONEY


@duty_source
def accounts_to_approve(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Final accounts that somebody else drew up."""
    if not actor.has_role(OFFICERS | MONEY, None):
        return []
    mine = [
        call.id for call in calls(session, now) if actor.has_role(OFFICERS | MONEY, call.area_path)
    ]
    if not mine:
        return []
    rows = (
        select(Project.id, Project.title)
        .join(FinalAccount, FinalAccount.project_id == Project.id)
        .where(
            Project.round_id.in_(mine),
            FinalAccount.approved_at.is_(None),
            FinalAccount.asked_by_id != (actor.id or 0),
        )
        .order_by(Project.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Approve the final account of “%(title)s”", title=localize(title)),
            f"/projects/{ident}/account/approve",
        )
        for ident, title in session.execute(rows)
    ]


@duty_source
def reports_to_accept(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Reports that wait for a yes or no of delivery officers or the community's committee."""
    reach = reach_of(session, actor, now)
    paths = _committee_paths(actor)
    if not isinstance(actor, SignedIn) or not (reach or paths):
        return []
    said = exists().where(
        Acceptance.report_id == MilestoneReport.id, Acceptance.person_id == actor.id
    )
    inside = [Area.path.startswith(path, autoescape=True) for path in paths]
    rows = (
        of_plans(MilestoneReport.id, Milestone.title)
        .join(Area, Area.id == Project.area_id)
        .join(Milestone, Milestone.plan_id == DeliveryPlan.id)
        .outerjoin(Contract, Contract.id == Milestone.contract_id)
        .join(MilestoneReport, MilestoneReport.milestone_id == Milestone.id)
        .where(
            or_(reach.condition, *inside),
            Project.state == State.DELIVERING,
            Milestone.state == MilestoneState.REPORTED,
            MilestoneReport.number == last_report(),
            MilestoneReport.by_id != actor.id,
            Contract.organisation_id.is_(None)
            | Contract.organisation_id.not_in(actor.organisations(BIDDERS)),
            ~said,
        )
        .order_by(MilestoneReport.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Look at the report on “%(title)s” and accept it or not", title=title),
            f"/reports/{ident}/accept",
        )
        for ident, title in session.execute(rows)
    ]


def _committee_paths(actor: Actor) -> list[str]:
    if not isinstance(actor, SignedIn):
        return []
    return [grant.area_path for grant in actor.grants if grant.role in COMMITTEE]


@duty_source
def work_to_report(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What a contractor's people have to do by when."""
    if not isinstance(actor, SignedIn) or not (own := actor.organisations(BIDDERS)):
        return []
    rows = (
        select(Milestone.id, Milestone.title, Milestone.due_on)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(
            Contract.organisation_id.in_(own),
            Contract.state == ContractState.SIGNED,
            Milestone.state == MilestoneState.PLANNED,
        )
        .order_by(Milestone.due_on)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Report “%(title)s” once it is done", title=title),
            f"/milestones/{ident}/report",
            due,
        )
        for ident, title, due in session.execute(rows)
    ]
