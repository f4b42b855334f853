"""What must happen once when a phase turns; late is fine, twice is harmless."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.ballots import flush_commitments
from budgeting.closing import close_due
from budgeting.electors import enrol
from budgeting.models import Phase, PhaseKind, Round, RoundState
from budgeting.services.freeze import freeze_round
from core.db import db, transaction
from core.jobs import every_minute
from core.web import settings

log = structlog.get_logger()


@every_minute("rounds")
def turn(now: datetime) -> None:
    """Open and close the votes that are due, and take in voters verified since."""
    _each(_voting(db.session, RoundState.PUBLISHED, now), _open, now)
    _each(_voting(db.session, RoundState.FROZEN, now), _tend, now)
    close_due(now)


def _each(rounds: list[int], act: Callable[[int, datetime], None], now: datetime) -> None:
    """A round that fails is logged, tried again in a minute, and keeps no other waiting."""
    for round_id in rounds:
        try:
            act(round_id, now)
        except Exception:
            log.exception("round.turn_failed", round=round_id)


def _open(round_id: int, now: datetime) -> None:
    with transaction() as session:
        opened = freeze_round(session, round_id, settings().keys, now)
    if opened:
        log.info("round.opened", round=round_id)


def _tend(round_id: int, now: datetime) -> None:
    with transaction() as session:
        enrol(session, round_id, now)
    with transaction() as session:
        flush_commitments(session, round_id, now)


def _voting(session: Session, state: RoundState, now: datetime) -> list[int]:
    """Rounds in ``state`` whose voting phase is running."""
    rows = (
        select(Round.id)
        .join(Phase, Phase.round_id == Round.id)
        .where(Round.state == state, Phase.kind == PhaseKind.VOTING)
        .where(Phase.starts_at <= now, Phase.ends_at > now)
    )
    return list(session.scalars(rows))
