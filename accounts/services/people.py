"""People as they come: found by their address, made at the first sign-in, signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from accounts.addresses import is_email
from accounts.models import Credential, Person, UserSession
from core.db import lock
from core.errors import Conflict, NotFound, Refused
from core.i18n import Message, lazy_gettext


def owns(address: str) -> ColumnElement[bool]:
    """The condition that a person has this normalised address."""
    return (Person.email if is_email(address) else Person.phone) == address


def arrive(session: Session, address: str, locale: str, now: datetime) -> Person:
    """The person with this proven or officially entered address; made if there is none yet."""
    found = session.scalar(select(Person).where(owns(address)))
    if found is None:
        found = Person(created_at=now, locale=locale)
        _set_address(found, address)
        session.add(found)
        session.flush()
    return found


def _set_address(person: Person, address: str) -> None:
    if is_email(address):
        person.email = address
    else:
        person.phone = address


def change_contact(session: Session, person_id: int, address: str, *, strong: bool) -> None:
    """Give a person an address that they have proven to read.

    Raises ``Conflict`` when it belongs to somebody else, and ``Refused`` for staff whose
    session is not ``strong``: their address is where a new set-up link would go.
    """
    person = lock(session, Person, person_id)
    staff = session.get(Credential, person_id)
    if staff is not None and not strong:
        raise Refused(lazy_gettext("Please sign in with your password to change this."))
    other = session.scalar(select(Person.id).where(owns(address)))
    if other not in (None, person_id):
        raise Conflict(
            lazy_gettext(
                "Another account uses this address. Sign in with it to see that account, "
                "or erase it first."
            )
        )
    _set_address(person, address)


def change_profile(
    session: Session, person_id: int, *, name: str, area_id: int | None, locale: str
) -> None:
    """Keep what a person says of themselves; a checked name and area stay as checked."""
    person = lock(session, Person, person_id)
    person.locale = locale
    if person.verified_at is None:
        person.name, person.area_id = name, area_id


def end_one(session: Session, person_id: int, session_id: int, now: datetime) -> None:
    """End one of a person's own sessions. Raises ``NotFound`` when it is not theirs."""
    row = session.get(UserSession, session_id)
    if row is None or row.person_id != person_id:
        raise NotFound(_NO_SESSION)
    row.revoked_at = row.revoked_at or now


def end_all(session: Session, person_id: int, now: datetime, *, but: str | None = None) -> None:
    """End all of a person's sessions, except the one whose token hash is ``but``."""
    session.execute(
        update(UserSession)
        .where(UserSession.person_id == person_id, UserSession.revoked_at.is_(None))
        .where(UserSession.token_hash != (but or ""))
        .values(revoked_at=now)
    )


_NO_SESSION: Message = lazy_gettext("This session has ended already.")
