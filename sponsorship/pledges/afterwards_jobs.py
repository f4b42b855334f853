"""What the clock does with pledges: targets are counted, days come, and what nobody signs or pays
lapses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import DomainError
from core.jobs import every_minute
from sponsorship.pledges.services.ending import Why, lapse
from sponsorship.pledges.services.falling_due import (
    fall_due,
    falling_due,
    remind,
    to_remind,
    unpaid,
    unsigned,
)
from sponsorship.pledges.services.targets import due_openings, settle_opening

log = structlog.get_logger()


@every_minute("sponsorship.targets")
def settle_due(now: datetime) -> None:
    """Say of every opening whose deadline has passed whether its target was met, each in a
    transaction of its own."""
    _each(due_openings(db.session, now), lambda s, ident: settle_opening(s, ident, now))


@every_minute("sponsorship.pledges")
def end_overdue(now: datetime) -> None:
    """Let pledges fall due, remind of them, and let those lapse that nobody signed or paid."""
    _each(falling_due(db.session, now), lambda s, ident: fall_due(s, ident, now))
    _each(to_remind(db.session, now), lambda s, ident: remind(s, ident, now))
    _each(unsigned(db.session, now), lambda s, ident: lapse(s, ident, Why.UNSIGNED, now))
    _each(unpaid(db.session, now), lambda s, ident: lapse(s, ident, Why.UNPAID, now))


def _each(idents: Iterable[int], verb: Callable[[Session, int], object]) -> None:
    """One that cannot be done keeps nobody else waiting; the next minute tries it again."""
    for ident in idents:
        try:
            with transaction() as session:
                verb(session, ident)
        except DomainError as error:
            log.error("pledges.undone", ident=ident, reason=str(error.message))
