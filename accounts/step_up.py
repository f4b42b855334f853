"""Showing the second factor once more before something weighty, in an open session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g, session
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Credential, UserSession
from accounts.services.staff import check_second_factor
from accounts.sessions import token_hash
from core.db import transaction
from core.i18n import Message, lazy_gettext
from core.web import settings

FRESH = timedelta(minutes=15)
MARK = "second_factor"  # in the signed cookie, bound to the session it was shown in


def asked_for(reading: Session, now: datetime) -> bool:
    """Whether the code has to be shown again: signing in, or the last time it was shown, lies
    more than a quarter of an hour back. The demonstration signs in without, so it is not asked
    there."""
    return not settings().demo and not _fresh(reading, now)


def _fresh(reading: Session, now: datetime) -> bool:
    opened = select(UserSession.created_at).where(
        UserSession.token_hash == token_hash(g.actor.token), UserSession.strong
    )
    last = [at for at in (reading.scalar(opened), _marked()) if at is not None and at <= now]
    return bool(last) and now - max(last) <= FRESH


def _marked() -> datetime | None:
    mark: dict[str, Any] = session.get(MARK) or {}
    if mark.get("of") != token_hash(g.actor.token):
        return None
    return datetime.fromtimestamp(mark["at"], UTC)


def show(typed: str, now: datetime) -> Message | None:
    """Check a code that was typed; what is wrong with it, or None, and then it is noted.

    Opens a transaction of its own, as failures count.
    """
    with transaction() as writing:
        if writing.get(Credential, g.actor.id) is None:
            return lazy_gettext("You have no second factor yet. An administrator can set it up.")
        problem = check_second_factor(writing, g.actor.id, typed, now)
    if problem is None:
        session[MARK] = {"of": token_hash(g.actor.token), "at": int(now.timestamp())}
    return problem
