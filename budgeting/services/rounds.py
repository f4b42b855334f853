"""Writing a round, publishing it, calling it off, and beginning another like it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from budgeting.limits import limits_of
from budgeting.models import Phase, PhaseKind, Round, RoundState, SubBudget
from budgeting.phases import phase_of
from budgeting.plans import Dates, RoundPlan, check_plan
from budgeting.states import move
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext
from core.types import Texts
from projects.models import Category
from transparency import log

PLAIN = (
    "title",
    "summary",
    "languages",
    "currency",
    "ballot_type",
    "max_choices",
    "max_points",
    "cost_min",
    "cost_max",
    "min_age",
    "verified_only",
    "rule",
)


def create_round(
    session: Session, officer_id: int | None, area_id: int, plan: RoundPlan, now: datetime
) -> Round:
    """Write a new draft. Raises ``Invalid`` when the plan does not fit together."""
    check_plan(plan)
    made = Round(area_id=area_id, created_by_id=officer_id, created_at=now)
    _fill(made, plan)
    session.add(made)
    session.flush()
    _set_categories(session, made.id, plan.categories)
    _record(session, made, "round.created", {}, now)
    return made


def edit_round(session: Session, round_id: int, plan: RoundPlan, now: datetime) -> Round:
    """Change a draft in every respect.

    Raises ``Conflict`` once it is public (see ``amend_round``), ``Invalid`` when the plan does
    not fit together.
    """
    round_ = lock(session, Round, round_id)
    if round_.state != RoundState.DRAFT:
        raise Conflict(lazy_gettext("This round is public: its rules can no longer change."))
    check_plan(plan)
    _fill(round_, plan)
    _set_categories(session, round_.id, plan.categories)
    return round_


def publish_round(session: Session, round_id: int, now: datetime) -> Round:
    """Show a draft to everybody; from then on the clock moves its phases.

    Raises ``Invalid`` when its vote would already have begun.
    """
    round_ = lock(session, Round, round_id)
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    if voting is None or voting.starts_at <= now:
        raise Invalid(lazy_gettext("The vote would already have begun. Please move the dates."))
    move(round_, "publish")
    _record(session, round_, "round.published", {"budget": _total(round_)}, now)
    return round_


def cancel_round(session: Session, round_id: int, reason: str, now: datetime) -> Round:
    """Call a round off before voting has opened. The reason is public."""
    round_ = lock(session, Round, round_id)
    move(round_, "cancel")
    _record(session, round_, "round.cancelled", {"reason": reason}, now)
    return round_


def duplicate_round(session: Session, round_id: int, officer_id: int, now: datetime) -> Round:
    """A draft like a round, with all dates moved so that submission begins tomorrow."""
    old = session.get_one(Round, round_id)
    made = Round(area_id=old.area_id, created_by_id=officer_id, created_at=now)
    for name in PLAIN:
        setattr(made, name, getattr(old, name))
    made.limits = limits_of(old).without_projects().to_json()
    first = min((phase.starts_at for phase in old.phases), default=now)
    shift = timedelta(days=(now - first).days + 1)
    made.phases = [
        Phase(kind=p.kind, starts_at=p.starts_at + shift, ends_at=p.ends_at + shift)
        for p in old.phases
    ]
    made.sub_budgets = [SubBudget(area_id=b.area_id, amount=b.amount) for b in old.sub_budgets]
    session.add(made)
    session.flush()
    names = session.scalars(
        select(Category.name).where(Category.round_id == round_id).order_by(Category.position)
    )
    _set_categories(session, made.id, list(names))
    _record(session, made, "round.created", {"like": old.id}, now)
    return made


def _fill(round_: Round, plan: RoundPlan) -> None:
    for name in PLAIN:
        setattr(round_, name, getattr(plan, name))
    round_.limits = plan.limits.to_json()
    set_phases(round_, plan.phases)
    amounts = dict(plan.sub_budgets)
    for budget in list(round_.sub_budgets):
        if amounts.get(budget.area_id):
            budget.amount = amounts.pop(budget.area_id)
        else:
            round_.sub_budgets.remove(budget)
            amounts.pop(budget.area_id, None)
    round_.sub_budgets += [SubBudget(area_id=a, amount=n) for a, n in amounts.items() if n]


def set_phases(round_: Round, phases: Dates) -> None:
    """Give a round these dates; a kind without any is left out of it."""
    known = {phase.kind: phase for phase in round_.phases}
    for kind, (start, end) in phases.items():
        phase = known.pop(kind, None)
        if start is None or end is None:
            if phase is not None:
                round_.phases.remove(phase)
        elif phase is None:
            round_.phases.append(Phase(kind=kind, starts_at=start, ends_at=end))
        else:
            phase.starts_at, phase.ends_at = start, end


def _set_categories(session: Session, round_id: int, names: Sequence[Texts]) -> None:
    """Replace a draft's categories, in which there can be no projects yet."""
    session.execute(delete(Category).where(Category.round_id == round_id))
    session.add_all(
        Category(round_id=round_id, name=name, position=i) for i, name in enumerate(names)
    )


def _total(round_: Round) -> int:
    return sum(budget.amount for budget in round_.sub_budgets)


def _record(
    session: Session, round_: Round, event: str, body: dict[str, Any], now: datetime
) -> None:
    log.record(session, event, [("round", round_.id)], {"by": "officer", **body}, now)
