"""The one-time link with which invited staff choose a password and a second factor."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Credential, Person
from accounts.notices import send_secret
from accounts.secrecy import check_new_password, hash_password
from accounts.services.people import end_all
from accounts.services.second_factor import confirm, new_secret
from accounts.sessions import token_hash
from core.errors import Conflict, NotFound
from core.i18n import gettext, lazy_gettext

VALID = timedelta(hours=72)


def new_link(session: Session, person_id: int, now: datetime) -> str:
    """The secret token of a new set-up link; the one before stops working."""
    credential = session.get(Credential, person_id, with_for_update=True)
    if credential is None:
        credential = Credential(person_id=person_id)
        session.add(credential)
    token = secrets.token_urlsafe(32)
    credential.setup_hash = token_hash(token)
    credential.setup_expires_at = now + VALID
    session.flush()
    return token


def send_link(session: Session, email: str, url: str) -> None:
    """Send the address of a set-up page to the invited person's mailbox, after the commit."""
    text = gettext(
        "You are invited to work here. Choose your password within 72 hours: %(url)s", url=url
    )
    send_secret(session, email, text)


def credential_of(session: Session, token: str, now: datetime) -> Credential:
    """The locked credential that a link is good for. Raises ``NotFound`` when it is not."""
    credential = session.scalar(
        select(Credential)
        .join(Person, Person.id == Credential.person_id)
        .where(Credential.setup_hash == token_hash(token), Credential.setup_expires_at > now)
        .where(Person.erased_at.is_(None))
        .with_for_update(of=Credential)
    )
    if credential is None:
        raise NotFound(
            lazy_gettext(
                "This link has been used or is older than 72 hours. Ask your administrator "
                "for a new one."
            )
        )
    return credential


def choose_password(session: Session, token: str, password: str, now: datetime) -> None:
    """Keep the password of whoever holds the link, and prepare a second factor.

    Neither counts before the second factor is confirmed. Raises ``Invalid`` for a weak one.
    """
    credential = credential_of(session, token, now)
    check_new_password(password, session.get_one(Person, credential.person_id).email or "")
    credential.password_hash = hash_password(password)
    credential.totp_secret = new_secret()
    credential.totp_confirmed_at = None


def finish(session: Session, token: str, typed: str, now: datetime) -> tuple[int, list[str]]:
    """Confirm the second factor and use up the link.

    Returns the person's identity and the recovery codes to show once. Raises ``Invalid`` for
    a code that does not fit, ``Conflict`` when no password has been chosen yet.
    """
    credential = credential_of(session, token, now)
    if credential.totp_secret is None:
        raise Conflict(lazy_gettext("Please choose a password first."))
    codes = confirm(session, credential, typed, now)
    credential.setup_hash = credential.setup_expires_at = None
    credential.failures, credential.locked_until = 0, None
    end_all(session, credential.person_id, now)
    return credential.person_id, codes
