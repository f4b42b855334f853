"""A project under way for the matrix of permissions: its plan, tender, work and evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from accounts.models import Membership
from core.db import db
from ledger.models import Payee
from projects.models import (
    Bid,
    Confirmation,
    Contract,
    DeliveryPlan,
    Evaluation,
    Exclusion,
    Milestone,
    MilestoneReport,
    Objection,
    PlanChange,
    Tender,
    TenderQuestion,
    TenderReviewer,
)
from projects.states import BidState, ContractState, PlanState, State, TenderState
from tests.factories import Factory

DAY = date(2026, 3, 2)


def organisation_of(person: int) -> int:
    """For whom somebody acts."""
    held = select(Membership.organisation_id).where(Membership.person_id == person)
    db.session.rollback()
    return db.session.scalars(held).one() or 0


def delivery(
    make: Factory, area: int, round_id: int, department: int, people: Mapping[str, int]
) -> dict[str, int]:
    """A project of the round with an awarded tender whose contract is drawn up, and a milestone
    that was reported, disputed and is to change; by the names in addresses."""
    project = make.project(round_id, area, State.DELIVERING)
    officer, judge = people["officer"], people["reviewer"]
    firm = organisation_of(people["bidder"])
    tender = make.add(
        Tender(
            project_id=project,
            state=TenderState.AWARDED,
            title="Benches",
            scope="Ten benches",
            ceiling=1,
            currency="CNY",
            deadline=make.at - timedelta(days=5),
            questions_until=make.at - timedelta(days=6),
            written_by_id=officer,
            written_at=make.at,
            published_at=make.at,
            opened_at=make.at,
            winner_id=firm,
            award_amount=1,
            standstill_until=DAY + timedelta(days=5),
        )
    )
    reviewer = TenderReviewer(
        tender_id=tender, person_id=judge, appointed_by_id=officer, appointed_at=make.at
    )
    question = TenderQuestion(tender_id=tender, text="Which?", asked_at=make.at)
    objection = Objection(tender_id=tender, by_id=people["voter"], text="Unfair", at=make.at)
    exclusion = Exclusion(
        organisation_id=firm,
        reason="Late",
        starts_on=DAY - timedelta(days=9),
        ends_on=DAY - timedelta(days=8),
        decided_by_id=officer,
        decided_at=make.at,
    )
    return {
        "tender_id": tender,
        "tender_reviewer_id": make.add(reviewer),
        "tender_question_id": make.add(question),
        "objection_id": make.add(objection),
        "exclusion_id": make.add(exclusion),
        "bid_id": _bid(make, tender, firm, people["bidder"]),
        **_work(make, project, department, (tender, firm), people),
    }


def _bid(make: Factory, tender: int, firm: int, person: int) -> int:
    bid = Bid(
        tender_id=tender,
        organisation_id=firm,
        key="a-key",
        state=BidState.OPENED,
        submitted_by_id=person,
        received_at=make.at,
        envelope_sha256="0",
        price=1,
        days=1,
        offer="Oak",
    )
    return make.add(bid)


def _work(
    make: Factory,
    project: int,
    department: int,
    of: tuple[int, int],
    people: Mapping[str, int],
) -> dict[str, int]:
    tender, firm = of
    officer = people["officer"]
    plan = make.add(
        DeliveryPlan(
            project_id=project,
            state=PlanState.PUBLISHED,
            organisation_id=department,
            responsible_id=officer,
            starts_on=DAY,
            ends_on=DAY,
            written_by_id=officer,
            written_at=make.at,
        )
    )
    contract = make.add(
        Contract(
            project_id=project,
            tender_id=tender,
            organisation_id=firm,
            payee_id=make.add(Payee(name={"en": "Firm"}, created_at=make.at)),
            state=ContractState.DRAWN,
            amount=1,
            amount_now=1,
            currency="CNY",
            terms="Benches",
            starts_on=DAY,
            ends_on=DAY,
            ends_on_now=DAY,
            retention_bp=500,
            warranty_until=DAY,
            drawn_by_id=officer,
            drawn_at=make.at,
        )
    )
    milestone = make.add(
        Milestone(plan_id=plan, position=1, title="Benches", due_on=DAY, budget=1, tender_id=tender)
    )
    report = make.add(
        MilestoneReport(
            milestone_id=milestone,
            number=1,
            key="a-key",
            text="Done",
            by_id=people["bidder"],
            at=make.at,
        )
    )
    return {
        "contract_id": contract,
        "milestone_id": milestone,
        "report_id": report,
        **_said(make, project, plan, report, people),
    }


def _said(
    make: Factory, project: int, plan: int, report: int, people: Mapping[str, int]
) -> dict[str, int]:
    voter, at = people["voter"], make.at
    dispute = Confirmation(report_id=report, person_id=voter, nearby=True, holds=False, at=at)
    change = PlanChange(
        plan_id=plan,
        kind="scope",
        reason="Rain",
        before={},
        after={},
        asked_by_id=people["officer"],
        asked_at=at,
    )
    rated = Evaluation(project_id=project, person_id=voter, rating=4, as_promised="yes", at=at)
    return {
        "confirmation_id": make.add(dispute),
        "change_id": make.add(change),
        "evaluation_id": make.add(rated),
    }
