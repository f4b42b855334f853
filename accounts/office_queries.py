"""What officers and administrators see: who waits, the register, roles and who holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.models import (
    Area,
    Credential,
    Membership,
    Organisation,
    Person,
    RegisterUpload,
    Verification,
    VerificationState,
)
from accounts.queries import within
from core.clock import local_date
from core.policy import Actor
from core.types import Texts


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request to be verified in the queue."""

    id: int
    name: str
    area: Texts
    requested_at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """A register that was uploaded."""

    area: Texts
    at: datetime
    people: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A role that somebody holds, or will hold, in an area."""

    id: int
    person_id: int
    name: str
    email: str | None
    role: str
    organisation: Texts | None
    starts_on: date
    ends_on: date | None
    ready: bool  # whether a password and a second factor are set up


def paths_of(actor: Actor, roles: frozenset[str]) -> tuple[str, ...]:
    """The areas (their paths) in which ``actor`` holds one of ``roles``."""
    grants = actor.grants if isinstance(actor, SignedIn) else ()
    return tuple({grant.area_path for grant in grants if grant.role in roles})


def waiting(session: Session, paths: tuple[str, ...], own_id: int) -> list[Waiting]:
    """Who waits to be verified in the areas of ``paths``, the longest waiting first."""
    rows = (
        select(
            Verification.id,
            Verification.name,
            Area.name,
            Verification.requested_at,
            Verification.person_id == own_id,
        )
        .join(Area, Area.id == Verification.area_id)
        .where(Verification.state == VerificationState.WAITING, within(paths))
        .order_by(Verification.id)
        .limit(200)
    )
    return [Waiting(*row) for row in session.execute(rows)]


def count_waiting(session: Session, paths: tuple[str, ...], own_id: int) -> int:
    """How many requests of others wait in the areas of ``paths``."""
    rows = select(func.count(Verification.id)).join(Area, Area.id == Verification.area_id)
    waits = rows.where(Verification.state == VerificationState.WAITING, within(paths))
    return session.scalar(waits.where(Verification.person_id != own_id)) or 0


def uploads(session: Session, paths: tuple[str, ...]) -> list[Upload]:
    """The registers uploaded for the areas of ``paths``, the newest first."""
    rows = (
        select(Area.name, RegisterUpload.uploaded_at, RegisterUpload.people, RegisterUpload.sha256)
        .join(Area, Area.id == RegisterUpload.area_id)
        .where(within(paths))
        .order_by(RegisterUpload.id.desc())
        .limit(50)
    )
    return [Upload(*row) for row in session.execute(rows)]


def holders(session: Session, area_id: int, now: datetime) -> list[Holder]:
    """Who holds a role in exactly this area, now or later."""
    rows = (
        select(
            Membership.id,
            Membership.person_id,
            Person.name,
            Person.email,
            Membership.role,
            Organisation.name,
            Membership.starts_on,
            Membership.ends_on,
            Credential.totp_confirmed_at.is_not(None),
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Credential, Credential.person_id == Membership.person_id)
        .where(Membership.area_id == area_id)
        .where(Membership.ends_on.is_(None) | (Membership.ends_on >= local_date(now)))
        .order_by(Membership.role, Membership.id)
        .limit(500)
    )
    return [Holder(*row) for row in session.execute(rows)]
