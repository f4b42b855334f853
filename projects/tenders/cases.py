"""What a request about procurement is about, loaded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from core.clock import now
from core.db import Base, db
from core.errors import NotFound
from core.i18n import lazy_gettext
from projects.calls import Call, get_call
from projects.cases import load_case
from projects.models import (
    Bid,
    Contract,
    DeliveryPlan,
    Exclusion,
    Objection,
    Project,
    Tender,
    TenderQuestion,
    TenderReviewer,
)
from projects.states import BidState, PlanState, State
from projects.tenders.people import BIDDERS

LARGEST = 2**63 - 1
M = TypeVar("M", bound=Base)


@dataclass(frozen=True)
class PlanCase:
    """A project with the plan by which it is delivered, if there is one."""

    project: Project
    call: Call
    plan: DeliveryPlan | None

    @property
    def owner(self) -> int | None:
        """The department that answers for the plan."""
        return self.plan.organisation_id if self.plan else None

    @property
    def delivering(self) -> bool:
        """Whether work may be sought for it."""
        published = self.plan is not None and self.plan.state == PlanState.PUBLISHED
        return published and self.project.state == State.DELIVERING


@dataclass(frozen=True)
class TenderCase:
    """A tender with its project, the department that answers for the plan, and its contract."""

    tender: Tender
    owner: int | None
    contract: Contract | None = None
    judges: frozenset[int] = field(default=frozenset())

    @property
    def project(self) -> Project:
        """The project whose work is sought."""
        return self.tender.project

    @cached_property
    def call(self) -> Call:
        """The round that chose the project; looked up when somebody asks who runs it."""
        return get_call(db.session, self.tender.project.round_id, now())


@dataclass(frozen=True)
class BidCase(TenderCase):
    """A bid with its tender."""

    bid: Bid = None  # type: ignore[assignment]  # always given


@dataclass(frozen=True)
class QuestionCase(TenderCase):
    """A question about a tender."""

    question: TenderQuestion = None  # type: ignore[assignment]  # always given


@dataclass(frozen=True)
class ReviewerCase(TenderCase):
    """Somebody who was asked to judge a tender's bids."""

    reviewer: TenderReviewer = None  # type: ignore[assignment]  # always given


@dataclass(frozen=True)
class ObjectionCase(TenderCase):
    """An objection to an award."""

    objection: Objection = None  # type: ignore[assignment]  # always given


def load_tender(tender_id: int) -> TenderCase:
    """A tender. Raises ``NotFound``."""
    return TenderCase(*_tender(tender_id))


def load_judged(tender_id: int) -> TenderCase:
    """A tender, and who was asked to judge its bids. Raises ``NotFound``."""
    found = _tender(tender_id)
    return TenderCase(*found, judges=_judges(tender_id))


def load_plan(project_id: int) -> PlanCase:
    """A project and its plan. Raises ``NotFound``."""
    case = load_case(project_id)
    rows = select(DeliveryPlan).where(DeliveryPlan.project_id == project_id)
    return PlanCase(case.project, case.call, db.session.scalar(rows))


def load_bid(bid_id: int) -> BidCase:
    """A bid. Raises ``NotFound``, also for a sealed one of others: nobody learns from the answer
    whether there is a bid of that number."""
    bid = _get(Bid, bid_id)
    own = g.actor.organisations(BIDDERS)
    if bid.state in {BidState.SEALED, BidState.WITHDRAWN} and bid.organisation_id not in own:
        raise NotFound(lazy_gettext("There is no such page."))
    return BidCase(*_tender(bid.tender_id), judges=_judges(bid.tender_id), bid=bid)


def load_question(tender_question_id: int) -> QuestionCase:
    """A question about a tender. Raises ``NotFound``."""
    found = _get(TenderQuestion, tender_question_id)
    return QuestionCase(*_tender(found.tender_id), question=found)


def load_reviewer(tender_reviewer_id: int) -> ReviewerCase:
    """Somebody who was asked to judge. Raises ``NotFound``."""
    found = _get(TenderReviewer, tender_reviewer_id)
    return ReviewerCase(*_tender(found.tender_id), reviewer=found)


def load_objection(objection_id: int) -> ObjectionCase:
    """An objection. Raises ``NotFound``."""
    found = _get(Objection, objection_id)
    return ObjectionCase(*_tender(found.tender_id), objection=found)


def load_exclusion(exclusion_id: int) -> Exclusion:
    """An exclusion, with its organisation. Raises ``NotFound``."""
    found = _get(Exclusion, exclusion_id)
    db.session.refresh(found, ["organisation"])
    return found


def load_organisation(organisation_id: int) -> Organisation:
    """An organisation. Raises ``NotFound``."""
    return _get(Organisation, organisation_id)


def _tender(tender_id: int) -> tuple[Tender, int | None, Contract | None]:
    rows = (
        select(Tender, DeliveryPlan.organisation_id, Contract)
        .outerjoin(DeliveryPlan, DeliveryPlan.project_id == Tender.project_id)
        .outerjoin(Contract, Contract.tender_id == Tender.id)
        .where(Tender.id == tender_id)
        .options(joinedload(Tender.project).joinedload(Project.area), joinedload(Tender.winner))
    )
    found = db.session.execute(rows).first() if 0 < tender_id <= LARGEST else None
    if found is None:
        raise NotFound(lazy_gettext("There is no such tender."))
    tender, owner, contract = found
    return tender, owner, contract


def _judges(tender_id: int) -> frozenset[int]:
    rows = select(TenderReviewer.person_id).where(TenderReviewer.tender_id == tender_id)
    return frozenset(db.session.scalars(rows))


def _get(model: type[M], ident: int) -> M:
    found = db.session.get(model, ident) if 0 < ident <= LARGEST else None
    if found is None:
        raise NotFound(lazy_gettext("There is no such page."))
    return found
