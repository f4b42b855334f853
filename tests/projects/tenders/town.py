"""A project that is being delivered with committed money, and everybody around its tenders."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from accounts.models import OrganisationKind, Role
from budgeting.models import PhaseKind
from core.db import db, transaction
from core.web import settings
from ledger.models import VoucherKind
from ledger.services import contracting
from ledger.services.committing import Winner, enter_winners
from projects.models import Bid, Contract, CriterionKind, DeliveryPlan, Milestone, Tender
from projects.states import PlanState, State
from projects.tenders import services
from projects.tenders.envelopes import Offer
from projects.tenders.notice import Asked, Direct, Notice
from projects.tenders.services import Given, NewBid, Terms
from projects.tenders.services.judging import to_score
from tests.factories import Factory
from tests.ledger.books import YUAN, Books

DAY = timedelta(days=1)
PRICE = Asked(CriterionKind.PRICE, "Price", 60)
QUALITY = Asked(CriterionKind.QUALITY, "How it is built", 40)
COST = 100_000 * YUAN


@dataclass
class Town:
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
    keys: Any = field(default_factory=lambda: itertools.count(1))

    @classmethod
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

    @property
    def deadline(self) -> datetime:
        """Until when the usual notice takes bids."""
        return self.at + 10 * DAY

    @property
    def opening(self) -> datetime:
        """When the bids of the usual notice are opened."""
        return self.deadline

    @property
    def later(self) -> datetime:
        """Well after any standstill."""
        return self.at + 60 * DAY

    def notice(self, **about: Any) -> Notice:
        """The usual notice: two parts of the plan for at most ¥90,000."""
        usual = Notice(
            title="Ten benches",
            scope="Ten benches of oak under the plane trees, with foundations.",
            ceiling=90_000 * YUAN,
            milestones=tuple(self.milestones[:2]),
            criteria=(PRICE, QUALITY),
            questions_until=self.at + 7 * DAY,
            deadline=self.deadline,
        )
        return replace(usual, **about)

    def direct(self, firm: int = 0, **about: Any) -> Direct:
        """A direct award of ¥10,000 for the third part."""
        usual = Direct(
            title="Two lamps",
            scope="Two lamps beside the path.",
            organisation_id=self.firms[firm],
            amount=10_000 * YUAN,
            reason="Only they have lamps of this kind.",
            milestones=(self.milestones[2],),
        )
        return replace(usual, **about)

    def draft(self, **about: Any) -> int:
        with transaction() as session:
            notice = self.notice(**about)
            return services.draft_tender(session, self.project, notice, self.author, self.at).id

    def publish(self, tender: int | None = None, **about: Any) -> int:
        """A published tender."""
        ident = tender or self.draft(**about)
        with transaction() as session:
            services.publish(session, ident, self.officer, settings().keys, self.at)
        return ident

    def offer(self, price: int = 80_000 * YUAN, **about: Any) -> Offer:
        usual = Offer(price, 40, "Oak from the hills, oiled twice.", "We know nobody.")
        return replace(usual, **about)

    def new_bid(self, tender: int, firm: int = 0, **about: Any) -> NewBid:
        """What comes in when ``firm`` bids; ``price`` and the like are of its offer."""
        offer = self.offer(**about)
        key = f"key-{next(self.keys):012d}"
        return NewBid(tender, self.firms[firm], self.traders[firm], key, offer)

    def bid(self, tender: int, firm: int = 0, at: datetime | None = None, **about: Any) -> int:
        """A sealed bid of ``firm``, a day after publication."""
        with transaction() as session:
            new = self.new_bid(tender, firm, **about)
            return services.submit_bid(session, new, at or self.at + DAY).id

    def bids(self, tender: int, *prices: int) -> list[int]:
        """A bid of each of the first firms at these prices."""
        usual = prices or (80_000 * YUAN, 70_000 * YUAN, 75_000 * YUAN)
        return [self.bid(tender, firm, price=price) for firm, price in enumerate(usual)]

    def open(self, tender: int, at: datetime | None = None) -> bool:
        with transaction() as session:
            return services.open_tender(session, tender, settings().keys, at or self.opening)

    def opened(self, *prices: int, **about: Any) -> int:
        """A tender whose bids are open."""
        tender = self.publish(**about)
        self.bids(tender, *prices)
        self.open(tender)
        return tender

    def appoint(self, tender: int, person: int | None = None) -> int:
        with transaction() as session:
            judge = person or self.judges[0]
            return services.appoint(session, tender, judge, self.officer, self.opening).id

    def declare(self, tender: int, person: int, relation: str = "") -> None:
        with transaction() as session:
            services.declare(session, tender, person, relation, self.opening)

    def score(self, tender: int, person: int, *points: int) -> None:
        """Hand in these points, in the order of the bids; 50 where there are none."""
        with transaction() as session:
            pairs = to_score(session, tender)
            given = dict(zip(pairs, points, strict=False))
            scores = {pair: Given(given.get(pair, 50), "Solid work.") for pair in pairs}
            services.hand_in(session, tender, person, scores, self.opening)

    def judged(self, tender: int, *points: int) -> int:
        """Two judges appointed, declared and handed in."""
        for judge in self.judges[:2]:
            self.appoint(tender, judge)
            self.declare(tender, judge)
            self.score(tender, judge, *points)
        return tender

    def award(self, tender: int, by: int | None = None, at: datetime | None = None) -> None:
        with transaction() as session:
            when = at or self.opening + DAY
            services.award(session, tender, "Best by the points.", by or self.officer, when)

    def awarded(self, *prices: int) -> int:
        """A tender that is awarded."""
        tender = self.judged(self.opened(*prices))
        self.award(tender)
        return tender

    def object_to(self, tender: int, by: int | None = None, at: datetime | None = None) -> int:
        with transaction() as session:
            when = at or self.opening + 2 * DAY
            person = by or self.resident
            return services.object_to(session, tender, "That was unfair.", person, when).id

    def terms(self, tender: int, **about: Any) -> Terms:
        prices = services.suggested_prices(db.session, self.row(tender))
        starts, ends = date(2026, 6, 1), date(2026, 8, 31)
        return replace(Terms("Ten benches, as offered.", starts, ends, prices), **about)

    def draw(self, tender: int, at: datetime | None = None, **about: Any) -> int:
        terms = self.terms(tender, **about)
        with transaction() as session:
            when = at or self.later
            return services.draw_contract(session, tender, terms, self.author, when).id

    def agree(self, tender: int, by: int) -> None:
        with transaction() as session:
            services.agree(session, tender, by, self.later)

    def sign(self, tender: int, by: int | None = None, at: datetime | None = None) -> None:
        with transaction() as session:
            services.sign_contract(session, tender, by or self.officer, at or self.later)

    def signed(self) -> int:
        """A tender whose contract is signed; the second firm has it."""
        tender = self.awarded()
        self.draw(tender)
        self.agree(tender, self.traders[1])
        self.sign(tender)
        return tender

    def row(self, tender: int) -> Tender:
        """A tender as it is now."""
        db.session.rollback()
        return db.session.get_one(Tender, tender)

    def bid_row(self, bid: int) -> Bid:
        """A bid as it is now."""
        db.session.rollback()
        return db.session.get_one(Bid, bid)

    def contract(self, tender: int) -> Contract:
        """A tender's contract as it is now."""
        db.session.rollback()
        found = services.contracting.contract_of(db.session, tender)
        assert found is not None
        return found


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # numbers in order
