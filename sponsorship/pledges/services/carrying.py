"""A project that the vote did not choose, or that no vote is held on, goes ahead because partners
pay for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import hold
from core.errors import Conflict
from core.i18n import format_money, lazy_gettext
from projects.services import fund
from projects.states import MOVES
from projects.works.services.site import check_reason
from sponsorship.firewall import check_not_under_vote
from sponsorship.guidance.money import needs
from sponsorship.models import GuidanceCall, Opening, OpeningKind
from sponsorship.states import OpeningState

CARRIED = frozenset({OpeningKind.RUNNER_UP, OpeningKind.SHOWCASE})
# Where such a project stands before: it may be said to go ahead.
WAITING = frozenset(state for state, verb in MOVES if verb == "fund")


def carry(session: Session, opening_id: int, reason: str, now: datetime) -> Opening:
    """Say that an opening's project goes ahead: its target is met. It gets a cost centre of its own
    and is planned, tendered and paid like one that won.

    Raises ``Conflict`` before the target is met, while nobody promises all of its cost, under vote,
    and for a project that goes ahead anyway; ``Invalid`` for too short a reason.
    """
    call_id = session.scalar(select(Opening.call_id).where(Opening.id == opening_id))
    hold(session, GuidanceCall, call_id)
    opening = hold(session, Opening, opening_id)
    check_not_under_vote(session, opening)
    if opening.project is None or opening.kind not in CARRIED:
        raise Conflict(lazy_gettext("Only a project that the vote did not choose needs this."))
    if opening.state != OpeningState.MET:
        raise Conflict(lazy_gettext("The target is not met yet: nobody pays for it so far."))
    if missing := needs(session, [opening.project])[opening.project.id].missing:
        money = format_money(missing, opening.project.currency)
        problem = lazy_gettext("%(money)s are still missing: nobody pays for them.", money=money)
        raise Conflict(problem)
    check_reason("reason", reason)
    fund(session, opening.project.id, opening.target, reason, now)
    return opening
