"""What a request about a pledge is about, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Area
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from projects.models import Project
from sponsorship.models import AgreementTemplate, GuidanceCall, Opening, Pledge, Seat, SeatRole
from sponsorship.states import PledgeState, SeatState

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class PledgeCase:
    """A pledge with its opening, call, project and business, and who acts for that business:
    persons and their roles, including those whose time has ended (``None``)."""

    pledge: Pledge
    seats: Mapping[int, str | None]

    @property
    def opening(self) -> Opening:
        """What it is for."""
        return self.pledge.opening

    @property
    def call(self) -> GuidanceCall:
        """The call under which it is given."""
        return self.opening.call

    @property
    def state(self) -> PledgeState:
        """How far it is."""
        return PledgeState(self.pledge.state)

    def speaks(self, person_id: int | None, *roles: SeatRole) -> bool:
        """Whether somebody may do for the sponsor what one of ``roles`` does; managers do all of
        it, and without ``roles`` any seat will do."""
        if person_id is None:
            return False
        if self.pledge.business_id is None:
            return self.pledge.person_id == person_id
        held = self.seats.get(person_id)
        return held is not None and (not roles or held == SeatRole.MANAGER or held in roles)

    def belongs(self, person_id: int | None) -> bool:
        """Whether somebody is, or was, on the sponsor's side: such people decide nothing here."""
        own = {self.pledge.person_id, self.pledge.by_id, *self.seats}
        return person_id is not None and person_id in own


def pledge_case(pledge_id: int) -> PledgeCase:
    """A pledge, in two queries. Raises ``NotFound``."""
    rows = (
        select(Pledge)
        .where(Pledge.id == min(pledge_id, LARGEST))
        .options(
            joinedload(Pledge.opening).joinedload(Opening.call).joinedload(GuidanceCall.area),
            joinedload(Pledge.opening).joinedload(Opening.project).joinedload(Project.area),
            joinedload(Pledge.version),
            joinedload(Pledge.business),
        )
    )
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound(lazy_gettext("There is no such pledge."))
    return PledgeCase(found, _seats(found.business_id))


def _seats(business_id: int | None) -> dict[int, str | None]:
    if business_id is None:
        return {}
    rows = select(Seat.person_id, Seat.role, Seat.state).where(
        Seat.business_id == business_id, Seat.accepted_at.is_not(None)
    )
    found: dict[int, str | None] = {}
    for person, role, state in db.session.execute(rows.order_by(Seat.id)):
        # Of several, the live one counts.
        found[person] = role if state == SeatState.ACTIVE else found.get(person)
    return found


@dataclass(frozen=True)
class TemplateCase:
    """A version of the text for agreements, and the area whose it is (none: the platform's)."""

    template: AgreementTemplate
    area: Area | None


def template_case(template_id: int) -> TemplateCase:
    """A version of a template. Raises ``NotFound``."""
    rows = (
        select(AgreementTemplate, Area)
        .outerjoin(Area, Area.id == AgreementTemplate.area_id)
        .where(AgreementTemplate.id == min(template_id, LARGEST))
    )
    found = db.session.execute(rows).first()
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    template, area = found
    return TemplateCase(template, area)


def area_case(area_id: int) -> Area:
    """An area. Raises ``NotFound``."""
    found = db.session.get(Area, min(area_id, LARGEST))
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    return found
