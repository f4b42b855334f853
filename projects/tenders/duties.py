"""What tenders ask people to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from core.clock import local_date
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext
from core.policy import Actor
from projects.calls import calls
from projects.models import (
    Contract,
    DeliveryPlan,
    Objection,
    Project,
    Tender,
    TenderQuestion,
    TenderReviewer,
)
from projects.states import ContractState, TenderState
from projects.tenders.people import OFFICERS, OWNERS
from projects.tenders.policies import acts_for
from projects.tenders.services.record import page_of

MOST = 50


@duty_source
def bids_to_judge(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """The tenders whose bids somebody was asked to judge, and has not yet."""
    if actor.id is None:
        return []
    rows = (
        select(Tender.id, Tender.title)
        .join(TenderReviewer, TenderReviewer.tender_id == Tender.id)
        .where(
            TenderReviewer.person_id == actor.id,
            TenderReviewer.excused_at.is_(None),
            TenderReviewer.scored_at.is_(None),
            Tender.state == TenderState.OPENED,
        )
        .limit(MOST)
    )
    return [
        Duty(lazy_gettext("Judge the bids for “%(title)s”", title=title), f"/tenders/{ident}/judge")
        for ident, title in session.execute(rows)
    ]


@duty_source
def contracts_to_agree(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """The contracts that wait for one's own organisation's yes."""
    if not (own := acts_for(actor)):
        return []
    rows = (
        select(Tender.id, Tender.title)
        .join(Contract, Contract.tender_id == Tender.id)
        .where(Contract.organisation_id.in_(own), Contract.state == ContractState.DRAWN)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Read the contract for “%(title)s” and agree", title=title),
            f"/tenders/{ident}/contract/agree",
        )
        for ident, title in session.execute(rows)
    ]


@dataclass(frozen=True, slots=True)
class _Stand:
    """A running tender, its contract's state and author, and how much of what waits."""

    tender: Tender
    contract: str | None
    drawn_by: int | None
    asked: int
    objected: int
    judging: int
    ready: int


@duty_source
def tenders_to_run(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """What a delivery officer has to do next about each tender: one query, and the rounds."""
    if not isinstance(actor, SignedIn) or not actor.grants:
        return []
    owned = actor.organisations(OWNERS)
    if not owned and not actor.has_role(OFFICERS, None):
        return []
    stands = session.execute(_STANDS).all()
    paths = {call.id: call.area_path for call in calls(session, now)} if stands else {}
    found: list[Duty] = []
    for round_id, owner, *about in stands:
        path = paths.get(round_id)
        if owner in owned or (path is not None and actor.has_role(OFFICERS, path)):
            found += _next(_Stand(*about), actor.id, now)
    return found[:MOST]


def _waiting(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


_JUDGING = (TenderReviewer.tender_id == Tender.id, TenderReviewer.excused_at.is_(None))
_STANDS: Select[*tuple[Any, ...]] = (
    select(
        Project.round_id,
        DeliveryPlan.organisation_id,
        Tender,
        Contract.state,
        Contract.drawn_by_id,
        _waiting(TenderQuestion.tender_id == Tender.id, TenderQuestion.answered_at.is_(None)),
        _waiting(Objection.tender_id == Tender.id, Objection.upheld.is_(None)),
        _waiting(*_JUDGING),
        _waiting(*_JUDGING, TenderReviewer.scored_at.is_not(None)),
    )
    .join(Project, Project.id == Tender.project_id)
    .outerjoin(DeliveryPlan, DeliveryPlan.project_id == Project.id)
    .outerjoin(Contract, Contract.tender_id == Tender.id)
    .where(
        Tender.state.in_(
            (TenderState.DRAFT, TenderState.OPEN, TenderState.OPENED, TenderState.AWARDED)
        )
    )
    .order_by(Tender.id)
    .limit(1000)
)


def _next(stand: _Stand, person_id: int, now: datetime) -> list[Duty]:
    tender = stand.tender
    step = {
        TenderState.DRAFT: _of_draft,
        TenderState.OPEN: _of_open,
        TenderState.OPENED: _of_opened,
        TenderState.AWARDED: _of_awarded,
    }[TenderState(tender.state)]
    return [duty] if (duty := step(stand, person_id, now)) else []


def _of_draft(stand: _Stand, person_id: int, now: datetime) -> Duty | None:
    tender = stand.tender
    if tender.written_by_id == person_id:
        return None
    return Duty(lazy_gettext("Read and publish “%(title)s”", title=tender.title), page_of(tender))


def _of_open(stand: _Stand, person_id: int, now: datetime) -> Duty | None:
    tender = stand.tender
    if not stand.asked:
        return None
    title = lazy_gettext("Answer what is asked about “%(title)s”", title=tender.title)
    return Duty(title, f"{page_of(tender)}#questions", tender.questions_until, stand.asked)


def _of_opened(stand: _Stand, person_id: int, now: datetime) -> Duty | None:
    tender, title = stand.tender, None
    if stand.judging < tender.min_reviewers:
        title = lazy_gettext("Find people to judge the bids for “%(title)s”", title=tender.title)
    elif stand.ready == stand.judging:
        title = lazy_gettext("Award “%(title)s”", title=tender.title)
    return Duty(title, f"{page_of(tender)}/office") if title else None


def _of_awarded(stand: _Stand, person_id: int, now: datetime) -> Duty | None:
    tender, page = stand.tender, page_of(stand.tender)
    title = tender.title
    if stand.objected:
        words = lazy_gettext("Answer an objection about “%(title)s”", title=title)
        return Duty(words, f"{page}#objections", tender.standstill_until, stand.objected)
    if stand.contract == ContractState.AGREED and stand.drawn_by != person_id:
        words = lazy_gettext("Sign the contract for “%(title)s”", title=title)
        return Duty(words, f"{page}/contract")
    until = tender.standstill_until
    if stand.contract is None and (until is None or local_date(now) > until):
        words = lazy_gettext("Draw up the contract for “%(title)s”", title=title)
        return Duty(words, f"{page}/contract/draw")
    return None
