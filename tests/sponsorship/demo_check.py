"""What the demo has to show of partners."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from projects.models import Project
from projects.states import State
from sponsorship.models import Business, Dispute, GuidanceCall, Opening, Pledge
from sponsorship.states import (
    BusinessState,
    CallState,
    DisputeState,
    OpeningState,
    PledgeState,
)


def check_partners(session: Session) -> None:
    """Eight businesses, two calls, pledges in every state, a dispute, a missed target that was
    given back, a runner-up that goes ahead, and gifts that a vote keeps out of sight."""
    businesses = Counter(session.scalars(select(Business.state)))
    assert businesses == {BusinessState.VERIFIED: 7, BusinessState.SUBMITTED: 1}
    calls = Counter(session.execute(select(GuidanceCall.state, GuidanceCall.version)).all())
    assert calls == {(CallState.OPEN, 1): 1, (CallState.OPEN, 2): 1}
    pledges = session.scalars(select(Pledge)).all()
    assert len(pledges) >= 20
    assert {one.state for one in pledges} == set(PledgeState)
    assert {one.kind for one in pledges} == {"money", "goods", "venue", "hours"}
    assert sum(one.refunded for one in pledges if one.only_if_met) > 0
    assert Counter(session.scalars(select(Dispute.state))) == {DisputeState.OPEN: 1}
    openings = set(session.scalars(select(Opening.state)))
    assert openings == {OpeningState.OPEN, OpeningState.MET, OpeningState.MISSED}
    states = set(session.scalars(select(Project.state)))
    assert State.FUNDED in states
    under_vote = select(Pledge.id).join(Opening).join(Project)
    assert session.scalars(under_vote.where(Project.state == State.ON_BALLOT)).all()
