"""What the home page shows of rounds: one sentence of purpose, and what is open now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import Phase, Round, RoundState
from budgeting.queries import cards
from core.clock import now

MOST = 6
OPEN = frozenset({RoundState.PUBLISHED, RoundState.FROZEN, RoundState.CLOSED})


def open_now(session: Session, _subject: object) -> dict[str, Any]:
    """The rounds in which something can be done or followed now, the vote first."""
    at = now()
    running = select(Phase.round_id).where(Phase.starts_at <= at, Phase.ends_at > at)
    found = cards(session, at, Round.state.in_(OPEN), Round.id.in_(running))
    voting = next((c for c in found if "vote" in c.features), None)
    return {"cards": found[:MOST], "voting": voting}
