"""A project's delivery as its page shows it, out of a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.clock import local_date, now
from core.i18n import localize
from core.text import mask_name
from core.types import Texts
from projects.models import (
    ChangeKind,
    Contract,
    DeliveryPlan,
    FinalAccount,
    Milestone,
    MilestoneReport,
    PlanChange,
    Project,
)
from projects.states import ChangeState, ContractState, MilestoneState, PlanState
from projects.tenders.words import CONTRACT_STATES
from projects.works.rows import PROJECT, ROWS
from projects.works.services.change_rules import expected
from projects.works.services.ending import retention_of
from projects.works.services.site import OPEN
from projects.works.views import (
    AccountView,
    ChangeView,
    ContractView,
    MilestoneView,
    ReportView,
    WorkPhoto,
    WorksPage,
)
from projects.works.words import CHANGE_KINDS, CHANGE_STATES, MILESTONE_STATES, changed

Photos = Mapping[int, list[WorkPhoto]]
MARKS = ("handed_in", "reviewed", "vote", "decision", "ended")
COUNTS = ("confirmed", "disputed", "unanswered", "elsewhere", "accepted")


def works_rows(session: Session, project_id: int) -> Sequence[Any]:
    """The plan of a project with a row for each milestone: one query."""
    return session.execute(ROWS, {PROJECT: project_id, "ref": str(project_id)}).all()


def works_page(
    project: Project, rows: Sequence[Any], changes: Sequence[PlanChange], photos: Photos
) -> WorksPage | None:
    """A project's delivery from what ``works_rows`` gave; nothing when it has no plan yet."""
    if not rows:
        return None
    plan: DeliveryPlan = rows[0].DeliveryPlan
    today = local_date(now())
    milestones = [row.Milestone for row in rows if row.Milestone is not None]
    promised = sum(one.promised_budget or one.budget for one in milestones)
    return WorksPage(
        published=plan.state == PlanState.PUBLISHED,
        organisation_id=plan.organisation_id,
        organisation=localize(rows[0].owner),
        responsible=mask_name(rows[0].responsible),
        summary=plan.summary,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        promised_ends_on=plan.promised_ends_on,
        promised=promised,
        expected=_cost(rows[0].FinalAccount, milestones),
        currency=project.currency,
        days_late=_days_late(rows, plan, today),
        milestones=[
            milestone_view(row, plan, photos, today) for row in rows if row.Milestone is not None
        ],
        contracts=_contracts(rows, milestones, today),
        changes=[change_view(one, milestones, project.currency) for one in changes],
        account=_account(rows[0].FinalAccount),
        given_up=_given_up(changes),
        marks=_marks(rows, plan),
        names=_names(rows, plan),
    )


def _cost(account: FinalAccount | None, milestones: Sequence[Milestone]) -> int:
    """What was paid, once that is accounted for; before, what all parts are expected to cost."""
    if account is not None and account.approved_at is not None:
        return int(account.figures["paid"])
    return sum(expected(one) for one in milestones)


def _names(rows: Sequence[Any], plan: DeliveryPlan) -> dict[int, Texts]:
    """The owner and the contractors, as the life line names them."""
    found = {row.Contract.organisation_id: row.contractor for row in rows if row.Contract}
    return found | {plan.organisation_id: rows[0].owner}


def _days_late(rows: Sequence[Any], plan: DeliveryPlan, today: date) -> int:
    """How many days after the promised end it is, or was when the last work was reported."""
    promised = plan.promised_ends_on or plan.ends_on
    reported = [row.MilestoneReport.at for row in rows if row.MilestoneReport]
    if rows[0].ended:
        done = local_date(max(reported, default=rows[0].ended))
    else:
        done = max(plan.ends_on, today)
    return max(0, (done - promised).days)


def _marks(rows: Sequence[Any], plan: DeliveryPlan) -> dict[str, Any]:
    found = {name: getattr(rows[0], name) for name in MARKS}
    signed = [row.Contract.signed_at for row in rows if row.Contract and row.Contract.signed_at]
    account: FinalAccount | None = rows[0].FinalAccount
    reported = [row.MilestoneReport.at for row in rows if row.MilestoneReport]
    return found | {
        "contract": min(signed, default=None),
        "work": max(reported, default=None),
        "begun": plan.published_at if signed or reported else None,
        "accounted": account.approved_at if account else None,
    }


def milestone_view(row: Any, plan: DeliveryPlan, photos: Photos, today: date) -> MilestoneView:
    """A milestone with its latest report."""
    one: Milestone = row.Milestone
    label, tone = MILESTONE_STATES[one.state]
    promised = one.promised_on or one.due_on
    done = _done_on(row)
    is_open = one.state in OPEN
    late = ((done or max(one.due_on, today)) - promised).days
    return MilestoneView(
        id=one.id,
        position=one.position,
        title=one.title,
        about=one.about,
        state=MilestoneState(one.state),
        label=label,
        tone=tone,
        due_on=one.due_on,
        promised_on=one.promised_on,
        promised=one.promised_budget if one.promised_budget is not None else one.budget,
        expected=expected(one),
        paid=int(row.paid or 0),
        accepted_at=one.accepted_at,
        contractor=localize(row.contractor) if row.contractor else None,
        days_late=0 if one.state == MilestoneState.CANCELLED else max(0, late),
        overdue=is_open and one.due_on < today,
        report=_report(row, photos) if row.MilestoneReport else None,
    )


def _done_on(row: Any) -> date | None:
    """The day on which accepted work was reported: looking at it took others longer."""
    if row.Milestone.accepted_at is None:
        return None
    report: MilestoneReport | None = row.MilestoneReport
    return local_date(report.at if report else row.Milestone.accepted_at)


def _report(row: Any, photos: Photos) -> ReportView:
    report: MilestoneReport = row.MilestoneReport
    by_contractor = report.organisation_id is not None and row.contractor
    return ReportView(
        id=report.id,
        number=report.number,
        at=report.at,
        text=report.text,
        by=localize(row.contractor if by_contractor else row.owner),
        photos=photos.get(report.id, []),
        **{name: getattr(row, name) for name in COUNTS},
    )


def _contracts(
    rows: Sequence[Any], milestones: Sequence[Milestone], today: date
) -> list[ContractView]:
    found = {row.Contract.id: row for row in rows if row.Contract is not None}
    return [
        contract_view(row.Contract, row.contractor, milestones, today) for row in found.values()
    ]


def contract_view(
    contract: Contract, name: dict[str, str], milestones: Sequence[Milestone], today: date
) -> ContractView:
    """A contract; ``milestones`` are all of its plan."""
    label, tone = CONTRACT_STATES[contract.state]
    kept = retention_of(milestones, contract)
    rest = any(one.contract_id == contract.id and one.state in OPEN for one in milestones)
    due = contract.warranty_until < today and not rest and contract.signed_at is not None
    return ContractView(
        id=contract.id,
        number=contract.number,
        organisation_id=contract.organisation_id,
        organisation=localize(name),
        label=label,
        tone=tone,
        amount=contract.amount,
        amount_now=contract.amount_now,
        signed_at=contract.signed_at,
        ends_on=contract.ends_on,
        ends_on_now=contract.ends_on_now,
        retention=kept,
        released_at=contract.retention_released_at,
        warranty_until=contract.warranty_until,
        reason=contract.close_reason if contract.state == ContractState.TERMINATED else "",
        releasable=bool(kept) and due and contract.retention_released_at is None,
    )


def change_view(change: PlanChange, milestones: Sequence[Milestone], currency: str) -> ChangeView:
    """A change in words."""
    label, tone = CHANGE_STATES[change.state]
    title = next((one.title for one in milestones if one.id == change.milestone_id), None)
    return ChangeView(
        id=change.id,
        kind=CHANGE_KINDS[change.kind],
        label=label,
        tone=tone,
        about=title,
        words=changed(change.before, change.after, currency),
        reason=change.reason,
        answer=change.answer,
        asked_at=change.asked_at,
        decided_at=change.decided_at,
        open=change.state == ChangeState.ASKED,
    )


def _account(found: FinalAccount | None) -> AccountView | None:
    if found is None:
        return None
    return AccountView(found.text, found.figures, found.asked_at, found.approved_at)


def _given_up(changes: Sequence[PlanChange]) -> str | None:
    """Why the whole project was given up."""
    return next(
        (
            one.reason
            for one in changes
            if one.kind == ChangeKind.CANCEL
            and one.milestone_id is None
            and one.state == ChangeState.APPROVED
        ),
        None,
    )
