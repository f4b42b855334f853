"""Results on other pages: a project's, a round's, and the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import RoundState
from budgeting.result_words import codes_in, sentence, supported
from budgeting.results import find_head, find_outcome, latest_heads
from core.clock import now
from core.i18n import localize
from projects.models import Project
from projects.states import WINNING, State

DECIDED = WINNING | {State.NOT_SELECTED}
COUNTED = frozenset({RoundState.CLOSED, RoundState.DECIDED})
MOST = 3


def project_result(session: Session, subject: Any) -> dict[str, Any] | None:
    """What the vote decided about a project (anything with ``id``, ``round_id``, ``state``)."""
    if subject.state not in DECIDED:
        return None
    found = find_outcome(session, subject.id)
    if found is None or not found[0].readable(now()):
        return None
    head, outcome = found
    titles = _titles(session, head.id, codes_in(outcome.reason))
    reason = sentence(outcome.reason, head.currency, titles)
    near = None if outcome.selected else supported(outcome.reason, outcome.cost)
    return {"head": head, "outcome": outcome, "reason": reason, "support": near}


def _titles(session: Session, round_id: int, codes: Iterable[str]) -> dict[str, str]:
    """Titles of a round's projects by code."""
    wanted = list(codes)
    if not wanted:
        return {}
    rows = select(Project.code, Project.title)
    rows = rows.where(Project.round_id == round_id, Project.code.in_(wanted))
    return {code or "": localize(title).text for code, title in session.execute(rows)}


def round_result(session: Session, subject: Any) -> dict[str, Any] | None:
    """The result on the page of a round (anything with ``id`` and ``state``), or that it is
    being counted."""
    if subject.state not in COUNTED:
        return None
    head = find_head(session, subject.id)
    return {"head": head, "readable": head.readable(now())}


def decisions(session: Session, _subject: object) -> dict[str, Any] | None:
    """What was decided lately."""
    heads = latest_heads(session, now(), MOST)
    return {"heads": heads} if heads else None
