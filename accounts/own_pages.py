"""What a person sees of themselves: notices, sessions, where their verification stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import (
    Area,
    Membership,
    Notice,
    Organisation,
    UserSession,
    Verification,
    in_force,
)
from accounts.sessions import token_hash
from core.clock import local_date
from core.types import Texts

MOST_NOTICES = 40


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice on its reader's own page."""

    id: int
    text: Texts
    at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A signed-in browser, as its owner sees it."""

    id: int
    device: str
    since: datetime
    until: datetime
    strong: bool
    here: bool


@dataclass(frozen=True, slots=True)
class CheckView:
    """The newest request to be verified."""

    state: str
    name: str
    requested_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role held now: where, and for which organisation."""

    role: str
    area: Texts
    organisation: Texts | None


def notices(session: Session, person_id: int, *, unread_only: bool = False) -> list[NoticeView]:
    """A person's notices, the unread ones first, then the newest."""
    unread = Notice.read_at.is_(None)
    rows = (
        select(Notice.id, Notice.text, Notice.created_at, unread)
        .where(Notice.person_id == person_id)
        .order_by(unread.desc(), Notice.id.desc())
        .limit(MOST_NOTICES)
    )
    if unread_only:
        rows = rows.where(unread)
    return [NoticeView(*row) for row in session.execute(rows)]


def sessions(session: Session, person_id: int, token: str, now: datetime) -> list[SessionView]:
    """A person's open sessions, the one of ``token`` first, then the newest."""
    here = UserSession.token_hash == token_hash(token)
    rows = (
        select(
            UserSession.id,
            UserSession.device,
            UserSession.created_at,
            UserSession.expires_at,
            UserSession.strong,
            here,
        )
        .where(UserSession.person_id == person_id, UserSession.expires_at > now)
        .where(UserSession.revoked_at.is_(None))
        .order_by(here.desc(), UserSession.id.desc())
        .limit(50)
    )
    return [SessionView(*row) for row in session.execute(rows)]


def newest_check(session: Session, person_id: int) -> CheckView | None:
    """A person's newest request to be verified, if there is one."""
    row = session.execute(
        select(
            Verification.state, Verification.name, Verification.requested_at, Verification.reason
        )
        .where(Verification.person_id == person_id)
        .order_by(Verification.id.desc())
        .limit(1)
    ).one_or_none()
    return CheckView(*row) if row else None


def roles_of(session: Session, person_id: int, now: datetime) -> list[RoleView]:
    """The roles that a person holds today, whichever way they signed in."""
    today = local_date(now)
    rows = (
        select(Membership.role, Area.name, Organisation.name)
        .join(Area, Area.id == Membership.area_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, in_force(today))
        .order_by(Membership.id)
    )
    return [RoleView(*row) for row in session.execute(rows)]


def area_name(session: Session, area_id: int | None) -> Texts | None:
    """What the area of this identity is called."""
    return session.scalar(select(Area.name).where(Area.id == area_id)) if area_id else None
