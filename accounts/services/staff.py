"""Staff sign in with a password and a second factor; too many failures lock for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Credential, Person
from accounts.secrecy import check_new_password, hash_password, password_fits
from accounts.services.people import end_all
from accounts.services.second_factor import (
    WRONG,
    confirm,
    matching_step,
    use_recovery_code,
)
from accounts.sessions import token_hash
from core.db import lock
from core.errors import Invalid
from core.i18n import Message, lazy_gettext, time_short

FAILURES = 10
LOCKED = timedelta(minutes=15)
_WRONG_PASSWORD: Message = lazy_gettext(
    "E-mail and password do not fit together. After ten failed tries there is a break of "
    "15 minutes."
)
# What an authenticator app shows; recovery codes are longer and have letters in them.
_DIGITS_OF_CODE = 6


def check_password(session: Session, email: str, password: str, now: datetime) -> int | Message:
    """The first factor: the person's identity, or what is wrong.

    A failure counts, so the caller has to commit in either case. Unknown addresses take as
    long and read the same as wrong passwords.
    """
    credential = session.scalar(
        select(Credential)
        .join(Person, Person.id == Credential.person_id)
        .where(Person.email == email, Person.erased_at.is_(None))
        .with_for_update(of=Credential)
    )
    if credential is not None and (locked := _locked(credential, now)):
        return locked
    fits = password_fits(credential.password_hash if credential else None, password)
    if credential is None:
        return _WRONG_PASSWORD
    if not fits or credential.totp_confirmed_at is None:
        return _failed(credential, _WRONG_PASSWORD, now)
    return credential.person_id


def check_second_factor(
    session: Session, person_id: int, typed: str, now: datetime
) -> Message | None:
    """The second factor, an app's code or a recovery code; returns what is wrong, or ``None``.

    A failure counts, so the caller has to commit in either case.
    """
    credential = lock(session, Credential, person_id)
    if locked := _locked(credential, now):
        return locked
    typed = "".join(typed.split())
    if typed.isascii() and typed.isdigit() and len(typed) == _DIGITS_OF_CODE:
        step = matching_step(credential.totp_secret or "", typed, credential.totp_last_step, now)
        if step is None:
            return _failed(credential, WRONG, now)
        credential.totp_last_step = step
    elif not use_recovery_code(session, person_id, typed, now):
        return _failed(credential, WRONG, now)
    credential.failures, credential.locked_until = 0, None
    return None


def _locked(credential: Credential, now: datetime) -> Message | None:
    if credential.locked_until is None or credential.locked_until <= now:
        return None
    return lazy_gettext(
        "Too many failed tries. Please come back at %(time)s.",
        time=time_short(credential.locked_until),
    )


def _failed(credential: Credential, problem: Message, now: datetime) -> Message:
    credential.failures += 1
    if credential.failures < FAILURES:
        return problem
    credential.failures, credential.locked_until = 0, now + LOCKED
    return _locked(credential, now) or problem


def change_password(
    session: Session, person_id: int, *, old: str, new: str, token: str, now: datetime
) -> None:
    """Replace one's password and end all other sessions than that of ``token``.

    Raises ``Invalid`` for a wrong old password (field ``old``) or a weak new one.
    """
    credential = confirm_password(session, person_id, old, "old")
    check_new_password(new, session.get_one(Person, person_id).email or "")
    credential.password_hash = hash_password(new)
    end_all(session, person_id, now, but=token_hash(token))


def change_authenticator(
    session: Session, person_id: int, *, password: str, secret: str, typed: str, now: datetime
) -> list[str]:
    """Put a new encrypted ``secret`` in place of the old one; returns new recovery codes.

    Raises ``Invalid`` for a wrong password or code; nothing is changed then.
    """
    credential = confirm_password(session, person_id, password, "password")
    credential.totp_secret = secret
    return confirm(session, credential, typed, now)


def confirm_password(session: Session, person_id: int, password: str, field: str) -> Credential:
    """One's locked credential, after the password. Raises ``Invalid`` (``field``) if wrong."""
    credential = session.get(Credential, person_id, with_for_update=True)
    if credential is None or not password_fits(credential.password_hash, password):
        problem = lazy_gettext("This is not your password.")
        raise Invalid(problem, fields={field: problem})
    return credential
