"""The people and companies on both sides of a sponsorship, read for a comparison of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, cast, literal, null, select, union
from sqlalchemy.orm import Session

from accounts.models import Membership, Organisation, Person, Role, in_force
from core.clock import local_date
from core.i18n import localize
from core.types import Texts
from ledger.models import Payee
from projects.models import Bid, Contract, DeliveryPlan, Project, Review, Tender, TenderReviewer
from projects.states import BidState
from sponsorship.businesses.people import ACTIVE
from sponsorship.models import Business, Relation, Seat

OFFICIALS = (Role.OFFICER, Role.FINANCE, Role.APPROVER)
# Bids of which everybody knows; the others are under seal or gone.
_KNOWN = (BidState.OPENED, BidState.EXCLUDED)
_NOBODY = cast(null(), BigInteger)


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody: an account, or a name only; ``part`` says what they have to do with it."""

    part: str
    name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company by whatever is known of it; ``name`` is the one that is shown."""

    part: str
    name: str
    names: tuple[str, ...]
    code: str = ""
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """Everybody on one side."""

    people: list[Human] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)


def name_key(name: str) -> str:
    """A name as it is compared: one form per character, small letters, no spaces or points."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def business_side(session: Session, business: Business) -> Side:
    """A business, who acts for it, and whom it declares now. Two queries."""
    side = Side()
    seats = (
        select(Person.id, Person.name)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.business_id == business.id, ACTIVE)
        .order_by(Seat.id)
    )
    for ident, name in session.execute(seats):
        side.people.append(Human("seat", name, ident))
    side.companies.append(
        _company("itself", business.name, business.code, business.organisation_id)
    )
    _declared(session, side, [business.id], None)
    return side


def others_of(session: Session, business: Business, project: Project, now: datetime) -> Side:
    """The reviewers, officials, bidders and contractors of a project, and who stands behind those
    of the latter that are not ``business`` itself. Six queries."""
    side = Side()
    _reviewers(session, side, project.id)
    _officials(session, side, project, now)
    _companies(session, side, project.id)
    known = {one.organisation_id for one in side.companies if one.organisation_id is not None}
    if known := known - {business.organisation_id}:
        _behind(session, side, known, now)
    return side


def _company(part: str, name: Texts, code: str, organisation_id: int | None) -> Company:
    return Company(part, str(localize(name)), tuple(name.values()), code, organisation_id)


def _reviewers(session: Session, side: Side, project_id: int) -> None:
    reviews = select(literal("reviewer.review"), Review.answered_by_id).where(
        Review.project_id == project_id, Review.answered_by_id.is_not(None)
    )
    judges = (
        select(literal("reviewer.tender"), TenderReviewer.person_id)
        .join(Tender, Tender.id == TenderReviewer.tender_id)
        .where(Tender.project_id == project_id, TenderReviewer.excused_at.is_(None))
    )
    plan = select(literal("official.responsible"), DeliveryPlan.responsible_id).where(
        DeliveryPlan.project_id == project_id
    )
    found = union(reviews, judges, plan).subquery("found")
    part, who = found.c
    rows = select(part, Person.name, Person.id).join(Person, Person.id == who)
    side.people.extend(Human(*row) for row in session.execute(rows.order_by(part, Person.id)))


def _officials(session: Session, side: Side, project: Project, now: datetime) -> None:
    ids = [int(part) for part in project.area.path.split("/") if part]
    rows = (
        select(Membership.role, Person.name, Person.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.role.in_(OFFICIALS),
            Membership.area_id.in_(ids),
            in_force(local_date(now)),
        )
        .order_by(Membership.id)
    )
    for role, name, ident in session.execute(rows):
        side.people.append(Human(f"official.{role}", name, ident))


def _companies(session: Session, side: Side, project_id: int) -> None:
    of_project = select(Tender.id).where(Tender.project_id == project_id)
    bids = select(literal("bidder.bid"), Bid.organisation_id, _NOBODY).where(
        Bid.tender_id.in_(of_project), Bid.state.in_(_KNOWN)
    )
    winners = select(literal("bidder.bid"), Tender.winner_id, _NOBODY).where(
        Tender.project_id == project_id, Tender.winner_id.is_not(None)
    )
    contracts = select(
        literal("bidder.contract"), Contract.organisation_id, Contract.payee_id
    ).where(Contract.project_id == project_id)
    found = union(bids, winners, contracts).subquery("found")
    part, organisation, payee = found.c
    rows = (
        select(part, Organisation.id, Organisation.name, Payee.code, Business.code)
        .join(Organisation, Organisation.id == organisation)
        .outerjoin(Payee, Payee.id == payee)
        .outerjoin(Business, Business.organisation_id == Organisation.id)
        .order_by(part.desc(), Organisation.id)
    )
    for what, ident, name, paid, registered in session.execute(rows):
        side.companies.append(_company(what, name, registered or paid or "", ident))


def _behind(session: Session, side: Side, organisations: Iterable[int], now: datetime) -> None:
    """Who acts for the companies, and whom they declare, as far as they are registered here."""
    known = list(organisations)
    members = (
        select(Person.name, Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id.in_(known), in_force(local_date(now)))
    )
    businesses = list(
        session.scalars(select(Business.id).where(Business.organisation_id.in_(known)))
    )
    seats = (
        select(Person.name, Person.id)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.business_id.in_(businesses), ACTIVE)
    )
    for name, ident in session.execute(union(members, seats)):
        side.people.append(Human("bidder.acts", name, ident))
    _declared(session, side, businesses, "bidder.declared")


def _declared(session: Session, side: Side, businesses: list[int], part: str | None) -> None:
    """Add what businesses declare now; ``part`` None: each under the kind of its relation."""
    rows = select(Relation).where(Relation.business_id.in_(businesses), Relation.ended_at.is_(None))
    for one in session.scalars(rows.order_by(Relation.id)):
        what = part or one.kind
        if one.person_name:
            side.people.append(Human(what, one.person_name))
        if one.company_name:
            side.companies.append(
                Company(what, one.company_name, (one.company_name,), one.company_code)
            )
