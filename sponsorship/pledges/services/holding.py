"""What offering and deciding ask first: an opening that is held and still open, who speaks for the
sponsor, and how much sponsors may promise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import hold
from core.errors import Conflict, NotFound, Refused
from core.i18n import lazy_gettext
from sponsorship.firewall import check_not_under_vote
from sponsorship.models import GuidanceCall, Opening, Pledge, SeatRole
from sponsorship.people import speaks_for
from sponsorship.pledges.rules import Wanted
from sponsorship.states import BINDING, OpeningState


def hold_opening(session: Session, opening_id: int) -> Opening:
    """An opening, held together with its call. Raises ``NotFound``."""
    call_id = session.scalar(select(Opening.call_id).where(Opening.id == opening_id))
    if call_id is None:
        raise NotFound(lazy_gettext("There is no such opening."))
    hold(session, GuidanceCall, call_id)
    return hold(session, Opening, opening_id)


def check_opening(session: Session, opening: Opening, now: datetime) -> None:
    """Raise ``Conflict`` unless partners are still looked for here, and no vote runs."""
    check_not_under_vote(session, opening)
    if opening.state != OpeningState.OPEN or now >= opening.deadline:
        raise Conflict(lazy_gettext("No more partners are looked for here: it has ended."))


def check_speaks(session: Session, person_id: int, pledge: Pledge) -> None:
    """Raise ``Refused`` for whoever may not offer and sign for the sponsor."""
    if not speaks_for(session, person_id, pledge, SeatRole.SIGNATORY):
        raise Refused(lazy_gettext("Only those who sign for this sponsor can do that."))


def wanted_by(session: Session, opening: Opening, but: int | None = None) -> Wanted:
    """What of an opening decides about offers; the pledge ``but`` is not counted among what is
    promised. Gifts in kind count: they stand in for public money, too."""
    project = opening.project
    rows = select(func.coalesce(func.sum(Pledge.amount), 0)).join(
        Opening, Opening.id == Pledge.opening_id
    )
    rows = rows.where(
        Opening.project_id == opening.project_id, Pledge.state.in_(BINDING), Pledge.id != (but or 0)
    )
    cost = (project.estimate if project.cost is None else project.cost) if project else None
    return Wanted(
        kind=opening.kind,
        currency=opening.call.currency,
        target=opening.target,
        cost=cost,
        promised=int(session.scalar(rows) or 0) if cost is not None else 0,
    )
