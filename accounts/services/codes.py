"""One-time codes: proof that somebody reads a phone or a mailbox."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import LoginCode
from accounts.notices import send_secret
from accounts.secrecy import keyed_hash
from core.db import lock
from core.errors import TooMany
from core.i18n import Message, gettext, lazy_gettext, time_short

VALID = timedelta(minutes=10)
TRIES = 5
PER_HOUR = 5
HOUR = timedelta(hours=1)
# A double click sends the same right code twice; the browser that asked for it may do so.
DOUBLE_CLICK = timedelta(minutes=1)


def send_code(session: Session, address: str, now: datetime) -> int:
    """Send a new code to a normalised address after the commit; returns the code's identity.

    The address is not asked whether it belongs to anybody. Raises ``TooMany`` after
    ``PER_HOUR`` codes within an hour; the error says when to come back.
    """
    _check_limit(session, address, now)
    code = f"{secrets.randbelow(10**6):06d}"
    row = LoginCode(
        address=address,
        code_hash=_hash(address, code),
        created_at=now,
        expires_at=now + VALID,
    )
    session.add(row)
    session.flush()
    text = gettext(
        "%(code)s is your code. It is good for 10 minutes. Never tell it to anyone.", code=code
    )
    send_secret(session, address, text)
    return row.id


def _check_limit(session: Session, address: str, now: datetime) -> None:
    sent, earliest = session.execute(
        select(func.count(), func.min(LoginCode.created_at)).where(
            LoginCode.address == address, LoginCode.created_at > now - HOUR
        )
    ).one()
    if sent >= PER_HOUR:
        raise TooMany(
            lazy_gettext(
                "We have sent enough codes there for now. You can ask for another at %(time)s.",
                time=time_short(earliest + HOUR),
            )
        )


def redeem(
    session: Session, code_id: int, address: str, typed: str, now: datetime
) -> Message | None:
    """Use up a code that this browser asked for; returns what is wrong, or ``None``.

    Every wrong try counts, so the caller has to commit in either case.
    """
    code = lock(session, LoginCode, code_id)
    newest = session.scalar(select(func.max(LoginCode.id)).where(LoginCode.address == address))
    if code.address != address or newest != code.id:
        return lazy_gettext("There is a newer code. Please use that one.")
    if code.expires_at <= now:
        return lazy_gettext("This code is older than 10 minutes. Please ask for a new one.")
    if code.used_at is not None and code.used_at + DOUBLE_CLICK <= now:
        return lazy_gettext("This code has been used already. Please ask for a new one.")
    if code.attempts >= TRIES:
        return lazy_gettext("That was wrong five times. Please ask for a new code.")
    if not hmac.compare_digest(code.code_hash, _hash(address, typed)):
        code.attempts += 1
        return lazy_gettext(
            "This is not the code we sent. Tries left: %(left)s.", left=TRIES - code.attempts
        )
    code.used_at = code.used_at or now
    return None


def _hash(address: str, code: str) -> str:
    return keyed_hash("login code", address, code)
