"""Checking real names: asked for by residents, decided by officers, or done on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import Select, literal, select, update
from sqlalchemy.orm import Session, contains_eager

from accounts.models import (
    Area,
    Person,
    RegisterEntry,
    Verification,
    VerificationState,
)
from accounts.notices import tell
from accounts.services.people import arrive
from core.db import lock
from core.errors import Conflict, Refused
from core.i18n import Message, both, lazy_gettext
from transparency.log import record

ME = "/me/verification"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a real name is checked by. ``id_tail`` is the last four characters of the number."""

    name: str
    id_tail: str
    birth_year: int
    area_id: int


def request(session: Session, person_id: int, identity: Identity, now: datetime) -> Verification:
    """Ask to be verified. Raises ``Conflict`` when verified, or when a request waits already."""
    person = lock(session, Person, person_id)
    if person.verified_at is not None:
        raise Conflict(
            lazy_gettext("Your name has been checked already. Moved? Come to the office.")
        )
    if session.scalar(_waiting_of(person_id)) is not None:
        raise Conflict(lazy_gettext("You have asked already; we will tell you the answer."))
    made = Verification(
        person_id=person_id,
        name=identity.name,
        id_tail=identity.id_tail,
        birth_year=identity.birth_year,
        area_id=identity.area_id,
        requested_at=now,
    )
    session.add(made)
    session.flush()
    record(session, "verification.requested", _subjects(made), {"area": made.area_id}, now)
    return made


def confirm(
    session: Session, verification_id: int, entry_id: int, *, by_id: int, now: datetime
) -> None:
    """Say that the person is the one of this register entry.

    Raises ``Conflict`` when decided already, when the entry does not match, or when it has
    verified somebody else.
    """
    asked = _waiting(session, verification_id, by_id)
    entry = lock(session, RegisterEntry, entry_id)
    if entry.id not in {found.id for found in candidates(session, asked)}:
        raise Conflict(lazy_gettext("This line of the register does not fit the request."))
    if entry.person_id not in (None, asked.person_id):
        raise Conflict(_TAKEN)
    _verify(session, asked, entry, by_id, now)


def refuse(
    session: Session, verification_id: int, reason: str, *, by_id: int, now: datetime
) -> None:
    """Say that the name could not be confirmed, and why; it may be asked again."""
    asked = _waiting(session, verification_id, by_id)
    _decide(session, asked, VerificationState.REFUSED, by_id, now)
    asked.reason = reason
    message = lazy_gettext(
        "Your name could not be confirmed; you can ask again. Reason: %(reason)s"
    )
    tell(session, asked.person_id, both(message, reason=reason), ME, now)


def verify_in_person(
    session: Session, address: str, identity: Identity, locale: str, *, by_id: int, now: datetime
) -> None:
    """Verify whoever has the normalised ``address`` at once, having seen the document.

    Makes their account if need be; also for people who moved or changed their name. Raises
    ``Refused`` for oneself and ``Conflict`` when this identity has verified somebody else.
    """
    person = arrive(session, address, locale, now)
    if person.id == by_id:
        raise Refused(_ONESELF)
    asked = session.scalar(_waiting_of(person.id).with_for_update())
    if asked is None:
        asked = Verification(person_id=person.id, requested_at=now)
        session.add(asked)
    asked.name, asked.id_tail = identity.name, identity.id_tail
    asked.birth_year, asked.area_id = identity.birth_year, identity.area_id
    asked.state, asked.method = VerificationState.WAITING, "in_person"
    session.flush()
    _verify(session, asked, _own_entry(session, asked), by_id, now)


def candidates(session: Session, asked: Verification) -> list[RegisterEntry]:
    """The register's entries that fit a request: name, year, last characters and area."""
    path = session.get_one(Area, asked.area_id).path
    near = Area.path.startswith(path, autoescape=True) | literal(path).startswith(Area.path)
    return list(
        session.scalars(
            select(RegisterEntry)
            .join(RegisterEntry.area)
            .options(contains_eager(RegisterEntry.area))
            .where(RegisterEntry.name == asked.name, RegisterEntry.birth_year == asked.birth_year)
            .where(RegisterEntry.masked_id.endswith(asked.id_tail, autoescape=True), near)
            .order_by(RegisterEntry.id)
            .limit(20)
        )
    )


def _waiting_of(person_id: int) -> Select[Verification]:
    return select(Verification).where(
        Verification.person_id == person_id, Verification.state == VerificationState.WAITING
    )


def _waiting(session: Session, verification_id: int, by_id: int) -> Verification:
    asked = lock(session, Verification, verification_id)
    if asked.person_id == by_id:
        raise Refused(_ONESELF)
    if asked.state != VerificationState.WAITING:
        raise Conflict(lazy_gettext("This request has been decided already."))
    return asked


def _own_entry(session: Session, asked: Verification) -> RegisterEntry | None:
    """The free entry that fits, if there is one; none need be where the document was seen.

    Raises ``Conflict`` when the identity is somebody else's: a taken entry, or another
    verified person of the same name, year and last characters.
    """
    found = candidates(session, asked)
    for entry in found:
        if entry.person_id in (None, asked.person_id):
            return entry
    twin = select(Verification.id).where(
        Verification.person_id != asked.person_id,
        Verification.state == VerificationState.CONFIRMED,
        Verification.name == asked.name,
        Verification.birth_year == asked.birth_year,
        Verification.id_tail == asked.id_tail,
    )
    if found or session.scalar(twin) is not None:
        raise Conflict(_TAKEN)
    return None


def _verify(
    session: Session,
    asked: Verification,
    entry: RegisterEntry | None,
    by_id: int,
    now: datetime,
) -> None:
    person = lock(session, Person, asked.person_id)
    person.name, person.birth_year, person.verified_at = asked.name, asked.birth_year, now
    person.area_id = entry.area_id if entry else asked.area_id
    release_entry(session, person.id)
    if entry is not None:
        entry.person_id, asked.entry_id = person.id, entry.id
    _decide(session, asked, VerificationState.CONFIRMED, by_id, now)
    tell(session, person.id, both(_CONFIRMED), ME, now)


def release_entry(session: Session, person_id: int) -> None:
    """Let go of the register entry that verified a person."""
    session.execute(
        update(RegisterEntry).where(RegisterEntry.person_id == person_id).values(person_id=None)
    )


def _decide(
    session: Session, asked: Verification, state: VerificationState, by_id: int, now: datetime
) -> None:
    asked.state, asked.decided_by_id, asked.decided_at = state, by_id, now
    body = {"area": asked.area_id, "method": asked.method, "by": "officer"}
    record(session, f"verification.{state}", _subjects(asked), body, now)


def _subjects(asked: Verification) -> list[tuple[str, int | str]]:
    return [("verification", asked.id), ("area", asked.area_id)]


_ONESELF: Message = lazy_gettext("Somebody else has to check your own name.")
_TAKEN: Message = lazy_gettext("This line of the register has already verified somebody else.")
_CONFIRMED: LazyString = lazy_gettext("Your name has been checked. You can vote now.")
