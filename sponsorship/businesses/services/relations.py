"""Whom a business is close to, as it declares: added and ended, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import Message, lazy_gettext
from sponsorship.businesses.codes import check_loose
from sponsorship.businesses.people import check_manager, tell_business, tell_office
from sponsorship.models import Business, Relation, RelationKind
from sponsorship.states import BusinessState
from transparency import log

MOST_RELATIONS = 100


@dataclass(frozen=True, slots=True)
class NewRelation:
    """Somebody or some company that a business is close to, and how."""

    kind: RelationKind
    person_name: str = ""
    company_name: str = ""
    company_code: str = ""
    note: str = ""


def declare(
    session: Session, business_id: int, new: NewRelation, by_id: int, now: datetime
) -> Relation:
    """Declare a relation; everybody sees it, the name of a private person masked.

    Raises ``Invalid`` (fields as in ``NewRelation``) for nobody, a number that does not fit, or
    one's own company; ``Conflict`` for one that is declared already.
    """
    business = lock(session, Business, business_id)
    check_manager(session, business_id, by_id)
    code = check_loose(new.company_code, "company_code")
    _check(business, new, code)
    held = select(Relation).where(Relation.business_id == business_id, Relation.ended_at.is_(None))
    known = session.scalars(held).all()
    if len(known) >= MOST_RELATIONS:
        raise Conflict(lazy_gettext("At most %(most)s relations, please.", most=MOST_RELATIONS))
    said = (new.kind, new.person_name, new.company_name, code)
    if said in {(r.kind, r.person_name, r.company_name, r.company_code) for r in known}:
        raise Conflict(lazy_gettext("You have declared this already."))
    made = Relation(
        business_id=business_id,
        kind=new.kind,
        person_name=new.person_name,
        company_name=new.company_name,
        company_code=code,
        note=new.note,
        declared_by_id=by_id,
        declared_at=now,
    )
    session.add(made)
    session.flush()
    told = lazy_gettext("%(name)s has declared whom it is close to.")
    _record(session, business, made, "business.related", now)
    _tell(session, business, told, by_id, now)
    return made


def end_relation(session: Session, relation_id: int, by_id: int, now: datetime) -> Relation:
    """Say that a relation is over; it stays visible. Raises ``Conflict`` when it was already."""
    business_id = session.get_one(Relation, relation_id).business_id
    business = lock(session, Business, business_id)
    found = lock(session, Relation, relation_id)
    check_manager(session, business_id, by_id)
    if found.ended_at is not None:
        raise Conflict(lazy_gettext("This relation is over already."))
    found.ended_at = now
    told = lazy_gettext("%(name)s says that a relation is over.")
    _record(session, business, found, "business.relation_ended", now)
    _tell(session, business, told, by_id, now)
    return found


def relations_of(session: Session, business_id: int) -> list[Relation]:
    """What a business declares, what is over last."""
    rows = select(Relation).where(Relation.business_id == business_id)
    over = Relation.ended_at.is_not(None)
    return list(session.scalars(rows.order_by(over, Relation.id).limit(2 * MOST_RELATIONS)))


def _check(business: Business, new: NewRelation, code: str) -> None:
    wrong: dict[str, Message] = {}
    if not new.person_name and not new.company_name:
        wrong["person_name"] = lazy_gettext("Please name a person or a company.")
    if code and not new.company_name:
        wrong["company_name"] = lazy_gettext("Please write the name of the company too.")
    if code and code == business.code:
        wrong["company_code"] = lazy_gettext("This is the business itself.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)


def _record(
    session: Session, business: Business, relation: Relation, event: str, now: datetime
) -> None:
    """A person's name never enters the record."""
    body = {"business": business.id, "relation": relation.id, "kind": relation.kind}
    if relation.company_name:
        body |= {"company": relation.company_name, "code": relation.company_code}
    log.record(session, event, [("business", business.id)], body, now)


def _tell(
    session: Session, business: Business, message: LazyString, by_id: int, now: datetime
) -> None:
    """The office checks relations when it decides; after that it is told of each."""
    tell_business(session, business, message, now, but=by_id)
    if business.state not in {BusinessState.DRAFT, BusinessState.REFUSED}:
        tell_office(session, business, message, now)
