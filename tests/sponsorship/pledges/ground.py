"""Offers on the square, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.db import db, transaction
from sponsorship.models import Agreement, Pledge, PledgeKind
from sponsorship.pledges.rules import Offer
from sponsorship.pledges.services import deciding, offering, signing
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.ground import Square


@dataclass
class Stall(Square):
    """Adds to a square: offers, and the verbs of pledges in transactions of their own."""

    @classmethod
    def begin(cls, make: Factory, **terms: Any) -> Stall:
        """The usual one, at the usual time; ``terms`` change the call's."""
        made = cls.open(make, START, **terms)
        assert isinstance(made, cls)
        return made

    def new(self, amount: int = 10_000 * YUAN, **about: Any) -> Offer:
        """An offer of money by the business, in one part within twenty days."""
        due = self.today() + 20 * DAY
        row: dict[str, Any] = {
            "key": f"form-{next(self.keys)}-0123456789",
            "opening_id": self.opening,
            "business_id": self.business,
            "kind": PledgeKind.MONEY,
            "amount": amount,
            "due_on": due,
        }
        row |= about
        if row["kind"] == PledgeKind.MONEY:
            row.setdefault("parts", ((amount, row["due_on"]),))
        return Offer(**row)

    def in_kind(self, amount: int = 10_000 * YUAN, **about: Any) -> Offer:
        """An offer of lamps."""
        said = {"kind": PledgeKind.GOODS, "what": "Ten lamps", "valuation": "By our price list"}
        return self.new(amount, **said | about)

    def offer(self, offer: Offer | None = None, by: int = 0) -> int:
        """Offered by the signatory."""
        with transaction() as session:
            made = offering.offer(session, offer or self.new(), by or self.signatory, self.at)
            return made.id

    def give(self, amount: int = 500 * YUAN, by: int = 0, **about: Any) -> int:
        """Given by a resident."""
        offer = self.new(amount, business_id=None, **about)
        with transaction() as session:
            return offering.give_small(session, offer, by or self.resident, self.at).id

    def accept(self, ident: int, by: int = 0, reason: str = "It helps.") -> int:
        """Accepted by an officer."""
        with transaction() as session:
            deciding.accept(session, ident, reason, by or self.officer, self.at)
        return ident

    def accepted(self, amount: int = 10_000 * YUAN, **about: Any) -> int:
        """Offered and accepted."""
        return self.accept(self.offer(self.new(amount, **about)))

    def sign(self, ident: int) -> int:
        """Signed by both."""
        with transaction() as session:
            signing.sign_for_sponsor(session, ident, self.signatory, self.at)
            signing.sign_for_office(session, ident, self.officer, self.at)
        return ident

    def pledge(self, ident: int) -> Pledge:
        """The row as it stands."""
        db.session.rollback()
        return db.session.get_one(Pledge, ident)

    def agreement(self, ident: int) -> Agreement:
        """A pledge's agreement."""
        db.session.rollback()
        return db.session.query(Agreement).filter_by(pledge_id=ident).one()
