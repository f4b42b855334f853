"""Dismissing flags, one or many with one reason; and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.flags.models import Flag, FlagState
from audit.flags.pages import seen_by
from audit.flags.states import move
from core.canonical import digest
from core.errors import Invalid
from core.i18n import lazy_gettext
from transparency import log

SHORTEST, LONGEST, MOST = 5, 500, 200


def dismiss(
    session: Session,
    ids: Sequence[int],
    reason: str,
    by: tuple[int, Sequence[str]],
    now: datetime,
) -> int:
    """Dismiss flags for a reason, as far as they are open and in the areas (paths) of ``by``;
    gives how many.

    Raises ``Invalid`` without any, or without a reason.
    """
    if not SHORTEST <= len(reason) <= LONGEST:
        problem = lazy_gettext("Please say why, in 5 to 500 characters.")
        raise Invalid(problem, fields={"reason": problem})
    rows = (
        select(Flag)
        .where(Flag.id.in_(list(ids)[:MOST]), Flag.state == FlagState.OPEN, seen_by(by[1]))
        .order_by(Flag.id)
        .with_for_update()
    )
    found = session.scalars(rows).all()
    if not found:
        problem = lazy_gettext("Please choose at least one flag that is still open.")
        raise Invalid(problem, fields={"flags": problem})
    for flag in found:
        move(flag, "dismiss")
        flag.dismissed_by_id, flag.dismissed_at, flag.dismissed_reason = by[0], now, reason
    body = {
        "flags": [flag.id for flag in found],
        "rules": sorted({flag.rule for flag in found}),
        "reason_sha256": digest(reason),
        "by": by[0],
    }
    log.record(session, "audit.flags_dismissed", [], body, now)
    return len(found)


def reopen(session: Session, flag_id: int) -> Flag:
    """Take a dismissal back. Raises ``Conflict`` when there is none."""
    flag = session.get_one(Flag, flag_id, with_for_update=True, populate_existing=True)
    move(flag, "reopen")
    flag.dismissed_by_id = flag.dismissed_at = flag.dismissed_reason = None
    return flag
