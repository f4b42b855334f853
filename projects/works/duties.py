"""What delivery puts on desks: what to accept, to answer, to decide, and what is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from core.clock import local_date
from core.desk import Duty, duty_source
from core.i18n import Message, lazy_gettext, localize
from core.policy import Actor
from projects.calls import calls
from projects.models import (
    Confirmation,
    Contract,
    DeliveryPlan,
    FinalAccount,
    Milestone,
    MilestoneReport,
    PlanChange,
    Project,
)
from projects.policies import OFFICERS
from projects.states import (
    TO_BEGIN,
    ChangeState,
    ContractState,
    MilestoneState,
    PlanState,
    State,
)
from projects.works.policies import DEPARTMENT
from projects.works.services.site import OPEN

MOST = 100
AHEAD = timedelta(days=14)  # so long before are milestones and warranties told


@dataclass(frozen=True, slots=True)
class Reach:
    """Which projects somebody looks after: whole rounds, and those of their departments."""

    rounds: list[int]
    owners: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.rounds or self.owners)

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition on ``Project`` and ``DeliveryPlan``."""
        return or_(Project.round_id.in_(self.rounds), DeliveryPlan.organisation_id.in_(self.owners))


def reach_of(session: Session, actor: Actor, now: datetime) -> Reach:
    """What somebody looks after: at most two queries."""
    if not isinstance(actor, SignedIn) or not actor.has_role(DEPARTMENT, None):
        return Reach([], frozenset())
    rounds = [call.id for call in calls(session, now) if actor.has_role(OFFICERS, call.area_path)]
    return Reach(rounds, actor.organisations(DEPARTMENT))


def of_plans(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Rows about published plans and their projects."""
    return (
        select(*columns)
        .select_from(DeliveryPlan)
        .join(Project, Project.id == DeliveryPlan.project_id)
        .where(DeliveryPlan.state == PlanState.PUBLISHED)
    )


@duty_source
def delivery_duties(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What delivery officers have to answer, decide, see to and account for."""
    reach = reach_of(session, actor, now)
    if not reach:
        return []
    return [
        *_plans(session, actor, reach),
        *_disputes(session, actor, reach),
        *_changes(session, actor, reach),
        *_due(session, reach, local_date(now)),
        *_warranties(session, reach, local_date(now)),
        *_accounts(session, reach),
    ]


def _plans(session: Session, actor: Actor, reach: Reach) -> Iterator[Duty]:
    """Chosen projects without a plan, and plans that somebody else wrote."""
    rows = (
        select(
            Project.id,
            Project.title,
            DeliveryPlan.id.is_(None).label("missing"),
            DeliveryPlan.written_by_id,
        )
        .outerjoin(DeliveryPlan, DeliveryPlan.project_id == Project.id)
        .where(Project.state.in_(TO_BEGIN), Project.round_id.in_(reach.rounds))
        .order_by(Project.id)
        .limit(MOST)
    )
    for ident, title, missing, by_id in session.execute(rows):
        words: Message = lazy_gettext("Plan “%(title)s”", title=localize(title))
        if missing:
            yield Duty(words, f"/projects/{ident}/plan")
        elif by_id != actor.id:
            words = lazy_gettext("Publish the plan of “%(title)s”", title=localize(title))
            yield Duty(words, f"/projects/{ident}/plan/publish")


def _disputes(session: Session, actor: Actor, reach: Reach) -> Iterator[Duty]:
    rows = (
        of_plans(Confirmation.id, Milestone.title)
        .join(Milestone, Milestone.plan_id == DeliveryPlan.id)
        .join(MilestoneReport, MilestoneReport.milestone_id == Milestone.id)
        .join(Confirmation, Confirmation.report_id == MilestoneReport.id)
        .where(
            reach.condition,
            Milestone.state == MilestoneState.REPORTED,
            MilestoneReport.number == last_report(),
            Confirmation.nearby,
            Confirmation.holds.is_(False),
            Confirmation.answered_at.is_(None),
            Confirmation.person_id.is_distinct_from(actor.id),
            MilestoneReport.by_id != (actor.id or 0),
        )
    )
    for ident, title in session.execute(rows.order_by(Confirmation.id).limit(MOST)):
        words = lazy_gettext("Answer a neighbour's dispute about “%(title)s”", title=title)
        yield Duty(words, f"/confirmations/{ident}/answer")


def last_report() -> Any:
    """The number of a milestone's latest report."""
    return (
        select(func.max(MilestoneReport.number))
        .where(MilestoneReport.milestone_id == Milestone.id)
        .correlate(Milestone)
        .scalar_subquery()
    )


def _changes(session: Session, actor: Actor, reach: Reach) -> Iterator[Duty]:
    rows = (
        of_plans(PlanChange.id, Project.title)
        .join(PlanChange, PlanChange.plan_id == DeliveryPlan.id)
        .where(
            reach.condition,
            PlanChange.state == ChangeState.ASKED,
            PlanChange.asked_by_id != (actor.id or 0),
        )
    )
    for ident, title in session.execute(rows.order_by(PlanChange.id).limit(MOST)):
        words = lazy_gettext("Decide on a change of “%(title)s”", title=localize(title))
        yield Duty(words, f"/changes/{ident}")


def _due(session: Session, reach: Reach, today: date) -> Iterator[Duty]:
    rows = (
        of_plans(Milestone.id, Milestone.title, Milestone.due_on)
        .join(Milestone, Milestone.plan_id == DeliveryPlan.id)
        .where(
            reach.condition,
            Project.state == State.DELIVERING,
            Milestone.state == MilestoneState.PLANNED,
            Milestone.due_on <= today + AHEAD,
        )
    )
    for ident, title, due in session.execute(rows.order_by(Milestone.due_on).limit(MOST)):
        words = lazy_gettext("“%(title)s” is to be done", title=title)
        yield Duty(words, f"/milestones/{ident}", due)


def _warranties(session: Session, reach: Reach, today: date) -> Iterator[Duty]:
    open_ = exists().where(Milestone.contract_id == Contract.id, Milestone.state.in_(OPEN))
    rows = (
        of_plans(Contract)
        .join(Contract, Contract.project_id == Project.id)
        .where(
            reach.condition,
            Contract.state.in_((ContractState.SIGNED, ContractState.TERMINATED)),
            Contract.retention_released_at.is_(None),
            Contract.retention_bp > 0,
            Contract.amount_now > 0,
            Contract.warranty_until <= today + AHEAD,
            ~open_,
        )
    )
    for contract in session.scalars(rows.order_by(Contract.warranty_until).limit(MOST)):
        words = lazy_gettext(
            "The warranty of contract %(number)s ends: decide on its retention",
            number=contract.number,
        )
        yield Duty(words, f"/contracts/{contract.id}/retention", contract.warranty_until)


def _accounts(session: Session, reach: Reach) -> Iterator[Duty]:
    """Projects that have ended and have no final account yet."""
    rows = (
        of_plans(Project.id, Project.title)
        .outerjoin(FinalAccount, FinalAccount.project_id == Project.id)
        .where(
            reach.condition,
            Project.state.in_((State.COMPLETED, State.CANCELLED)),
            FinalAccount.id.is_(None),
        )
    )
    for ident, title in session.execute(rows.order_by(Project.id).limit(MOST)):
        words = lazy_gettext("Draw up the final account of “%(title)s”", title=localize(title))
        yield Duty(words, f"/projects/{ident}/account")
