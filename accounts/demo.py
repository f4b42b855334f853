"""Whom one can be in the demonstration: people with a mailbox that can never exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Membership, Organisation, Person, Role, in_force
from accounts.words import ROLES
from core.clock import local_date
from core.i18n import Message, gettext
from core.types import Texts

SUFFIX = "@demo.invalid"
RESIDENTS = 6


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person to be: their role if any, what they act for, and where."""

    id: int
    name: str
    area: Texts | None
    organisation: Texts | None = None
    role: Message | None = None


# What each group is called, and who is in it.
Groups = list[tuple[Message, list[DemoPerson]]]


def demo_people(session: Session, now: datetime) -> Groups:
    """The invented people: residents first, then those with a role in the roles' order."""
    groups: Groups = [
        (gettext("Residents whose names are checked"), _residents(session, verified=True)),
        (gettext("Residents not checked yet"), _residents(session, verified=False)),
    ]
    groups.append((gettext("People who act for an office or organisation"), _holders(session, now)))
    return [(label, people) for label, people in groups if people]


def _residents(session: Session, *, verified: bool) -> list[DemoPerson]:
    roles = select(Membership.id).where(Membership.person_id == Person.id)
    rows = (
        select(Person.id, Person.name, Area.name)
        .outerjoin(Area, Area.id == Person.area_id)
        .where(Person.email.endswith(SUFFIX, autoescape=True), Person.erased_at.is_(None))
        .where(Person.verified_at.is_not(None) == verified, ~roles.exists())
        .order_by(Person.id)
        .limit(RESIDENTS)
    )
    return [DemoPerson(ident, name, area) for ident, name, area in session.execute(rows)]


def _holders(session: Session, now: datetime) -> list[DemoPerson]:
    today = local_date(now)
    rows = (
        select(Membership.role, Person.id, Person.name, Area.name, Organisation.name)
        .join(Person, Person.id == Membership.person_id)
        .join(Area, Area.id == Membership.area_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.email.endswith(SUFFIX, autoescape=True), Person.erased_at.is_(None))
        .where(in_force(today))
        .order_by(Membership.id)
        .limit(100)
    )
    order = list(Role)
    found = sorted(session.execute(rows).all(), key=lambda row: order.index(Role(row[0])))
    return [
        DemoPerson(ident, name, area, organisation, ROLES[role])
        for role, ident, name, area, organisation in found
    ]
