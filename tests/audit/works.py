"""Work under contract in tests: tenders, bids, contracts and milestones, written as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from accounts.models import OrganisationKind, Role
from core.db import transaction
from ledger.models import Payee
from projects.models import (
    Bid,
    Contract,
    Criterion,
    CriterionKind,
    DeliveryPlan,
    Method,
    Milestone,
    Tender,
)
from projects.states import (
    BidState,
    ContractState,
    MilestoneState,
    PlanState,
    State,
    TenderState,
)
from tests.factories import Factory

WAN = 10_000_00


@dataclass
class Works:
    """A project that is being carried out, and who has to do with it."""

    make: Factory
    area: int
    project: int
    department: int
    writes: int
    approves: int
    plan: int = 0

    @property
    def at(self) -> datetime:
        """When everything begins."""
        return self.make.at

    def business(self, name: str, code: str | None = None) -> tuple[int, int]:
        """An organisation that can bid, and the payee that it is in the books."""
        firm = self.make.organisation(
            self.area, kind=OrganisationKind.BUSINESS, name={"en": name, "zh_Hans": f"{name}公司"}
        )
        payee = Payee(name={"en": name}, code=code, organisation_id=firm, created_at=self.at)
        return firm, self.make.add(payee)

    def tender(self, state: TenderState = TenderState.OPEN, **values: Any) -> int:
        """A tender of ¥100,000 with two criteria."""
        row: dict[str, Any] = {
            "project_id": self.project,
            "method": Method.OPEN,
            "state": state,
            "title": "Lamp posts",
            "scope": "Twenty lamp posts, set and wired.",
            "ceiling": 10 * WAN,
            "currency": "CNY",
            "written_by_id": self.writes,
            "written_at": self.at,
        }
        if state != TenderState.DRAFT:
            row |= {
                "approved_by_id": self.approves,
                "published_at": self.at,
                "notice_sha256": "a" * 64,
                "questions_until": self.at + timedelta(days=5),
                "deadline": self.at + timedelta(days=10),
            }
        made = Tender(**row | values)
        made.criteria = [
            Criterion(position=1, kind=CriterionKind.PRICE, name="Price", weight=60),
            Criterion(position=2, kind=CriterionKind.QUALITY, name="Plan", weight=40),
        ]
        return self.make.add(made)

    def bid(self, tender: int, firm: int, price: int | None = None, **values: Any) -> int:
        """A bid: under seal without a price, else opened."""
        row: dict[str, Any] = {
            "tender_id": tender,
            "organisation_id": firm,
            "key": f"bid{tender}-{firm}",
            "submitted_by_id": self.writes,
            "received_at": self.at + timedelta(days=2),
            "state": BidState.SEALED if price is None else BidState.OPENED,
            "envelope_sha256": f"{tender:032x}{firm:032x}",
            "price": price,
            "offer": "" if price is None else "We set good lamps.",
        }
        return self.make.add(Bid(**row | values))

    def award(self, tender: int, firm: int, amount: int, days: int = 15) -> None:
        """Give the work to a firm."""
        at = self.at + timedelta(days=days)
        with transaction() as session:
            session.execute(
                update(Tender)
                .where(Tender.id == tender)
                .values(
                    state=TenderState.AWARDED,
                    opened_at=self.at + timedelta(days=10),
                    winner_id=firm,
                    award_amount=amount,
                    award_reason="Most points",
                    awarded_by_id=self.approves,
                    awarded_at=at,
                    standstill_until=(at + timedelta(days=7)).date(),
                )
            )

    def contract(self, tender: int, firm: int, payee: int, amount: int, **values: Any) -> int:
        """A signed contract."""
        at = self.at + timedelta(days=25)
        row: dict[str, Any] = {
            "project_id": self.project,
            "tender_id": tender,
            "organisation_id": firm,
            "payee_id": payee,
            "state": ContractState.SIGNED,
            "amount": amount,
            "amount_now": amount,
            "currency": "CNY",
            "terms": "As offered.",
            "starts_on": at.date(),
            "ends_on": (at + timedelta(days=60)).date(),
            "ends_on_now": (at + timedelta(days=60)).date(),
            "retention_bp": 500,
            "warranty_until": date(2027, 12, 31),
            "sha256": f"{tender:064x}",
            "drawn_by_id": self.writes,
            "drawn_at": at,
            "agreed_at": at,
            "signed_by_id": self.approves,
            "signed_at": at,
        }
        made = self.make.add(Contract(**row | values))
        with transaction() as session:
            session.execute(
                update(Tender).where(Tender.id == tender).values(state=TenderState.CONTRACTED)
            )
        return made

    def publish_plan(self, days: Sequence[int] = (30, 60)) -> list[int]:
        """A published plan whose milestones are due so many days after the beginning."""
        begins = self.at.date()
        ends = begins + timedelta(days=max(days))
        plan = DeliveryPlan(
            project_id=self.project,
            state=PlanState.PUBLISHED,
            organisation_id=self.department,
            responsible_id=self.writes,
            summary="Lamps, then benches.",
            starts_on=begins,
            ends_on=ends,
            promised_ends_on=ends,
            written_by_id=self.writes,
            written_at=self.at,
            published_by_id=self.approves,
            published_at=self.at,
        )
        self.plan = self.make.add(plan)
        return [
            self._milestone(place, begins + timedelta(days=day))
            for place, day in enumerate(days, 1)
        ]

    def _milestone(self, place: int, due: date) -> int:
        return self.make.add(
            Milestone(
                plan_id=self.plan,
                position=place,
                title=f"Part {place}",
                due_on=due,
                promised_on=due,
                budget=5 * WAN,
                promised_budget=5 * WAN,
            )
        )

    def accept(self, milestone: int, at: datetime) -> None:
        """Say that a milestone was accepted."""
        with transaction() as session:
            session.execute(
                update(Milestone)
                .where(Milestone.id == milestone)
                .values(state=MilestoneState.ACCEPTED, accepted_at=at)
            )


def build_works(make: Factory, area: int, ref: int | None = None) -> Works:
    """A project in delivery in ``area``, with the number ``ref`` where the books know one."""
    round_id = make.round(area)
    more = {} if ref is None else {"id": ref}
    return Works(
        make=make,
        area=area,
        project=make.project(round_id, area, State.DELIVERING, title={"en": "Lamps"}, **more),
        department=make.organisation(area),
        writes=make.staff(Role.OFFICER, area),
        approves=make.staff(Role.APPROVER, area),
    )
