"""What of a project's money came from where: the public, partners, and what doubles them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from ledger.models import CostCentre, CostCentreKind
from ledger.queries.figures import figures
from sponsorship.firewall import not_under_vote
from sponsorship.models import GuidanceCall, Opening, Pledge
from sponsorship.showing.queries.sums import IN_KIND, PAID, RECEIVED, STANDS
from sponsorship.states import BINDING, OpeningState


@dataclass(frozen=True, slots=True)
class Source:
    """Money from one place, in minor units: what is promised to the project, and what of it has
    reached the project. ``promises`` and ``lines`` are where each is shown one by one."""

    name: str
    promised: int
    reached: int
    promises: str | None
    lines: str | None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a project's money comes from. ``in_kind`` is what gifts in kind are worth that are
    promised, ``received`` what of them is delivered: neither is money, and neither is added to
    it."""

    currency: str
    rows: list[Source]
    in_kind: int
    received: int
    paid: int
    opening_id: int
    looking: bool

    @property
    def total(self) -> int:
        """All of the money that is promised."""
        return sum(row.promised for row in self.rows)


def sources_of(session: Session, project_id: int, at: datetime) -> Sources | None:
    """Where a project's money comes from, in two queries; ``None`` after one when it never looked
    for partners, or while a vote on it runs."""
    found = session.execute(_pledged(project_id)).all()
    if not found:
        return None
    newest = found[0]
    centre = select(CostCentre.id).where(
        CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref == project_id
    )
    booked = figures(
        session, ("committed",), cost_centre_ids=centre, by=("cost_centre", "currency", "code")
    )
    by_code = {
        code: (ident, row["committed"])
        for (ident, currency, code), row in booked.items()
        if currency == newest.currency
    }
    same = [row for row in found if row.currency == newest.currency]
    opening, call = f"/partners/openings/{newest.id}", f"/partners/calls/{newest.call_id}"
    return Sources(
        currency=newest.currency,
        rows=[
            _public(by_code),
            _source("sponsors", "sponsor_commit", by_code, _sum(same, "money"), opening),
            _source("match", "match_commit", by_code, _sum(same, "match"), call),
        ],
        in_kind=_sum(same, "in_kind"),
        received=_sum(same, "received"),
        paid=_sum(same, "paid"),
        opening_id=newest.id,
        looking=newest.state == OpeningState.OPEN and newest.deadline > at,
    )


def _pledged(project_id: int) -> Select[*tuple[Any, ...]]:
    """What is promised through each opening of a project, the newest opening first."""
    return (
        select(
            Opening.id,
            Opening.state,
            Opening.deadline,
            GuidanceCall.currency,
            Opening.call_id,
            func.coalesce(func.sum(STANDS), 0).label("money"),
            func.coalesce(func.sum(Pledge.match), 0).label("match"),
            func.coalesce(func.sum(IN_KIND), 0).label("in_kind"),
            func.coalesce(func.sum(RECEIVED), 0).label("received"),
            func.coalesce(func.sum(PAID), 0).label("paid"),
        )
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .outerjoin(Pledge, and_(Pledge.opening_id == Opening.id, Pledge.state.in_(BINDING)))
        .where(Opening.project_id == project_id, GuidanceCall.version > 0, not_under_vote())
        .group_by(Opening.id, GuidanceCall.id)
        .order_by(Opening.id.desc())
    )


def _sum(rows: list[Any], name: str) -> int:
    return sum(int(getattr(row, name)) for row in rows)


def _public(by_code: dict[str, tuple[int, int]]) -> Source:
    """What the round's money gave, less what was not needed."""
    centre, given = by_code.get("commit", (0, 0))
    back = by_code.get("release", (0, 0))[1]
    return Source("public", given + back, given + back, None, _lines(centre, "commit"))


def _source(
    name: str, code: str, by_code: dict[str, tuple[int, int]], promised: int, where: str
) -> Source:
    centre, reached = by_code.get(code, (0, 0))
    return Source(name, max(promised, reached), reached, where, _lines(centre, code))


def _lines(centre: int, code: str) -> str | None:
    """The lines of the books of one code; they are another room's pages."""
    if not centre:
        return None
    return "/money/lines?" + urlencode({"cost_centre": centre, "code": code})
