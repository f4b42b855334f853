"""What erasing an account does to votes that still run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.own_data import on_erase
from budgeting.ballots import strike_off
from budgeting.electors import person_hmac
from budgeting.keys import round_key, voter_tag
from budgeting.models import Round, RoundState
from core.errors import Conflict
from core.web import settings
from transparency import log


@on_erase
def leave_votes(session: Session, person_id: int, now: datetime) -> None:
    """Withdraw the person's ballots in open votes, and take them off those lists of voters.

    Their entry in the register becomes free again with the account: somebody verified anew
    with it would otherwise have two ballots.
    """
    for round_id in session.scalars(select(Round.id).where(Round.state == RoundState.FROZEN)):
        elector = person_hmac(round_id, person_id)
        try:
            tag = voter_tag(round_key(settings().keys, round_id), elector)
        except Conflict:
            continue  # without its key nobody can cast anything in that vote, twice or once
        if strike_off(session, round_id, elector, tag):
            log.record(session, "round.elector_left", [("round", round_id)], {"left": 1}, now)
