"""A square on which pledges are paid, released, received and come to nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.db import db, transaction
from core.images import StoredImage
from projects.works.services.reporting import SentPhoto
from sponsorship import bookings
from sponsorship.models import Opening, Pledge, PledgeKind, ValuationMethod
from sponsorship.pledges.services import receiving, releasing
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.ground import Square
from tests.sponsorship.payments.ground import add_payment, settle

PHOTO = SentPhoto(StoredImage("a" * 40, 800, 600), "Ten lamps")


class Field(Square):
    """Adds to a square: pledges as they stand once money or things have come."""

    def add_paid(self, amount: int = 10_000 * YUAN, *, match: int = 0, **about: Any) -> int:
        """A pledge of money that is paid in full, and its match reserved."""
        ident = self.add_signed(amount, **about)
        self.pay(ident, amount)
        if match:
            self.reserve(ident, match)
        return ident

    def pay(self, ident: int, amount: int, fee: int = 0) -> None:
        """Money of a pledge settles at a provider."""
        number = next(self.keys)
        settle(self, add_payment(self, ident, amount=amount, attempt=number), amount, fee)

    def reserve(self, ident: int, match: int) -> None:
        """Public money is reserved for a pledge."""
        with transaction() as session:
            pledge = session.get_one(Pledge, ident)
            bookings.book_match(session, pledge, "match", match, self.at, key="accept")
            pledge.match = match

    def add_kind(self, amount: int = 5_000 * YUAN, **about: Any) -> int:
        """A signed pledge of goods."""
        row = {"kind": PledgeKind.GOODS, "what": "Ten lamps", "valuation": "List price"}
        return self.add_pledge(amount, about.pop("state", PledgeState.SIGNED), **row | about)

    def ask(self, ident: int, amount: int, by: int | None = None, **where: Any) -> int:
        """An officer asks to release money of a pledge."""
        where.setdefault("project_id", self.project)
        asked = releasing.AskedRelease(where.pop("key", f"r{next(self.keys)}"), amount, **where)
        with transaction() as session:
            return releasing.ask(session, ident, asked, by or self.author, self.at).id

    def approve(self, release: int, by: int | None = None) -> None:
        """Another one approves it."""
        with transaction() as session:
            releasing.approve(session, release, by or self.officer, self.at)

    def receive(self, ident: int, value: int, by: int | None = None, **about: Any) -> int:
        """An officer writes down what arrived."""
        row: dict[str, Any] = {
            "key": f"k{next(self.keys)}",
            "text": "Ten lamps have arrived.",
            "value": value,
            "method": ValuationMethod.LIST_PRICE,
            "basis": "Ten times the price of the shop.",
            "received_on": self.today(),
            "complete": True,
            "photos": (PHOTO,),
        }
        found = receiving.Received(**row | about)
        with transaction() as session:
            return receiving.report(session, ident, found, by or self.author, self.at).id

    def row(self, ident: int) -> Pledge:
        """A pledge as it is now."""
        db.session.rollback()
        return db.session.get_one(Pledge, ident)

    def opening_row(self, ident: int = 0) -> Opening:
        """An opening as it is now."""
        db.session.rollback()
        return db.session.get_one(Opening, ident or self.opening)

    def set_opening(self, state: str, ident: int = 0, **about: Any) -> None:
        """An opening as it would stand later."""
        with transaction() as session:
            opening = session.get_one(Opening, ident or self.opening)
            opening.state = state
            for name, value in about.items():
                setattr(opening, name, value)

    def after(self, days: int) -> datetime:
        """Some days later."""
        return self.at + days * DAY
