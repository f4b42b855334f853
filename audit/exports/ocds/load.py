"""Reading contracting processes, some hundred at a time, so that memory does not grow with them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation
from audit.exports.ocds.model import Party, Process, Step
from audit.exports.ocds.payments import payments_of
from audit.exports.ocds.values import said
from core.clock import local_zone
from ledger.models import Payee
from projects.models import (
    Bid,
    Contract,
    Criterion,
    DeliveryPlan,
    Milestone,
    Project,
    Tender,
    TenderQuestion,
)
from projects.states import BidState
from transparency.models import Leaf, LeafSubject

AT_ONCE = 200
_READ = (BidState.OPENED, BidState.EXCLUDED)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Which:
    """Which processes: those of a project, or of an area with all below it (its path) and a year of
    publication; all where nothing is said."""

    project_id: int | None = None
    path: str = ""
    year: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What narrows published tenders, with their project and its area."""
        found: list[ColumnElement[bool]] = [Tender.published_at.is_not(None)]
        if self.project_id is not None:
            found.append(Tender.project_id == self.project_id)
        if self.path:
            found.append(Area.path.startswith(self.path, autoescape=True))
        if self.year is not None:
            first, last = (
                datetime(y, 1, 1, tzinfo=local_zone()) for y in (self.year, self.year + 1)
            )
            found += [Tender.published_at >= first, Tender.published_at < last]
        return found


def count_processes(session: Session, which: Which) -> int:
    """How many there are."""
    rows = (
        select(func.count(Tender.id))
        .join(Project, Project.id == Tender.project_id)
        .join(Area, Area.id == Project.area_id)
        .where(*which.conditions())
    )
    return session.scalar(rows) or 0


def processes(session: Session, which: Which) -> Iterator[Process]:
    """The processes, oldest first; each hundred with a dozen queries."""
    after = 0
    while rows := _tenders(session, which, after):
        after = rows[-1][0].id
        yield from _whole(session, rows)


def _tenders(session: Session, which: Which, after: int) -> Sequence[Any]:
    rows = (
        select(Tender, Project.title, Project.summary, Project.cost, DeliveryPlan.organisation_id)
        .join(Project, Project.id == Tender.project_id)
        .join(Area, Area.id == Project.area_id)
        .outerjoin(DeliveryPlan, DeliveryPlan.project_id == Project.id)
        .where(*which.conditions(), Tender.id > after)
        .order_by(Tender.id)
        .limit(AT_ONCE)
    )
    return session.execute(rows).all()


def _whole(session: Session, rows: Sequence[Any]) -> Iterator[Process]:
    ids = [row[0].id for row in rows]
    criteria = _by_tender(session, Criterion, ids, Criterion.position)
    answered = TenderQuestion.answered_at.is_not(None)
    questions = _by_tender(session, TenderQuestion, ids, TenderQuestion.id, answered)
    opened = [row[0].id for row in rows if row[0].opened_at is not None]
    bids = _by_tender(session, Bid, opened, Bid.received_at, Bid.state.in_(_READ))
    milestones = _by_tender(session, Milestone, ids, Milestone.position)
    signed = Contract.signed_at.is_not(None)
    contracts = {
        tender: found[0]
        for tender, found in _by_tender(session, Contract, ids, Contract.id, signed).items()
    }
    payments = payments_of(session, contracts.values())
    steps = _steps(session, ids, contracts)
    parties = _parties(session, _organisations(rows, bids, contracts.values()))
    for tender, title, summary, cost, department in rows:
        contract = contracts.get(tender.id)
        yield Process(
            tender=tender,
            project_title=said(title),
            project_summary=said(summary),
            budget=cost,
            department=department,
            criteria=criteria[tender.id],
            questions={one.id: one for one in questions[tender.id]},
            bids=bids[tender.id],
            contract=contract,
            milestones=milestones[tender.id],
            payments=payments[contract.id] if contract else {},
            steps=steps[tender.id],
            parties=parties,
        )


def _by_tender(
    session: Session, model: type[T], ids: Sequence[int], order: Any, *where: ColumnElement[bool]
) -> dict[int, list[T]]:
    column: Any = model.tender_id  # type: ignore[attr-defined]  # each of these belongs to a tender
    found: dict[int, list[T]] = defaultdict(list)
    for one in session.scalars(select(model).where(column.in_(ids), *where).order_by(order)):
        found[one.tender_id].append(one)  # type: ignore[attr-defined]  # likewise
    return found


def _steps(
    session: Session, tenders: Sequence[int], contracts: dict[int, Contract]
) -> dict[int, list[Step]]:
    """The steps of each tender: its own, its contract's, and its payments'."""
    found: dict[int, dict[int, Step]] = defaultdict(dict)
    subjects = {"tender": {str(one): one for one in tenders}}
    subjects["contract"] = {str(one.id): tender for tender, one in contracts.items()}
    for kind, refs in subjects.items():
        rows = (
            select(LeafSubject.ref, Leaf.id, Leaf.type, Leaf.occurred_at, Leaf.body)
            .join(Leaf, Leaf.id == LeafSubject.leaf_id)
            .where(LeafSubject.kind == kind, LeafSubject.ref.in_(refs))
        )
        for ref, number, type_, at, body in session.execute(rows):
            found[refs[ref]][number] = Step(number, type_, at, json.loads(body))
    return defaultdict(
        list, {tender: [own[n] for n in sorted(own)] for tender, own in found.items()}
    )


def _organisations(
    rows: Sequence[Any], bids: dict[int, list[Bid]], contracts: Iterable[Contract]
) -> set[int]:
    ids = {row.organisation_id for row in rows} | {row[0].winner_id for row in rows}
    ids |= {bid.organisation_id for found in bids.values() for bid in found}
    ids |= {contract.organisation_id for contract in contracts}
    return {one for one in ids if one is not None}


def _parties(session: Session, ids: set[int]) -> dict[int, Party]:
    rows = (
        select(Organisation.id, Organisation.name, Area.name, func.max(Payee.code))
        .join(Area, Area.id == Organisation.area_id)
        .outerjoin(Payee, Payee.organisation_id == Organisation.id)
        .where(Organisation.id.in_(ids))
        .group_by(Organisation.id, Area.id)
    )
    found: dict[int, Party] = {}
    for ident, name, area, code in session.execute(rows):
        found[ident] = Party(ident, said(name), said(area), code)
    return found
