"""A project that is carried out, for the matrix of permissions: one of each thing of its delivery
that addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.models import Payee
from projects.models import (
    Confirmation,
    Contract,
    DeliveryPlan,
    Evaluation,
    Method,
    Milestone,
    MilestoneReport,
    PlanChange,
    Tender,
)
from projects.states import ContractState, MilestoneState, PlanState, State, TenderState
from tests.factories import Factory

DAY = date(2026, 2, 1)
LATER = date(2026, 12, 1)


def worksite(
    make: Factory,
    round_id: int,
    area: int,
    people: Mapping[str, int],
    *,
    department: int,
    firm: int,
) -> dict[str, int]:
    """A project of ``round_id`` in delivery, done by ``firm`` and reported by
    ``people["contractor"]``, with a neighbour's dispute and a change; by the names in addresses."""
    project = make.project(round_id, area, State.DELIVERING)
    plan = _plan(make, project, people, department)
    contract = _contract(make, project, people, firm)
    milestone = make.add(
        Milestone(
            plan_id=plan,
            position=1,
            state=MilestoneState.REPORTED,
            title="Benches",
            due_on=LATER,
            budget=100_00,
            contract_id=contract,
            price=100_00,
        )
    )
    report = make.add(
        MilestoneReport(
            milestone_id=milestone,
            number=1,
            key="x",
            text="The benches stand.",
            by_id=people["contractor"],
            organisation_id=firm,
            at=make.at,
        )
    )
    return {
        "site_project_id": project,
        "contract_id": contract,
        "milestone_id": milestone,
        "report_id": report,
        **_said(make, project, plan, report, people),
    }


def _plan(make: Factory, project: int, people: Mapping[str, int], department: int) -> int:
    return make.add(
        DeliveryPlan(
            project_id=project,
            state=PlanState.PUBLISHED,
            organisation_id=department,
            responsible_id=people["reviewer"],
            starts_on=DAY,
            ends_on=LATER,
            promised_ends_on=LATER,
            written_by_id=people["officer"],
            written_at=make.at,
        )
    )


def _said(
    make: Factory, project: int, plan: int, report: int, people: Mapping[str, int]
) -> dict[str, int]:
    said = Confirmation(
        report_id=report, person_id=people["voter"], nearby=True, holds=False, text="No", at=make.at
    )
    change = PlanChange(
        plan_id=plan,
        kind="delay",
        reason="Rain",
        before={},
        after={},
        asked_by_id=people["officer"],
        asked_at=make.at,
    )
    rated = Evaluation(
        project_id=project, person_id=people["voter"], rating=5, as_promised="yes", at=make.at
    )
    return {
        "confirmation_id": make.add(said),
        "change_id": make.add(change),
        "evaluation_id": make.add(rated),
    }


def _contract(make: Factory, project: int, people: Mapping[str, int], firm: int) -> int:
    tender = Tender(
        project_id=project,
        state=TenderState.CONTRACTED,
        method=Method.DIRECT,
        title="Benches",
        scope="Benches",
        currency="CNY",
        ceiling=100_00,
        min_bids=1,
        min_reviewers=2,
        standstill_days=1,
        retention_bp=0,
        warranty_months=12,
        written_by_id=people["officer"],
        written_at=make.at,
        winner_id=firm,
        award_amount=100_00,
        award_reason="Small",
        awarded_by_id=people["admin"],
        awarded_at=make.at,
    )
    contract = Contract(
        project_id=project,
        tender_id=make.add(tender),
        organisation_id=firm,
        payee_id=make.add(Payee(name={"en": "Firm"}, created_at=make.at)),
        state=ContractState.SIGNED,
        amount=100_00,
        amount_now=100_00,
        currency="CNY",
        terms="As offered",
        starts_on=DAY,
        ends_on=LATER,
        ends_on_now=LATER,
        retention_bp=0,
        warranty_until=LATER,
        drawn_by_id=people["officer"],
        drawn_at=make.at,
    )
    return make.add(contract)
