"""A tender for the matrix of permissions: one of each thing of procurement that addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from accounts.models import Membership
from core.db import db
from ledger.models import Payee
from projects.models import (
    Bid,
    Contract,
    DeliveryPlan,
    Exclusion,
    Objection,
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


def procurement(
    make: Factory, area: int, round_id: int, department: int, people: Mapping[str, int]
) -> dict[str, int]:
    """A project of the round with an awarded tender whose contract is drawn up; by the names in
    addresses."""
    project = make.project(round_id, area, State.DELIVERING)
    officer, judge = people["officer"], people["reviewer"]
    firm = organisation_of(people["bidder"])
    tender = _tender(make, project, firm, officer)
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
    _plan(make, project, department, officer)
    _contract(make, tender, project, firm, officer)
    return {
        "tender_id": tender,
        "tender_reviewer_id": make.add(reviewer),
        "tender_question_id": make.add(question),
        "objection_id": make.add(objection),
        "exclusion_id": make.add(exclusion),
        "bid_id": _bid(make, tender, firm, people["bidder"]),
    }


def _tender(make: Factory, project: int, firm: int, officer: int) -> int:
    return make.add(
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


def _contract(make: Factory, tender: int, project: int, firm: int, officer: int) -> None:
    payee = make.add(Payee(name={"en": "Firm"}, created_at=make.at))
    make.add(
        Contract(
            project_id=project,
            tender_id=tender,
            organisation_id=firm,
            payee_id=payee,
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


def _plan(make: Factory, project: int, department: int, officer: int) -> None:
    make.add(
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
