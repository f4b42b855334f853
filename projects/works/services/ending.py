"""How a project's delivery ends: everything accepted, or given up half-way; contracts closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import Conflict
from core.i18n import lazy_gettext
from ledger.services.contracting import book_reduction
from projects.models import Contract, Milestone, MilestoneReport, PlanChange, Tender
from projects.services.moves import advance, move
from projects.states import (
    CHANGE_MOVES,
    CONTRACT_MOVES,
    MILESTONE_MOVES,
    ChangeState,
    ContractState,
    MilestoneState,
    State,
    TenderState,
)
from projects.works.payments import paid_to, retained
from projects.works.services.site import OPEN, Site, milestones_of, note
from projects.works.services.telling import tell_ended

LIVE_TENDERS = frozenset({TenderState.OPEN, TenderState.OPENED, TenderState.AWARDED})
LIVE_CONTRACTS = frozenset({ContractState.DRAWN, ContractState.AGREED, ContractState.SIGNED})


def complete_if_done(session: Session, site: Site, now: datetime) -> bool:
    """Complete a project of which nothing is open any more and something was accepted."""
    states = {one.state for one in milestones_of(session, site.plan)}
    if states & OPEN or MilestoneState.ACCEPTED not in states:
        return False
    move(site.project, "complete")
    late = (_done_on(session, site, now) - (site.plan.promised_ends_on or site.plan.ends_on)).days
    body = {"by": "acceptance", "days_late": max(0, late)}
    note(session, site.project, "delivery.completed", body, now)
    tell_ended(session, site.project, now, cancelled=False)
    return True


def _done_on(session: Session, site: Site, now: datetime) -> date:
    """The day on which the last of the work was reported: looking at it took others longer."""
    rows = (
        select(func.max(MilestoneReport.at))
        .join(Milestone, Milestone.id == MilestoneReport.milestone_id)
        .where(Milestone.plan_id == site.plan.id, Milestone.state == MilestoneState.ACCEPTED)
    )
    return local_date(session.scalar(rows) or now)


def contracts_of(session: Session, project_id: int) -> list[Contract]:
    """All contracts of a project as they are now, held."""
    rows = select(Contract).where(Contract.project_id == project_id).order_by(Contract.id)
    held = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(session.scalars(held))


def accepted_price(milestones: Sequence[Milestone], contract: Contract) -> int:
    """What the accepted work of a contract costs, the retention included, in minor units."""
    return sum(
        one.price or 0
        for one in milestones
        if one.contract_id == contract.id and one.state == MilestoneState.ACCEPTED
    )


def cancel_project(session: Session, site: Site, change: PlanChange, now: datetime) -> None:
    """Give a project up: its contracts end and what is not accepted is no longer under contract.
    What was accepted stays payable, what was paid stays paid.

    Raises ``Conflict`` while a tender of it is running.
    """
    project, decided_by = site.project, change.decided_by_id or 0
    running = select(Tender.id).where(
        Tender.project_id == project.id, Tender.state.in_(LIVE_TENDERS)
    )
    if session.scalar(running.limit(1)):
        raise Conflict(lazy_gettext("A tender of this project is running. Please cancel it first."))
    milestones = milestones_of(session, site.plan)
    for contract in contracts_of(session, project.id):
        if contract.state in LIVE_CONTRACTS:
            terminate(session, site, contract, change, now)
    for one in milestones:
        if one.state in OPEN:
            advance(one, MILESTONE_MOVES, "cancel")
    for other in asked_changes(session, site):
        if other.id != change.id:
            advance(other, CHANGE_MOVES, "withdraw")
    move(project, "cancel")
    body = {"by": change.asked_by_id, "approved_by": decided_by, "reason": change.reason}
    note(session, project, "delivery.cancelled", body, now)
    tell_ended(session, project, now, cancelled=True)


def asked_changes(session: Session, site: Site) -> list[PlanChange]:
    """The changes of a plan that nobody has decided yet."""
    rows = select(PlanChange).where(
        PlanChange.plan_id == site.plan.id, PlanChange.state == ChangeState.ASKED
    )
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def terminate(
    session: Session, site: Site, contract: Contract, change: PlanChange, now: datetime
) -> None:
    """End a contract before its time: only what was accepted of it stays."""
    people = (change.asked_by_id, change.decided_by_id or 0)
    stays = accepted_price(milestones_of(session, site.plan), contract)
    if contract.state == ContractState.SIGNED and contract.amount_now > stays:
        book_reduction(
            session,
            key=f"terminate:{contract.id}",
            project_ref=site.project.id,
            payee_id=contract.payee_id,
            amount=contract.amount_now - stays,
            people=people,
            source_ref=f"contract:{contract.id}",
            now=now,
        )
    contract.amount_now = stays
    advance(contract, CONTRACT_MOVES, "terminate")
    contract.closed_at, contract.close_reason = now, change.reason
    body = {"contract": contract.id, "reason": change.reason, "stays": stays}
    body |= {"by": people[0], "approved_by": people[1], "currency": contract.currency}
    note(session, site.project, "contract.terminated", body, now, ("contract", contract.id))


def retention_of(milestones: Sequence[Milestone], contract: Contract) -> int:
    """What is kept back of a contract's accepted work until its warranty ends, in minor units."""
    return sum(
        retained(one.price or 0, contract.retention_bp)
        for one in milestones
        if one.contract_id == contract.id and one.state == MilestoneState.ACCEPTED
    )


def close_finished(session: Session, site: Site, now: datetime) -> None:
    """Close the contracts of which everything is accepted, released and paid."""
    if site.project.state not in {State.DELIVERING, State.COMPLETED}:
        return
    milestones = milestones_of(session, site.plan)
    for contract in contracts_of(session, site.project.id):
        own = [one for one in milestones if one.contract_id == contract.id]
        if contract.state != ContractState.SIGNED or any(one.state in OPEN for one in own):
            continue
        kept = retention_of(milestones, contract)
        released = contract.retention_released_at is not None or not kept
        if released and own and paid_to(session, contract.id, own) >= contract.amount_now:
            advance(contract, CONTRACT_MOVES, "close")
            contract.closed_at = now
            body: dict[str, object] = {"contract": contract.id, "amount": contract.amount_now}
            body["currency"] = contract.currency
            note(session, site.project, "contract.closed", body, now, ("contract", contract.id))
