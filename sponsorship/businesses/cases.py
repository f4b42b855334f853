"""What a request about a business is about, loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import Base, db
from core.errors import NotFound
from core.i18n import lazy_gettext
from sponsorship.models import Business, BusinessPaper, Relation, Seat, SeatRole
from sponsorship.states import BusinessState, SeatState

LARGEST = 2**63 - 1
M = TypeVar("M", bound=Base)


@dataclass(frozen=True)
class BusinessCase:
    """A business with its area, and everybody who acts or acted for it or is invited to."""

    business: Business
    seats: tuple[Seat, ...]

    @property
    def state(self) -> BusinessState:
        """How far it is."""
        return BusinessState(self.business.state)

    @property
    def active(self) -> list[Seat]:
        """The seats of those who act for it now."""
        return [seat for seat in self.seats if seat.state == SeatState.ACTIVE]

    def seat_of(self, person_id: int | None) -> Seat | None:
        """The seat that somebody holds, or is invited to."""
        own = (s for s in self.seats if s.person_id == person_id and s.state != SeatState.ENDED)
        return next(own, None)

    def acts(self, person_id: int | None) -> bool:
        """Whether somebody acts for it now."""
        return any(seat.person_id == person_id for seat in self.active)

    def manages(self, person_id: int | None) -> bool:
        """Whether somebody manages it now."""
        mine = (seat.role for seat in self.active if seat.person_id == person_id)
        return SeatRole.MANAGER in mine

    @property
    def managed(self) -> bool:
        """Whether anybody manages it."""
        return any(seat.role == SeatRole.MANAGER for seat in self.active)

    def belongs(self, person_id: int | None) -> bool:
        """Whether somebody registered it, or acts or acted for it: they decide nothing about it."""
        own = {seat.person_id for seat in self.seats if seat.accepted_at is not None}
        return person_id in own | {self.business.created_by_id}


@dataclass(frozen=True)
class PaperCase(BusinessCase):
    """A paper of a business."""

    paper: BusinessPaper = None  # type: ignore[assignment]  # always given


@dataclass(frozen=True)
class SeatCase(BusinessCase):
    """Somebody's seat."""

    seat: Seat = None  # type: ignore[assignment]  # always given


@dataclass(frozen=True)
class RelationCase(BusinessCase):
    """A declared relation."""

    relation: Relation = None  # type: ignore[assignment]  # always given


def load_business(business_id: int) -> BusinessCase:
    """A business, in two queries. Raises ``NotFound``."""
    return BusinessCase(*_business(business_id))


def load_paper(business_paper_id: int) -> PaperCase:
    """A paper that was not removed. Raises ``NotFound``."""
    paper = _get(BusinessPaper, business_paper_id)
    if paper.removed_at is not None:
        raise NotFound(lazy_gettext("There is no such page."))
    return PaperCase(*_business(paper.business_id), paper=paper)


def load_seat(seat_id: int) -> SeatCase:
    """A seat. Raises ``NotFound``."""
    seat = _get(Seat, seat_id)
    return SeatCase(*_business(seat.business_id), seat=seat)


def load_relation(business_relation_id: int) -> RelationCase:
    """A declared relation. Raises ``NotFound``."""
    relation = _get(Relation, business_relation_id)
    return RelationCase(*_business(relation.business_id), relation=relation)


def _business(business_id: int) -> tuple[Business, tuple[Seat, ...]]:
    rows = (
        select(Business)
        .where(Business.id == min(business_id, LARGEST))
        .options(joinedload(Business.area))
    )
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound(lazy_gettext("There is no such business."))
    seats = select(Seat).where(Seat.business_id == found.id).options(joinedload(Seat.person))
    return found, tuple(db.session.scalars(seats.order_by(Seat.id)))


def _get(model: type[M], ident: int) -> M:
    found = db.session.get(model, ident) if 0 < ident <= LARGEST else None
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    return found
