"""A chosen project with its money, and everybody who carries it out, looks at it or pays for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import OrganisationKind, Role
from budgeting.models import PhaseKind
from core.db import db, transaction
from ledger.models import CostCentre, VoucherKind
from ledger.services.committing import Winner, enter_winners
from ledger.services.contracting import book_contract, standing
from projects.models import (
    Contract,
    DeliveryPlan,
    Method,
    Milestone,
    MilestoneReport,
    Project,
    Tender,
)
from projects.services.moves import advance
from projects.states import CONTRACT_MOVES, ContractState, State, TenderState
from projects.works import services as do
from projects.works.services.site import milestones_of
from tests.factories import Count, Factory
from tests.ledger.books import Books
from tests.remembered import remembered

YUAN = 100
COST = 10_000 * YUAN
TEXT = "The benches stand, and the ground around them is level."
WHY = "There is a good reason for it, said here."


@dataclass
class Ground:
    """Identities around one project of ¥10,000 in a community, its plan and its contracts."""

    make: Factory
    books: Books
    at: datetime
    round: int = 0
    project: int = 0
    department: int = 0
    officer: int = 0
    second_officer: int = 0
    reviewer: int = 0
    committee: int = 0
    firm: int = 0
    worker: int = 0
    payee: int = 0
    proposer: int = 0
    neighbour: int = 0
    stranger: int = 0
    keys: Count = field(default_factory=Count)

    @classmethod
    @remembered
    def build(cls, make: Factory, at: datetime, cost: int = COST) -> Self:
        """Money down to the community, a chosen project that it is committed to, and people."""
        books = Books.open(make, at)
        books.endow()
        yard = cls(make, books, at)
        sub_district, community = books.areas[2], books.areas[3]
        yard.round = make.round(sub_district, PhaseKind.RESULTS)
        yard.department = make.organisation(sub_district)
        yard.officer = make.staff(Role.OFFICER, sub_district)
        yard.second_officer = make.staff(Role.OFFICER, sub_district)
        yard.reviewer = make.staff(Role.REVIEWER, sub_district, yard.department)
        yard.committee = make.staff(Role.COMMITTEE, community)
        yard.firm = make.organisation(sub_district, OrganisationKind.BUSINESS)
        yard.worker = make.staff(Role.BUSINESS, sub_district, yard.firm)
        yard.payee = books.payee("Greenfield")
        yard.proposer = make.person(community)
        yard.neighbour = make.person(community)
        yard.stranger = make.person(make.area("Elsewhere"))
        yard.project = make.project(
            yard.round,
            community,
            State.SELECTED,
            cost=cost,
            proposer_id=yard.proposer,
            latitude=31.23,
            longitude=121.47,
            language="en",
        )
        yard.commit(cost)
        return yard

    def commit(self, cost: int) -> None:
        """Appropriate and commit the project's cost."""
        round_id = self.books.round(self.round)
        self.books.book(VoucherKind.APPROPRIATE, cost, cost_centre_id=round_id)
        winner = Winner(self.project, {"en": "Benches"}, cost, self.books.areas[3])
        with transaction() as session:
            title = {"en": "Small works"}
            enter_winners(session, self.round, title, "CNY", [winner], now=self.at)

    def draft(self, *budgets: int, **values: Any) -> do.PlanDraft:
        """A plan with a milestone for each budget (minor units), due ten days apart."""
        start = self.at.date()
        parts = tuple(
            do.PlannedMilestone(f"Part {i}", "Wood", start + timedelta(days=10 * i), budget)
            for i, budget in enumerate(budgets, 1)
        )
        row: dict[str, Any] = {
            "organisation_id": self.department,
            "responsible_id": self.reviewer,
            "summary": "We build it together.",
            "starts_on": start,
            "ends_on": start + timedelta(days=90),
            "milestones": parts,
        }
        return do.PlanDraft(**row | values)

    def write(self, *budgets: int, **values: Any) -> int:
        """The officer writes a plan."""
        with transaction() as session:
            draft = self.draft(*budgets, **values)
            return do.write_plan(session, self.project, draft, self.officer, self.at).id

    def publish(self, by: int | None = None) -> None:
        """The other officer publishes it as it is."""
        with transaction() as session:
            plan = self.plan(session)
            seen = do.plan_digest(plan, milestones_of(session, plan))
            do.publish_plan(session, self.project, seen, by or self.second_officer, self.at)

    def begin(self, *budgets: int) -> list[int]:
        """A published plan; gives its milestones."""
        self.write(*(budgets or (6000 * YUAN, 4000 * YUAN)))
        self.publish()
        return self.milestones()

    def contract(
        self, prices: dict[int, int], *, retention_bp: int = 500, until: date | None = None
    ) -> int:
        """A signed contract over milestones at these prices, booked."""
        amount = sum(prices.values())
        tender = self._tender(amount)
        with transaction() as session:
            made = self._contract(tender, amount, retention_bp, until)
            session.add(made)
            session.flush()
            self._sign(session, made)
            for ident, price in prices.items():
                milestone = session.get_one(Milestone, ident)
                milestone.contract_id, milestone.tender_id, milestone.price = made.id, tender, price
            book_contract(
                session,
                key=f"contract:{made.id}",
                project_ref=self.project,
                payee_id=self.payee,
                amount=amount,
                people=(self.officer, self.second_officer),
                source_ref=f"contract:{made.id}",
                now=self.at,
            )
            return made.id

    def _tender(self, amount: int) -> int:
        return self.make.add(
            Tender(
                project_id=self.project,
                state=TenderState.CONTRACTED,
                method=Method.DIRECT,
                title="Benches",
                scope="Build the benches",
                currency="CNY",
                ceiling=amount,
                min_bids=1,
                min_reviewers=2,
                standstill_days=1,
                retention_bp=500,
                warranty_months=12,
                direct_reason="Small",
                written_by_id=self.officer,
                written_at=self.at,
                winner_id=self.firm,
                award_amount=amount,
            )
        )

    def _contract(self, tender: int, amount: int, bp: int, until: date | None) -> Contract:
        start = self.at.date()
        return Contract(
            project_id=self.project,
            tender_id=tender,
            organisation_id=self.firm,
            payee_id=self.payee,
            state=ContractState.DRAWN,
            amount=amount,
            amount_now=amount,
            currency="CNY",
            terms="As offered.",
            starts_on=start,
            ends_on=start + timedelta(days=60),
            ends_on_now=start + timedelta(days=60),
            retention_bp=bp,
            warranty_until=until or start + timedelta(days=400),
            drawn_by_id=self.officer,
            drawn_at=self.at,
        )

    def _sign(self, session: Session, made: Contract) -> None:
        advance(made, CONTRACT_MOVES, "agree")
        made.agreed_by_id, made.agreed_at = self.worker, self.at
        advance(made, CONTRACT_MOVES, "sign")
        made.signed_by_id, made.signed_at, made.sha256 = self.second_officer, self.at, "0" * 64
        session.flush()

    def centre(self) -> int:
        """The project's cost centre."""
        db.session.rollback()
        rows = select(CostCentre.id).where(
            CostCentre.kind == "project", CostCentre.ref == self.project
        )
        return db.session.scalars(rows).one()

    def money(self) -> Any:
        """The project's standing in the books."""
        db.session.rollback()
        return standing(db.session, self.project)

    def plan(self, session: Session | None = None) -> DeliveryPlan:
        """The plan as it is now."""
        found = session or db.session
        if session is None:
            found.rollback()
        rows = select(DeliveryPlan).where(DeliveryPlan.project_id == self.project)
        return found.scalars(rows).one()

    def milestones(self) -> list[int]:
        """The milestones in their order."""
        plan = self.plan()
        rows = select(Milestone.id).where(Milestone.plan_id == plan.id)
        return list(db.session.scalars(rows.order_by(Milestone.position)))

    def milestone(self, ident: int) -> Milestone:
        """A milestone as it is now."""
        db.session.rollback()
        return db.session.get_one(Milestone, ident)

    def row(self) -> Project:
        """The project as it is now."""
        db.session.rollback()
        return db.session.get_one(Project, self.project)

    def contract_row(self, ident: int) -> Contract:
        """A contract as it is now."""
        db.session.rollback()
        return db.session.get_one(Contract, ident)

    def report_row(self, ident: int) -> MilestoneReport:
        """A report as it is now."""
        db.session.rollback()
        return db.session.get_one(MilestoneReport, ident)
