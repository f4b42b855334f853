"""Signed-in browsers: opening a session, knowing whose it is, ending it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from accounts.actor import Grant, SignedIn
from accounts.models import Area, Membership, Person, UserSession, in_force
from core.clock import local_date

LIFETIME = timedelta(days=30)
STRONG_LIFETIME = timedelta(hours=12)


def token_hash(token: str) -> str:
    """What is kept of a random secret: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    session: Session, person_id: int, *, strong: bool, device: str, now: datetime
) -> str:
    """Start a session for a person and return its secret token for the cookie.

    ``strong`` says that a password and a second factor were shown; only then the person's
    roles count, and the session ends sooner.
    """
    token = secrets.token_urlsafe(32)
    lifetime = STRONG_LIFETIME if strong else LIFETIME
    session.add(
        UserSession(
            token_hash=token_hash(token),
            person_id=person_id,
            strong=strong,
            device=device[:120],
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def end_session(session: Session, token: str, now: datetime) -> None:
    """End the session of ``token``, if there is one."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == token_hash(token), UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def load_actor(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whoever the token belongs to, with the roles of today: one query."""
    asked = {"token": token_hash(token), "now": now, "today": local_date(now)}
    rows = session.execute(_ACTOR, asked).all()
    return _actor(token, rows) if rows else None


def _actor(token: str, rows: Sequence[Any]) -> SignedIn:
    one = rows[0]
    return SignedIn(
        id=one.id,
        token=token,
        name=one.name,
        phone=one.phone,
        email=one.email,
        locale=one.locale,
        area_id=one.area_id,
        area_path=one.area_path,
        birth_year=one.birth_year,
        verified_at=one.verified_at,
        strong=one.strong,
        grants=tuple(Grant(r.role, r.organisation_id, r.grant_path) for r in rows if r.role),
    )


_home, _where = aliased(Area), aliased(Area)
_today = bindparam("today", type_=Membership.starts_on.type)
_in_force = and_(
    Membership.person_id == Person.id,
    UserSession.strong,
    in_force(_today),
)
# Every request of somebody signed in asks this, so it is put together once.
_ACTOR = (
    select(
        Person.id,
        Person.name,
        Person.phone,
        Person.email,
        Person.locale,
        Person.area_id,
        _home.path.label("area_path"),
        Person.birth_year,
        Person.verified_at,
        UserSession.strong,
        Membership.role,
        Membership.organisation_id,
        _where.path.label("grant_path"),
    )
    .select_from(UserSession)
    .join(Person, Person.id == UserSession.person_id)
    .outerjoin(_home, _home.id == Person.area_id)
    .outerjoin(Membership, _in_force)
    .outerjoin(_where, _where.id == Membership.area_id)
    .where(
        UserSession.token_hash == bindparam("token"),
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > bindparam("now", type_=UserSession.expires_at.type),
        Person.erased_at.is_(None),
    )
)
