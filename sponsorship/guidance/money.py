"""What a project still needs, and what doubling money a call has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ledger.models import CostCentre, CostCentreKind
from ledger.queries.figures import figures, total
from projects.models import Project
from sponsorship import bookings
from sponsorship.firewall import not_under_vote
from sponsorship.models import GuidanceCall, Opening, Pledge, PledgeKind
from sponsorship.states import BINDING, PledgeState

_UNDERWAY = BINDING - {PledgeState.RELEASED}


@dataclass(frozen=True, slots=True)
class Need:
    """What a project costs, what is committed to it or promised by sponsors, and how much of its
    cost is sponsors' money; minor units."""

    cost: int
    covered: int
    sponsored: int

    @property
    def missing(self) -> int:
        """What is still to be found."""
        return max(self.cost - self.covered, 0)

    def most(self, public_least: int) -> int:
        """How much of it sponsors may be asked for, so that ``public_least`` per cent of the
        cost stay public money."""
        private = self.cost * (100 - public_least) // 100
        return max(min(self.missing, private - self.sponsored), 0)


def needs(session: Session, projects: Collection[Project]) -> dict[int, Need]:
    """What each project needs, by its identity. Three queries."""
    ids = [one.id for one in projects]
    committed, pledged = _committed(session, ids), _pledged(session, ids)
    found: dict[int, Need] = {}
    for one in projects:
        promised, sponsored = pledged.get(one.id, (0, 0))
        found[one.id] = Need(one.cost or 0, committed.get(one.id, 0) + promised, sponsored)
    return found


def _committed(session: Session, ids: list[int]) -> dict[int, int]:
    rows = select(CostCentre.id, CostCentre.ref).where(
        CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref.in_(ids)
    )
    refs = {row.id: row.ref for row in session.execute(rows)}
    booked = figures(session, ["committed"], cost_centre_ids=list(refs), by=["cost_centre"])
    return {refs[centre]: found["committed"] for (centre,), found in booked.items()}


def _pledged(session: Session, ids: list[int]) -> dict[int, tuple[int, int]]:
    """By project: what was promised and is not committed yet, and all that sponsors give."""
    underway = Pledge.state.in_(_UNDERWAY)
    waiting = func.sum(case((underway, Pledge.amount + Pledge.match - Pledge.released), else_=0))
    rows = (
        select(Opening.project_id, waiting, func.sum(Pledge.amount))
        .join(Opening, Opening.id == Pledge.opening_id)
        .where(
            Opening.project_id.in_(ids),
            Pledge.kind == PledgeKind.MONEY,
            Pledge.state.in_(BINDING),
        )
        .group_by(Opening.project_id)
    )
    found = session.execute(rows)
    return {ident: (int(promised), int(given)) for ident, promised, given in found if ident}


@dataclass(frozen=True, slots=True)
class Pool:
    """The doubling money of a call: what is reserved for pledges or was passed on with them, and
    what is left of what was set aside; minor units."""

    reserved: int
    left: int

    @property
    def set_aside(self) -> int:
        """All that was ever set aside or given for doubling, and not taken back."""
        return self.reserved + self.left


def pool_of(session: Session, call: GuidanceCall) -> Pool:
    """What everybody may know of a call's doubling money: what is reserved for a project under
    vote counts as left until the vote is over. Three queries."""
    centre = select(CostCentre.id).where(
        CostCentre.kind == CostCentreKind.CALL, CostCentre.ref == call.id
    )
    pledges = select(CostCentre.id).where(CostCentre.parent_id.in_(centre))
    matched = total(session, ["matched"], cost_centre_ids=pledges)["matched"]
    rows = (
        select(func.coalesce(func.sum(Pledge.match), 0))
        .join(Opening, Opening.id == Pledge.opening_id)
        .where(Opening.call_id == call.id, Pledge.state.in_(BINDING), ~not_under_vote())
    )
    hidden = int(session.scalar(rows) or 0)
    return Pool(matched - hidden, bookings.pool_left(session, call) + hidden)
