"""A counter at which businesses register, with verbs that open their own transactions."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from PIL import Image
from sqlalchemy.orm import Session

from accounts.models import Person
from core.db import db, transaction
from core.types import Texts
from ledger.documents import Upload
from sponsorship.businesses import services
from sponsorship.models import (
    Business,
    BusinessPaper,
    Relation,
    RelationKind,
    Scheme,
    Seat,
    SeatRole,
    Sector,
)
from tests.sponsorship.ground import CODES, Square

CODE = CODES[1]
T = TypeVar("T")


def photo() -> bytes:
    """A small picture of a licence."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


@dataclass
class Counter:
    """Somebody with a teahouse, and the square's officers."""

    square: Square
    owner: int = 0

    def details(self, **about: Any) -> services.Details:
        """A teahouse in the square's area."""
        said = services.Details(
            name={"en": "Teahouse Ltd", "zh_Hans": "清风茶馆"},
            scheme=Scheme.USCC,
            code=CODE,
            area_id=self.square.area,
            sector=Sector.CATERING,
            about={"en": "We pour tea."},
            address="1 River Road",
            contact_name="Wang Fang",
            contact_phone="138 0000 0001",
        )
        return replace(said, **about)

    def do(self, verb: Callable[[Session], T]) -> T:
        """Something in a transaction of its own."""
        with transaction() as session:
            return verb(session)

    def register(self, by: int = 0, **about: Any) -> int:
        """A draft; gives its number."""
        details = self.details(**about)
        by = by or self.owner
        return self.do(lambda s: services.register(s, details, by, self.square.at).id)

    def change(self, business: int, **about: Any) -> None:
        """Say something else."""
        details = self.details(**about)
        self.do(lambda s: services.change(s, business, details, self.owner, self.square.at))

    def submit(self, business: int) -> None:
        """Ask for its verification."""
        self.do(lambda s: services.submit(s, business, self.owner, self.square.at))

    def add_paper(self, business: int, by: int = 0, data: bytes = b"", name: str = "a.png") -> int:
        """A paper; gives its number."""
        upload = Upload(io.BytesIO(data or photo()), name)
        return self.do(
            lambda s: (
                services.add_paper(
                    s, business, upload, by or self.owner, self.square.at, title="Licence"
                ).id
            )
        )

    def submitted(self, **about: Any) -> int:
        """A business that waits for its verification."""
        ident = self.register(**about)
        self.add_paper(ident)
        self.submit(ident)
        return ident

    def decide(self, verb: str, business: int, by: int = 0, **more: Any) -> None:
        """An officer verifies, refuses, suspends or restores."""
        if verb != "verify":
            more.setdefault("reason", "Because.")
        by = by or self.square.officer
        called = getattr(services, verb)
        self.do(lambda s: called(s, business, by_id=by, now=self.square.at, **more))

    def verified(self, **about: Any) -> int:
        """A verified business."""
        ident = self.submitted(**about)
        self.decide("verify", ident)
        return ident

    def address(self, person: int) -> str:
        """Somebody's phone."""
        found = db.session.get_one(Person, person).phone or ""
        db.session.rollback()
        return found

    def invite(self, business: int, person: int | str, role: str = "viewer", by: int = 0) -> int:
        """Invite somebody; gives their open seat, 0 if there is none."""
        where = person if isinstance(person, str) else self.address(person)
        self.do(
            lambda s: services.invite(
                s, business, where, by or self.owner, self.square.at, role=SeatRole(role)
            )
        )
        rows = db.session.query(Seat.id).filter_by(
            business_id=business, person_id=person, state="invited"
        )
        found = rows.scalar() if isinstance(person, int) else None
        db.session.rollback()
        return found or 0

    def seat(self, business: int, person: int, role: str = "viewer") -> int:
        """Somebody who was invited and has accepted."""
        seat = self.invite(business, person, role)
        self.do(lambda s: services.accept_seat(s, seat, person, self.square.at))
        return seat

    def declare(self, business: int, kind: RelationKind = RelationKind.OWNER, **whom: Any) -> int:
        """A declared relation."""
        new = services.NewRelation(kind, **whom)
        by = db.session.get_one(Business, business).created_by_id
        return self.do(lambda s: services.declare(s, business, new, by, self.square.at).id)

    def business(self, ident: int) -> Business:
        """How a business stands now."""
        db.session.rollback()
        return db.session.get_one(Business, ident)

    def row(self, model: type[Any], ident: int) -> Any:
        """How a paper, seat or relation stands now."""
        assert model in {BusinessPaper, Seat, Relation}
        db.session.rollback()
        return db.session.get_one(model, ident)


def named(text: str) -> Texts:
    """A name in English."""
    return {"en": text}
