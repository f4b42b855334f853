"""What a request about delivery is about, loaded once: a project with its plan, or a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from core.db import Base, db
from core.errors import NotFound
from core.i18n import lazy_gettext
from projects.calls import Call
from projects.cases import Case, load_case
from projects.models import (
    Confirmation,
    Contract,
    DeliveryPlan,
    Evaluation,
    Milestone,
    MilestoneReport,
    PlanChange,
    Project,
)
from projects.states import PlanState

_LARGEST = 2**63 - 1
M = TypeVar("M", bound=Base)


@dataclass(frozen=True, slots=True)
class WorkCase:
    """A project, the round that chose it, its plan if there is one, and what else it is about.

    ``contract`` is the one under which the milestone is done, or that is asked about.
    """

    case: Case
    plan: DeliveryPlan | None
    milestone: Milestone | None = None
    report: MilestoneReport | None = None
    confirmation: Confirmation | None = None
    change: PlanChange | None = None
    contract: Contract | None = None
    evaluation: Evaluation | None = None

    @property
    def project(self) -> Project:
        """The project."""
        return self.case.project

    @property
    def call(self) -> Call:
        """The round that chose it."""
        return self.case.call

    @property
    def published(self) -> bool:
        """Whether the plan is a promise that everybody may read."""
        return self.plan is not None and self.plan.state == PlanState.PUBLISHED


def load_work(project_id: int, **parts: Any) -> WorkCase:
    """A project with its plan, if it has one. Raises ``NotFound``."""
    case = load_case(project_id)
    rows = select(DeliveryPlan).where(DeliveryPlan.project_id == case.project.id)
    return WorkCase(case, db.session.scalar(rows), **parts)


def load_milestone(milestone_id: int) -> WorkCase:
    """A milestone of a published plan. Raises ``NotFound``."""
    milestone = _get(Milestone, milestone_id)
    return _of_milestone(milestone)


def load_report(report_id: int) -> WorkCase:
    """A report on a milestone. Raises ``NotFound``."""
    report = _get(MilestoneReport, report_id)
    return _of_milestone(_get(Milestone, report.milestone_id), report=report)


def load_confirmation(confirmation_id: int) -> WorkCase:
    """What a resident said about a report. Raises ``NotFound``."""
    found = _get(Confirmation, confirmation_id)
    report = _get(MilestoneReport, found.report_id)
    milestone = _get(Milestone, report.milestone_id)
    return _of_milestone(milestone, report=report, confirmation=found)


def load_change(change_id: int) -> WorkCase:
    """A change that somebody asked for. Raises ``NotFound``."""
    change = _get(PlanChange, change_id)
    milestone = _get(Milestone, change.milestone_id) if change.milestone_id else None
    contract = _get(Contract, change.contract_id) if change.contract_id else None
    project_id = _get(DeliveryPlan, change.plan_id).project_id
    return load_work(project_id, milestone=milestone, change=change, contract=contract)


def load_contract(contract_id: int) -> WorkCase:
    """A contract of a project. Raises ``NotFound``."""
    contract = _get(Contract, contract_id)
    return load_work(contract.project_id, contract=contract)


def load_evaluation(evaluation_id: int) -> WorkCase:
    """A resident's evaluation of a project. Raises ``NotFound``."""
    found = _get(Evaluation, evaluation_id)
    return load_work(found.project_id, evaluation=found)


def _of_milestone(milestone: Milestone, **parts: Any) -> WorkCase:
    plan = _get(DeliveryPlan, milestone.plan_id)
    if plan.state != PlanState.PUBLISHED:
        raise NotFound(lazy_gettext("There is no such page."))
    contract = _get(Contract, milestone.contract_id) if milestone.contract_id else None
    case = load_case(plan.project_id)
    return WorkCase(case, plan, milestone=milestone, contract=contract, **parts)


def _get(model: type[M], ident: int) -> M:
    found = db.session.get(model, ident) if 0 < ident <= _LARGEST else None
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    return found
