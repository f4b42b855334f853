"""Drafting a notice, or a direct award, for parts of a project that is being delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import Message, format_money, lazy_gettext
from projects.models import Criterion, DeliveryPlan, Method, Milestone, Project, Tender
from projects.states import MilestoneState, PlanState, State, TenderState
from projects.tenders.books import free_money
from projects.tenders.notice import Direct, Notice, check_ceiling, problems
from projects.tenders.people import may_bid
from projects.tenders.rules import rule_for


@dataclass(frozen=True, slots=True)
class Ground:
    """A project that is being delivered, and its published plan."""

    project: Project
    plan: DeliveryPlan


_OVER = (TenderState.CANCELLED, TenderState.FAILED)


def draft_tender(
    session: Session, project_id: int, notice: Notice, by_id: int, now: datetime
) -> Tender:
    """Draft an open tender.

    Raises ``Invalid`` for what does not fit, by field, and ``Conflict`` unless the project is
    being delivered by a published plan.
    """
    ground = _delivering(session, project_id)
    made = Tender(project_id=project_id, method=Method.OPEN, written_by_id=by_id, written_at=now)
    _fill_notice(session, made, ground, notice, now)
    return made


def change_tender(
    session: Session, tender_id: int, notice: Notice, by_id: int, now: datetime
) -> Tender:
    """Change a draft; whoever does is its author from now on. Raises as ``draft_tender``, and
    ``Conflict`` once it is published."""
    tender, ground = _draft(session, tender_id, Method.OPEN)
    tender.written_by_id, tender.written_at = by_id, now
    _fill_notice(session, tender, ground, notice, now)
    return tender


def draft_direct(
    session: Session, project_id: int, direct: Direct, by_id: int, now: datetime
) -> Tender:
    """Draft an award to somebody who is asked directly. Raises as ``draft_tender``."""
    ground = _delivering(session, project_id)
    made = Tender(project_id=project_id, method=Method.DIRECT, written_by_id=by_id, written_at=now)
    _fill_direct(session, made, ground, direct)
    return made


def change_direct(
    session: Session, tender_id: int, direct: Direct, by_id: int, now: datetime
) -> Tender:
    """Change the draft of a direct award. Raises as ``change_tender``."""
    tender, ground = _draft(session, tender_id, Method.DIRECT)
    tender.written_by_id, tender.written_at = by_id, now
    _fill_direct(session, tender, ground, direct)
    return tender


def check_direct(session: Session, tender: Tender, project: Project) -> None:
    """Raise ``Invalid`` when a direct award lies above what the area's rule allows, by itself or
    together with what the same organisation was given directly for the same project."""
    most = rule_for(session, project.area.path).direct_most
    before = select(Tender.award_amount).where(
        Tender.project_id == project.id,
        Tender.method == Method.DIRECT,
        Tender.winner_id == tender.winner_id,
        Tender.state.in_((TenderState.AWARDED, TenderState.CONTRACTED)),
        Tender.id != tender.id,
    )
    given = sum(amount or 0 for amount in session.scalars(before))
    amount = (tender.award_amount or 0) + given
    if amount <= most:
        return
    problem = lazy_gettext(
        "Up to %(most)s may be awarded directly here. Please put this out to tender.",
        most=format_money(most, tender.currency),
    )
    if given:
        problem = lazy_gettext(
            "With what this organisation was awarded directly for this project before, it comes "
            "to %(amount)s; up to %(most)s is allowed. Please put this out to tender.",
            amount=format_money(amount, tender.currency),
            most=format_money(most, tender.currency),
        )
    raise Invalid(problem, fields={"amount": problem})


def free_milestones(session: Session, plan_id: int, but: int | None) -> list[Milestone]:
    """The parts of a plan that no other tender than ``but`` covers and nobody works on yet."""
    rows = (
        select(Milestone)
        .outerjoin(Tender, Tender.id == Milestone.tender_id)
        .where(
            Milestone.plan_id == plan_id,
            Milestone.state == MilestoneState.PLANNED,
            Milestone.contract_id.is_(None),
            Milestone.tender_id.is_(None) | Tender.state.in_(_OVER) | (Tender.id == (but or 0)),
        )
        .order_by(Milestone.position)
    )
    return list(session.scalars(rows))


def _fill_notice(
    session: Session, tender: Tender, ground: Ground, notice: Notice, now: datetime
) -> None:
    project = ground.project
    _refuse(problems(notice, rule_for(session, project.area.path), now))
    check_ceiling(notice.ceiling, free_money(session, project.id, tender.id), project.currency)
    tender.questions_until, tender.deadline = notice.questions_until, notice.deadline
    tender.min_bids, tender.min_reviewers = notice.min_bids, notice.min_reviewers
    tender.standstill_days = notice.standstill_days
    _fill(session, tender, ground, notice, notice.ceiling)
    session.execute(delete(Criterion).where(Criterion.tender_id == tender.id))
    session.add_all(
        Criterion(
            tender_id=tender.id,
            position=position,
            kind=each.kind,
            name=each.name,
            about=each.about,
            weight=each.weight,
        )
        for position, each in enumerate(notice.criteria, 1)
    )
    session.flush()


def _fill_direct(session: Session, tender: Tender, ground: Ground, direct: Direct) -> None:
    project = ground.project
    organisation = session.get(Organisation, direct.organisation_id)
    if organisation is None or not may_bid(organisation):
        problem = lazy_gettext("Please choose a business or a social organisation.")
        raise Invalid(problem, fields={"organisation": problem})
    tender.winner_id, tender.award_amount = organisation.id, direct.amount
    tender.direct_reason, tender.currency = direct.reason, project.currency
    check_direct(session, tender, project)
    check_ceiling(direct.amount, free_money(session, project.id, tender.id), project.currency)
    _fill(session, tender, ground, direct, direct.amount)


def _fill(
    session: Session, tender: Tender, ground: Ground, said: Notice | Direct, ceiling: int
) -> None:
    tender.title, tender.scope, tender.ceiling = said.title, said.scope, ceiling
    tender.currency, tender.state = ground.project.currency, TenderState.DRAFT
    tender.retention_bp, tender.warranty_months = said.retention_bp, said.warranty_months
    free = {one.id for one in free_milestones(session, ground.plan.id, tender.id)}
    _check_milestones(said.milestones, free)
    session.add(tender)
    session.flush()
    own = update(Milestone).where(Milestone.tender_id == tender.id)
    session.execute(own.values(tender_id=None))
    chosen = update(Milestone).where(Milestone.id.in_(said.milestones))
    session.execute(chosen.values(tender_id=tender.id))


def _check_milestones(chosen: Sequence[int], free: set[int]) -> None:
    if not chosen:
        problem = lazy_gettext("Please choose which parts of the plan this is for.")
    elif not set(chosen) <= free:
        problem = lazy_gettext("One of these parts is taken already. Please choose again.")
    else:
        return
    raise Invalid(problem, fields={"milestones": problem})


def _delivering(session: Session, project_id: int) -> Ground:
    """The project and its plan, which is held: nobody else takes its parts meanwhile."""
    project = session.get_one(Project, project_id)
    rows = select(DeliveryPlan).where(DeliveryPlan.project_id == project_id)
    plan = session.scalar(rows.with_for_update())
    if project.state != State.DELIVERING or plan is None or plan.state != PlanState.PUBLISHED:
        raise Conflict(
            lazy_gettext("First the project's delivery plan is published; then work is sought.")
        )
    return Ground(project, plan)


def _draft(session: Session, tender_id: int, method: Method) -> tuple[Tender, Ground]:
    tender = lock(session, Tender, tender_id)
    ground = _delivering(session, tender.project_id)
    if tender.state != TenderState.DRAFT or tender.method != method:
        raise Conflict(
            lazy_gettext(
                "This notice is published; it does not change any more. Cancel it instead."
            )
        )
    return tender, ground


def _refuse(found: dict[str, Message]) -> None:
    if found:
        raise Invalid(lazy_gettext("Something in this notice does not fit yet."), fields=found)
