"""What an approved change does: to the plan, to a contract, and in the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.services.contracting import book_acceptance, book_contract, book_reduction
from projects.models import ChangeKind, PlanChange
from projects.services.moves import advance
from projects.states import MILESTONE_MOVES, ContractState, MilestoneState
from projects.works.services.ending import (
    cancel_project,
    complete_if_done,
    retention_of,
    terminate,
)
from projects.works.services.site import Target, milestones_of, note

K = ChangeKind


def apply_change(session: Session, target: Target, change: PlanChange, now: datetime) -> None:
    """Let a change hold that was approved and fits. Raises as the books do."""
    if change.kind == K.CANCEL and target.milestone is None:
        cancel_project(session, target.site, change, now)
        return
    _APPLY[K(change.kind)](session, target, change, now)


def _delay(_session: Session, target: Target, change: PlanChange, _now: datetime) -> None:
    plan, milestone, contract = target.site.plan, target.milestone, target.contract
    if milestone is None:
        plan.ends_on = date.fromisoformat(change.after["ends_on"])
        return
    milestone.due_on = date.fromisoformat(change.after["due_on"])
    plan.ends_on = max(plan.ends_on, milestone.due_on)
    if contract and contract.state == ContractState.SIGNED:
        contract.ends_on_now = max(contract.ends_on_now, milestone.due_on)


def _scope(_session: Session, target: Target, change: PlanChange, _now: datetime) -> None:
    if target.milestone:
        target.milestone.title = change.after["title"]
        target.milestone.about = change.after["about"]


def _cost(session: Session, target: Target, change: PlanChange, now: datetime) -> None:
    milestone = target.milestone
    if milestone and target.contract:
        price = change.after["price"]
        amend(session, target, change, price - (milestone.price or 0), now)
        milestone.price = price
    elif milestone:
        milestone.budget = change.after["budget"]


def amend(session: Session, target: Target, change: PlanChange, more: int, now: datetime) -> None:
    """Book what a contract becomes dearer, or cheaper; what was signed stays as it is."""
    contract, project = target.contract, target.site.project
    if contract is None or not more:
        return
    book = book_contract if more > 0 else book_reduction
    book(
        session,
        key=f"change:{change.id}",
        project_ref=project.id,
        payee_id=contract.payee_id,
        amount=abs(more),
        people=(change.asked_by_id, change.decided_by_id or 0),
        source_ref=f"contract:{contract.id}",
        now=now,
    )
    contract.amount_now += more
    body = {"contract": contract.id, "change": change.id, "more": more}
    body |= {"amount": contract.amount_now}
    said = {"currency": contract.currency, "reason": change.reason}
    about = ("contract", contract.id)
    note(session, project, "contract.amended", body | said, now, about)


def _cancel(session: Session, target: Target, change: PlanChange, now: datetime) -> None:
    milestone, contract, site = target.milestone, target.contract, target.site
    if milestone is None:
        return
    advance(milestone, MILESTONE_MOVES, "cancel")
    session.flush()
    if contract and contract.state == ContractState.SIGNED:
        milestones = milestones_of(session, site.plan)
        own = [one for one in milestones if one.contract_id == contract.id]
        if all(one.state == MilestoneState.CANCELLED for one in own):
            terminate(session, site, contract, change, now)
        else:
            amend(session, target, change, -(milestone.price or 0), now)
    complete_if_done(session, site, now)


def _release(session: Session, target: Target, change: PlanChange, now: datetime) -> None:
    """What is released may be invoiced; what is kept goes back to what the project has."""
    contract, project = target.contract, target.site.project
    if contract is None:
        return
    release: int = change.after["release"]
    kept = retention_of(milestones_of(session, target.site.plan), contract) - release
    people = (change.asked_by_id, change.decided_by_id or 0)
    ref = f"retention:{contract.id}"
    if release:
        book_acceptance(
            session,
            key=ref,
            project_ref=project.id,
            payee_id=contract.payee_id,
            amount=release,
            title={"zh_Hans": "质保金", "en": "Retention"},
            ref=ref,
            people=people,
            source_ref=f"contract:{contract.id}",
            now=now,
        )
    amend(session, target, change, -kept, now)
    contract.retention_released_at = now
    body: dict[str, object] = {"contract": contract.id, "released": release, "kept": kept}
    body |= {"by": people[0], "approved_by": people[1], "reason": change.reason}
    body["currency"] = contract.currency
    note(session, project, "contract.retention", body, now, ("contract", contract.id))


_APPLY: dict[ChangeKind, Callable[[Session, Target, PlanChange, datetime], None]] = {
    K.DELAY: _delay,
    K.SCOPE: _scope,
    K.COST: _cost,
    K.CANCEL: _cancel,
    K.RETENTION: _release,
}
