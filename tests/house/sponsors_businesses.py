"""A business for the matrix of permissions: one of each thing that its addresses name."""

from __future__ import annotations

from collections.abc import Mapping

from sponsorship.models import Business, BusinessPaper, Relation, Seat, SeatRole
from sponsorship.states import BusinessState, SeatState
from tests.factories import Factory


def businesses(make: Factory, area: int, people: Mapping[str, int]) -> dict[str, int]:
    """A submitted business that "business" manages and to which "bidder" is invited, with a paper
    and a relation; by the names in addresses."""
    owner, at = people["business"], make.at
    ident = make.add(
        Business(
            state=BusinessState.SUBMITTED,
            area_id=area,
            name={"en": "Teahouse Ltd"},
            about={"en": "Tea"},
            scheme="other",
            code="HRB1",
            sector="catering",
            contact_name="Wang",
            created_by_id=owner,
            created_at=at,
            submitted_at=at,
        )
    )
    _seat(make, ident, owner, SeatRole.MANAGER, SeatState.ACTIVE)
    paper = BusinessPaper(
        business_id=ident,
        title="Licence",
        mime="application/pdf",
        size=1,
        sha256="0" * 64,
        added_by_id=owner,
        added_at=at,
    )
    relation = Relation(
        business_id=ident,
        kind="owner",
        person_name="Zhou",
        declared_by_id=owner,
        declared_at=at,
    )
    return {
        "business_id": ident,
        "business_paper_id": make.add(paper),
        "business_relation_id": make.add(relation),
        "seat_id": _seat(make, ident, people["bidder"], SeatRole.VIEWER, SeatState.INVITED),
    }


def _seat(make: Factory, business: int, person: int, role: SeatRole, state: SeatState) -> int:
    return make.add(
        Seat(
            business_id=business,
            person_id=person,
            role=role,
            state=state,
            invited_by_id=person,
            invited_at=make.at,
            accepted_at=make.at if state == SeatState.ACTIVE else None,
        )
    )
