"""Asking for a change of what was promised, and deciding on it: two people, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict, NotFound, Refused
from core.i18n import lazy_gettext
from projects.models import ChangeKind, Contract, DeliveryPlan, Milestone, PlanChange
from projects.services.moves import advance
from projects.states import CHANGE_MOVES, ChangeState
from projects.works.services.applying import apply_change
from projects.works.services.change_rules import check_change, current
from projects.works.services.ending import contracts_of
from projects.works.services.site import (
    Site,
    Target,
    check_not_contractor,
    check_reason,
    check_two,
    hold_site,
    note,
)
from projects.works.services.telling import tell_all

K = ChangeKind


@dataclass(frozen=True, slots=True)
class AskedChange:
    """What somebody wants changed. ``after`` holds the new values: ``due_on`` or ``ends_on`` (ISO
    dates), ``title`` and ``about``, ``budget`` or ``price``, ``release`` (minor units)."""

    kind: ChangeKind
    reason: str
    after: dict[str, Any]
    milestone_id: int | None = None
    contract_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided on a change, and why."""

    approved: bool
    answer: str


def ask_change(
    session: Session, project_id: int, asked: AskedChange, by_id: int, now: datetime
) -> PlanChange:
    """Ask for a change; asked for twice, it is one.

    Raises ``Invalid`` for a value or reason that does not fit, ``Conflict`` when another change of
    the same is waiting, or nothing of it can be changed any more.
    """
    site = hold_site(session, project_id)
    target = _target(session, site, asked)
    milestone, contract = target.milestone, target.contract
    if known := _waiting(session, site, asked, contract):
        if (known.after, known.reason, known.asked_by_id) == (asked.after, asked.reason, by_id):
            return known
        raise Conflict(lazy_gettext("Another change of this kind is waiting to be decided."))
    check_reason("reason", asked.reason)
    check_change(session, asked.kind, target, asked.after, now)
    made = PlanChange(
        plan_id=site.plan.id,
        milestone_id=milestone.id if milestone else None,
        contract_id=contract.id if contract else None,
        kind=asked.kind,
        state=ChangeState.ASKED,
        reason=asked.reason,
        before=current(session, asked.kind, target),
        after=asked.after,
        asked_by_id=by_id,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    _note(session, target, made, "delivery.change_asked", {"by": by_id}, now=now)
    return made


def _target(session: Session, site: Site, asked: AskedChange) -> Target:
    """The milestone and the contract that a change is about, of this project only."""
    milestone = contract = None
    if asked.milestone_id is not None:
        milestone = session.get(Milestone, asked.milestone_id, populate_existing=True)
        if milestone is None or milestone.plan_id != site.plan.id:
            raise NotFound(lazy_gettext("There is no such milestone."))
    of_milestone = milestone.contract_id if milestone else None
    contract_id = asked.contract_id if asked.kind == K.RETENTION else of_milestone
    if contract_id is not None:
        contract = next(
            (one for one in contracts_of(session, site.project.id) if one.id == contract_id), None
        )
        if contract is None:
            raise NotFound(lazy_gettext("There is no such contract."))
    return Target(site, milestone, contract)


def _waiting(
    session: Session, site: Site, asked: AskedChange, contract: Contract | None
) -> PlanChange | None:
    rows = select(PlanChange).where(
        PlanChange.plan_id == site.plan.id,
        PlanChange.kind == asked.kind,
        PlanChange.state == ChangeState.ASKED,
        PlanChange.milestone_id == asked.milestone_id,
    )
    if asked.kind == K.RETENTION:
        rows = rows.where(PlanChange.contract_id == (contract.id if contract else None))
    return session.scalar(rows.execution_options(populate_existing=True).limit(1))


def _hold(session: Session, change_id: int) -> tuple[Site, PlanChange]:
    rows = select(DeliveryPlan.project_id).join(PlanChange).where(PlanChange.id == change_id)
    project_id = session.scalar(rows)
    if project_id is None:
        raise NotFound(lazy_gettext("There is no such change."))
    return hold_site(session, project_id), lock(session, PlanChange, change_id)


def decide_change(
    session: Session, change_id: int, verdict: Verdict, by_id: int, now: datetime
) -> PlanChange:
    """Approve or refuse a change that somebody else asked for; an approved one holds at once, and
    what it does to a contract is booked.

    Raises ``Refused`` for whoever asked or acts for the contractor, ``Conflict`` when it was
    decided, or what it changes is no longer as it was, ``Invalid`` when the money is too little.
    """
    site, change = _hold(session, change_id)
    done = ChangeState.APPROVED if verdict.approved else ChangeState.REFUSED
    if (change.state, change.decided_by_id) == (done, by_id):
        return change
    check_two(change.asked_by_id, by_id)
    asked = AskedChange(
        K(change.kind), change.reason, change.after, change.milestone_id, change.contract_id
    )
    target = _target(session, site, asked)
    _check_independent(session, target, by_id, now)
    check_reason("answer", verdict.answer)
    advance(change, CHANGE_MOVES, "approve" if verdict.approved else "refuse")
    change.decided_by_id, change.decided_at, change.answer = by_id, now, verdict.answer
    people = {"by": change.asked_by_id, "decided_by": by_id, "answer": verdict.answer}
    if verdict.approved:
        if current(session, asked.kind, target) != change.before:
            raise Conflict(
                lazy_gettext("What this would change is no longer as it was. Please ask anew.")
            )
        check_change(session, asked.kind, target, change.after, now)
        _note(session, target, change, "delivery.change_approved", people, now=now)
        apply_change(session, target, change, now)
    else:
        _note(session, target, change, "delivery.change_refused", people, now=now)
    session.flush()
    words = lazy_gettext("The change that you asked for in “%(title)s” was decided.")
    url = f"/changes/{change.id}"
    tell_all(session, [change.asked_by_id], words, url, now, title=site.project.title)
    return change


def _check_independent(session: Session, target: Target, by_id: int, now: datetime) -> None:
    project_id, contract = target.site.project.id, target.contract
    concerned = [contract] if contract else contracts_of(session, project_id)
    for one in concerned:
        check_not_contractor(session, one, by_id, now)


def withdraw_change(session: Session, change_id: int, by_id: int, now: datetime) -> PlanChange:
    """Take back a change that one asked for. Raises ``Refused`` for others, ``Conflict`` when it
    was decided."""
    site, change = _hold(session, change_id)
    if change.asked_by_id != by_id:
        raise Refused(lazy_gettext("Only whoever asked for a change can take it back."))
    if change.state == ChangeState.WITHDRAWN:
        return change
    advance(change, CHANGE_MOVES, "withdraw")
    milestone = session.get(Milestone, change.milestone_id) if change.milestone_id else None
    target = Target(site, milestone)
    _note(session, target, change, "delivery.change_withdrawn", {"by": by_id}, now=now)
    return change


def _note(
    session: Session,
    target: Target,
    change: PlanChange,
    event: str,
    people: dict[str, Any],
    *,
    now: datetime,
) -> None:
    project, milestone = target.site.project, target.milestone
    body = {
        "change": change.id,
        "kind": str(change.kind),
        "milestone": change.milestone_id,
        "title": milestone.title if milestone else None,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "currency": project.currency,
    }
    about = [("contract", change.contract_id)] if change.contract_id else []
    note(session, project, event, body | people, now, *about)
