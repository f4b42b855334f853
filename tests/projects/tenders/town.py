"""What the people of a town do with a tender, one verb after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from core.db import db, transaction
from core.web import settings
from projects.models import Bid, Contract, CriterionKind, Tender
from projects.tenders import services
from projects.tenders.envelopes import Offer
from projects.tenders.notice import Asked, Direct, Notice
from projects.tenders.services import Given, NewBid, Terms
from projects.tenders.services.judging import to_score
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY, Ground

PRICE = Asked(CriterionKind.PRICE, "Price", 60)
QUALITY = Asked(CriterionKind.QUALITY, "How it is built", 40)


@dataclass
class Town(Ground):
    """The usual notice, bids, points, award and contract."""

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
        when = self.at + DAY
        return [
            self.bid(tender, firm, when + timedelta(minutes=firm), price=price)
            for firm, price in enumerate(usual)
        ]

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
