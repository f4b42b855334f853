"""A project that is being delivered with committed money, its plan, and everybody around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from accounts.models import OrganisationKind, Role
from budgeting.models import PhaseKind
from core.db import transaction
from ledger.models import VoucherKind
from ledger.services import contracting
from ledger.services.committing import Winner, enter_winners
from projects.models import DeliveryPlan, Milestone
from projects.states import PlanState, State
from tests.factories import Count, Factory
from tests.ledger.books import YUAN, Books
from tests.remembered import remembered

DAY = timedelta(days=1)
COST = 100_000 * YUAN


@dataclass
class Ground:
    """Identities of a sub-district with a project of ¥100,000, its plan and its people."""

    make: Factory
    at: datetime
    area: int = 0
    community: int = 0
    round: int = 0
    project: int = 0
    plan: int = 0
    department: int = 0
    milestones: list[int] = field(default_factory=list)
    author: int = 0
    officer: int = 0
    other: int = 0
    judges: list[int] = field(default_factory=list)
    firms: list[int] = field(default_factory=list)
    traders: list[int] = field(default_factory=list)
    resident: int = 0
    keys: Count = field(default_factory=Count)

    @classmethod
    @remembered
    def build(cls, make: Factory, at: datetime, firms: int = 4) -> Self:
        """Three officers, three possible judges, and businesses with one person each."""
        town = cls(make, at)
        books = Books.open(make, at)
        town.area, town.community = books.areas[2], books.areas[3]
        town.round = make.round(town.area, PhaseKind.RESULTS)
        title = {"en": "Benches by the river"}
        town.project = make.project(
            town.round, town.community, State.DELIVERING, title=title, cost=COST
        )
        town._fund(books)
        town.department = make.organisation(town.area)
        town.author, town.officer, town.other = (
            make.staff(Role.OFFICER, town.area) for _ in range(3)
        )
        town.judges = [make.staff(Role.REVIEWER, town.area, town.department) for _ in range(3)]
        for number in range(firms):
            town.add_firm(
                {"en": f"Greenfield {number + 1} Ltd", "zh_Hans": f"绿地{number + 1}公司"}
            )
        town.resident = make.person(town.community)
        town._plan()
        return town

    def add_firm(
        self, name: dict[str, str], kind: str = OrganisationKind.BUSINESS, **person: Any
    ) -> int:
        """An organisation that may bid, with somebody who acts for it."""
        firm = self.make.organisation(self.area, kind, name=name)
        self.firms.append(firm)
        self.traders.append(self.make.staff(Role(kind), self.area, firm, **person))
        return firm

    def _fund(self, books: Books) -> None:
        books.endow()
        books.book(VoucherKind.APPROPRIATE, COST, cost_centre_id=books.round(self.round))
        winners = [Winner(self.project, {"en": "Benches"}, COST)]
        with transaction() as session:
            enter_winners(session, self.round, {"en": "Round"}, "CNY", winners, now=self.at)
            contracting.begin_contracts(session, self.project)

    def _plan(self) -> None:
        self.plan = self.make.add(
            DeliveryPlan(
                project_id=self.project,
                state=PlanState.PUBLISHED,
                organisation_id=self.department,
                responsible_id=self.author,
                summary="",
                starts_on=self.at.date(),
                ends_on=self.at.date() + 200 * DAY,
                promised_ends_on=self.at.date() + 200 * DAY,
                written_by_id=self.author,
                written_at=self.at,
                published_by_id=self.officer,
                published_at=self.at,
            )
        )
        for position, budget in enumerate((60_000 * YUAN, 30_000 * YUAN, 10_000 * YUAN), 1):
            self.milestones.append(
                self.make.add(
                    Milestone(
                        plan_id=self.plan,
                        position=position,
                        title=f"Part {position}",
                        about="",
                        due_on=self.at.date() + 30 * position * DAY,
                        budget=budget,
                    )
                )
            )
