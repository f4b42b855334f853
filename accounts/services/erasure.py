"""A person's own data: the copy they may take along, and letting go of it for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from accounts import own_data
from accounts.models import (
    Credential,
    LoginCode,
    Membership,
    Notice,
    Person,
    RecoveryCode,
    UserSession,
    Verification,
    VerificationState,
)
from accounts.services.roles import end
from accounts.services.verification import release_entry
from core.clock import local_date
from core.db import lock
from transparency.log import record


def own_copy(session: Session, person_id: int, now: datetime) -> dict[str, Any]:
    """Everything that any room keeps about a person, as JSON values."""
    mine = {name: part(session, person_id) for name, part in own_data.parts().items()}
    return {"made_at": now, "accounts": _account(session, person_id)} | mine


# What a person's copy says of the rows that are theirs; officers who decided stay out of it.
_OWN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "roles": (
        Membership,
        ("role", "area_id", "organisation_id", "starts_on", "ends_on", "granted_at"),
    ),
    "sessions": (UserSession, ("device", "created_at", "expires_at", "revoked_at")),
    "notices": (Notice, ("text", "url", "created_at", "read_at")),
    "verifications": (
        Verification,
        (
            "name",
            "id_tail",
            "birth_year",
            "area_id",
            "state",
            "method",
            "requested_at",
            "decided_at",
            "reason",
        ),
    ),
}
_PERSON = ("name", "phone", "email", "locale", "area_id", "birth_year", "verified_at", "created_at")


def _account(session: Session, person_id: int) -> dict[str, Any]:
    copy = {"person": _rows(session, Person, _PERSON, Person.id == person_id)}
    for name, (model, columns) in _OWN.items():
        copy[name] = _rows(session, model, columns, model.person_id == person_id)
    return copy


def _rows(
    session: Session, model: Any, columns: tuple[str, ...], mine: ColumnElement[bool]
) -> list[dict[str, Any]]:
    found = session.execute(select(*(getattr(model, name) for name in columns)).where(mine))
    return [dict(row) for row in found.mappings()]


def erase(session: Session, person_id: int, now: datetime) -> None:
    """Empty a person's row and let go of whatever else tells who they were.

    What they did in public stays without a name. The record says that somebody was erased
    and nothing else. Doing it twice changes nothing.
    """
    person = lock(session, Person, person_id)
    if person.erased_at is not None:
        return
    for eraser in own_data.erasers():
        eraser(session, person_id, now)
    _end_roles(session, person_id, now)
    addresses = [address for address in (person.phone, person.email) if address]
    session.execute(delete(LoginCode).where(LoginCode.address.in_(addresses)))
    for model in (RecoveryCode, Credential, UserSession, Notice):
        session.execute(delete(model).where(model.person_id == person_id))
    _forget_checks(session, person_id, now)
    person.name, person.phone, person.email = "", None, None
    person.area_id = person.birth_year = person.verified_at = None
    person.erased_at = now
    record(session, "person.erased", [], {}, now)


def _forget_checks(session: Session, person_id: int, now: datetime) -> None:
    release_entry(session, person_id)
    own = update(Verification).where(Verification.person_id == person_id)
    session.execute(own.values(name="", id_tail="", birth_year=0, entry_id=None, reason=None))
    session.execute(
        own.where(Verification.state == VerificationState.WAITING).values(
            state=VerificationState.REFUSED, decided_at=now
        )
    )


def _end_roles(session: Session, person_id: int, now: datetime) -> None:
    held = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.ends_on.is_(None) | (Membership.ends_on >= local_date(now)),
    )
    for ident in session.scalars(held).all():
        end(session, ident, by="resident", now=now)
