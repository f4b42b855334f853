"""Asking for a run of the rules; of two at once the database refuses the second."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.flags.models import FlagRun, RunState
from audit.flags.rule import REGISTRY
from core.clock import local_date, local_zone
from core.errors import Conflict
from core.i18n import lazy_gettext
from core.outbox import enqueue

TOPIC = "audit.flags"
NIGHTLY_HOUR = 2


def ask(session: Session, by_id: int | None, now: datetime, *, full: bool = False) -> FlagRun:
    """Ask for a run: of everything when ``full``, else of what is new since each rule looked last.

    Raises ``Conflict`` while another is going.
    """
    made = FlagRun(asked_by_id=by_id, asked_at=now, full=full, total=len(REGISTRY.rules))
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            lazy_gettext("The rules are looking already. Please wait until they are done.")
        ) from error
    owe(session, made.id, 0, now)
    return made


def owe(session: Session, ident: int, claim: int, now: datetime) -> None:
    """Owe a worker to a run; once for each time that one had claimed it."""
    enqueue(session, TOPIC, f"{ident}:{claim}", {"run": ident}, now)


def due_at_night(session: Session, now: datetime) -> bool:
    """Whether the nightly run is due: once a night, where auditors have begun to use the rules."""
    local = now.astimezone(local_zone())
    if local.hour != NIGHTLY_HOUR:
        return False
    used = session.scalar(select(exists().where(FlagRun.state == RunState.DONE)))
    newest = select(FlagRun.asked_at).order_by(FlagRun.id.desc()).limit(1)
    last = session.scalar(newest)
    return bool(used) and last is not None and _night(last) < local_date(now)


def _night(at: datetime) -> date:
    """The day for whose night a run counts; what was asked shortly before is enough."""
    return local_date(at + timedelta(hours=1))
