"""What rounds ask of the officers who run them: to see that the vote can open in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.models import Phase, PhaseKind, Round, RoundState
from budgeting.policies import OFFICERS
from budgeting.services.checks import can_open
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, localize
from core.policy import Actor

AHEAD = timedelta(days=14)


@duty_source
def votes_to_prepare(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """Votes that begin within two weeks, or should have begun, and could not open as it is."""
    if not actor.has_role(OFFICERS, None):
        return []
    rows = session.execute(
        select(Round, Area.path, Phase.starts_at)
        .join(Area, Area.id == Round.area_id)
        .join(Phase, and_(Phase.round_id == Round.id, Phase.kind == PhaseKind.VOTING))
        .where(Round.state == RoundState.PUBLISHED, Phase.starts_at <= now + AHEAD)
    ).all()
    return [
        Duty(
            lazy_gettext("The vote cannot open yet: %(round)s", round=localize(round_.title)),
            url_for("budgeting_officer.check", round_id=round_.id),
            starts_at,
        )
        for round_, path, starts_at in rows
        if actor.has_role(OFFICERS, path) and not can_open(session, round_, now)
    ]
