"""What businesses keep about a person, and how they let go of them.

Who decided, invited and declared stays by number: these are acts of an office or of a business.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.own_data import contributes, on_erase
from core.db import lock
from core.text import mask_name
from sponsorship.businesses.people import managers
from sponsorship.businesses.services.papers import let_go
from sponsorship.businesses.services.registering import DRAFTS
from sponsorship.businesses.services.seats import leave_all
from sponsorship.models import Business, BusinessPaper, Relation, Seat

_CONTACT = ("contact_name", "contact_phone", "contact_email")


def own_part(session: Session, person_id: int) -> dict[str, Any]:
    """The seats that somebody holds or held, the businesses that they registered with the contacts
    that these gave, and the papers and relations that they entered."""
    seats = select(Seat).where(Seat.person_id == person_id)
    registered = select(Business).where(Business.created_by_id == person_id)
    papers = select(BusinessPaper).where(BusinessPaper.added_by_id == person_id)
    relations = select(Relation).where(Relation.declared_by_id == person_id)
    said = ("name", "scheme", "code", "state", "address", *_CONTACT, "created_at")
    seat = ("business_id", "role", "state", "invited_at", "accepted_at", "ended_at")
    relation = ("business_id", "kind", "person_name", "company_name", "note", "declared_at")
    return {
        "seats": _rows(session, seats.order_by(Seat.id), seat),
        "registered": _rows(session, registered.order_by(Business.id), said),
        "papers": _rows(
            session, papers.order_by(BusinessPaper.id), ("business_id", "title", "added_at")
        ),
        "relations": _rows(session, relations.order_by(Relation.id), relation),
    }


def _rows(session: Session, rows: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in names} for one in session.scalars(rows)]


contributes("businesses", own_part)


@on_erase
def erase(session: Session, person_id: int, now: datetime) -> None:
    """Somebody leaves every business. Where they were its contact, that goes; a relation that
    names them keeps what the public saw of the name. Papers of a business that was never verified
    and that nobody manages any more are destroyed."""
    person = session.get_one(Person, person_id)
    held = select(Seat.business_id).where(Seat.person_id == person_id)
    registered = select(Business.id).where(Business.created_by_id == person_id)
    ids = sorted({*session.scalars(held), *session.scalars(registered)})
    leave_all(session, person_id, now)
    for ident in ids:
        business = lock(session, Business, ident)
        _forget_contact(business, person)
        _forget_relations(session, business, person)
        if business.state in DRAFTS and not managers(session, ident):
            _forget_papers(session, business, now)
    session.flush()


def _forget_contact(business: Business, person: Person) -> None:
    """Contacts go when one of them is the person's, or when it was they who registered it and
    nobody has said whose they are."""
    known = {person.name, person.phone, person.email} - {"", None}
    if known & {getattr(business, name) for name in _CONTACT} or (
        business.created_by_id == person.id and business.state in DRAFTS
    ):
        for name in _CONTACT:
            setattr(business, name, "")


def _forget_relations(session: Session, business: Business, person: Person) -> None:
    if not person.name:
        return
    rows = select(Relation).where(
        Relation.business_id == business.id, Relation.person_name == person.name
    )
    for relation in session.scalars(rows):
        relation.person_name = mask_name(relation.person_name)


def _forget_papers(session: Session, business: Business, now: datetime) -> None:
    business.address = ""
    rows = select(BusinessPaper).where(
        BusinessPaper.business_id == business.id, BusinessPaper.removed_at.is_(None)
    )
    for paper in session.scalars(rows).all():
        let_go(session, paper, now)
