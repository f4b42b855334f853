"""An opening for which somebody would give, and for whom they may speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from projects.models import Project
from sponsorship.guidance.queries import current, terms_of
from sponsorship.models import (
    Business,
    GuidanceCall,
    GuidanceVersion,
    Opening,
    OpeningKind,
    Seat,
    SeatRole,
)
from sponsorship.pledges.view import LARGEST
from sponsorship.states import SeatState
from sponsorship.terms import Terms

SIGNS = (SeatRole.SIGNATORY, SeatRole.MANAGER)


@dataclass(frozen=True)
class OpeningCase:
    """An opening, the version of its call that holds, and the businesses for which the reader
    signs."""

    opening: Opening
    version: GuidanceVersion
    terms: Terms
    businesses: Sequence[Business]

    @property
    def currency(self) -> str:
        """The currency of the call."""
        return self.opening.call.currency

    @property
    def money_only(self) -> bool:
        """Whether nothing but money is taken."""
        return self.opening.kind == OpeningKind.POOL


def opening_case(opening_id: int) -> OpeningCase:
    """An opening, in three queries. Raises ``NotFound``."""
    rows = (
        select(Opening)
        .where(Opening.id == min(opening_id, LARGEST))
        .options(
            joinedload(Opening.call).joinedload(GuidanceCall.area),
            joinedload(Opening.project).joinedload(Project.area),
        )
    )
    opening = db.session.scalar(rows)
    if opening is None:
        raise NotFound(lazy_gettext("There is no such opening."))
    version = current(db.session, opening.call)
    return OpeningCase(opening, version, terms_of(version), _businesses(g.actor.id))


def _businesses(person_id: int | None) -> Sequence[Business]:
    if person_id is None:
        return []
    rows = (
        select(Business)
        .join(Seat, Seat.business_id == Business.id)
        .where(Seat.person_id == person_id, Seat.state == SeatState.ACTIVE, Seat.role.in_(SIGNS))
        .order_by(Business.id)
    )
    return db.session.scalars(rows).all()
