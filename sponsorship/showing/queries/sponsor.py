"""What one business gave, and what became of it, for everybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from core.i18n import Localized, Message, localize
from ledger.models import CostCentre, CostCentreKind
from projects.models import Milestone, Project
from projects.states import PUBLIC
from sponsorship.models import (
    GuidanceCall,
    GuidanceVersion,
    Opening,
    Pledge,
    PledgeKind,
    Release,
)
from sponsorship.pledges.words import STATES
from sponsorship.showing.queries.square import title_of
from sponsorship.showing.queries.sums import IN_KIND, RECEIVED, STANDS
from sponsorship.showing.queries.wall import public_pledges
from sponsorship.showing.words import PLEDGE_KINDS
from sponsorship.states import BINDING
from transparency.models import Leaf, LeafSubject

PER_PAGE = 20
_BINDS = Pledge.state.in_(BINDING)


@dataclass(frozen=True, slots=True)
class Given:
    """What a business gave in one currency, in minor units: money that it promised and still
    stands to, that came in, that reached projects and that went back; public money with it; what
    gifts in kind are worth that are promised, and that were received."""

    currency: str
    pledged: int
    paid: int
    released: int
    refunded: int
    match: int
    in_kind: int
    received: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A part of a pledge that went to its project, for a part of the work where one is named."""

    amount: int
    match: int
    milestone_id: int | None
    milestone: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One pledge on a business's page. ``proof`` is the newest entry of the public log about it,
    ``books`` its page among the money's."""

    id: int
    number: str
    opening_id: int
    project_id: int | None
    title: Localized
    kind: Message
    money: bool
    what: str
    amount: int
    match: int
    paid: int
    refunded: int
    received: int
    currency: str
    message: str
    label: Message
    tone: str
    at: datetime
    reached: list[Reached]
    proof: str | None
    books: str | None


@dataclass(frozen=True, slots=True)
class History:
    """One page of what a business gave, the newest first."""

    given: list[Given]
    rows: list[GivenRow]
    total: int
    number: int
    pages: int


def history(session: Session, business_id: int, page: int) -> History:
    """What a business gave as everybody may know it: at most five queries."""
    conditions = [Pledge.business_id == business_id, *public_pledges()]
    found = _sums(session, conditions)
    total = sum(row.count for row in found)
    pages = max(1, -(-total // PER_PAGE))
    number = min(page, pages)
    rows = _rows(session, conditions, number) if total else []
    return History([_given(row) for row in found], _views(session, rows), total, number, pages)


def _sum(what: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(what), 0)


def _sums(session: Session, conditions: Sequence[Any]) -> Sequence[Any]:
    rows = (
        select(
            GuidanceCall.currency,
            func.count().label("count"),
            _sum(case((_BINDS, STANDS), else_=0)).label("pledged"),
            _sum(Pledge.paid.expression).label("paid"),
            _sum(Pledge.released.expression).label("released"),
            _sum(Pledge.refunded.expression).label("refunded"),
            _sum(case((_BINDS, Pledge.match), else_=0)).label("match"),
            _sum(case((_BINDS, IN_KIND), else_=0)).label("in_kind"),
            _sum(RECEIVED).label("received"),
        )
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceCall, GuidanceCall.id == Opening.call_id)
        .where(*conditions)
        .group_by(GuidanceCall.currency)
        .order_by(GuidanceCall.currency)
    )
    return session.execute(rows).all()


def _given(row: Any) -> Given:
    names = ("pledged", "paid", "released", "refunded", "match", "in_kind", "received")
    return Given(row.currency, **{name: int(getattr(row, name)) for name in names})


def _rows(session: Session, conditions: Sequence[Any], page: int) -> Sequence[Any]:
    rows = (
        select(
            Pledge,
            Project.id.label("project_id"),
            Opening.kind,
            Opening.category.label("named"),
            Project.title,
            GuidanceVersion.title.label("call"),
            RECEIVED.label("received"),
        )
        .join(Opening, Opening.id == Pledge.opening_id)
        .join(GuidanceVersion, GuidanceVersion.id == Pledge.version_id)
        .outerjoin(Project, and_(Project.id == Opening.project_id, Project.state.in_(PUBLIC)))
        .where(*conditions)
        .order_by(Pledge.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return session.execute(rows).all()


def _views(session: Session, rows: Sequence[Any]) -> list[GivenRow]:
    if not rows:
        return []
    ids = [row.Pledge.id for row in rows]
    reached = _reached(session, ids)
    proofs, books = _proofs(session, ids), _books(session, ids)
    return [
        _view(
            row,
            received=int(row.received),
            reached=reached.get(row.Pledge.id, []),
            proof=proofs.get(row.Pledge.id),
            books=books.get(row.Pledge.id),
        )
        for row in rows
    ]


def _view(row: Any, **more: Any) -> GivenRow:
    pledge: Pledge = row.Pledge
    label, tone = STATES[pledge.state]
    return GivenRow(
        id=pledge.id,
        number=pledge.number,
        opening_id=pledge.opening_id,
        project_id=row.project_id,
        title=title_of(row, localize(row.call)),
        kind=PLEDGE_KINDS[pledge.kind],
        money=pledge.kind == PledgeKind.MONEY,
        what=pledge.what,
        amount=pledge.amount,
        match=pledge.match,
        paid=pledge.paid,
        refunded=pledge.refunded,
        currency=pledge.currency,
        message=pledge.message,
        label=label,
        tone=tone,
        at=pledge.decided_at or pledge.offered_at or pledge.created_at,
        **more,
    )


def _reached(session: Session, ids: Collection[int]) -> dict[int, list[Reached]]:
    rows = (
        select(
            Release.pledge_id,
            Release.amount,
            Release.match,
            Release.milestone_id,
            Milestone.title,
            Release.approved_at,
        )
        .outerjoin(Milestone, Milestone.id == Release.milestone_id)
        .where(Release.pledge_id.in_(ids), Release.approved_at.is_not(None))
        .order_by(Release.id)
    )
    found: dict[int, list[Reached]] = {}
    for row in session.execute(rows):
        part = Reached(row.amount, row.match, row.milestone_id, row.title, row.approved_at)
        found.setdefault(row.pledge_id, []).append(part)
    return found


def _proofs(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = (
        select(LeafSubject.ref, func.max(Leaf.seq))
        .join(Leaf, Leaf.id == LeafSubject.leaf_id)
        .where(LeafSubject.kind == "pledge", LeafSubject.ref.in_([str(one) for one in ids]))
        .group_by(LeafSubject.ref)
    )
    found = session.execute(rows)
    return {int(ref): f"/log/entries/{seq}" for ref, seq in found if seq is not None}


def _books(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = select(CostCentre.ref, CostCentre.id).where(
        CostCentre.kind == CostCentreKind.PLEDGE, CostCentre.ref.in_(ids)
    )
    return {ref: f"/money/pledges/{ident}" for ref, ident in session.execute(rows)}
