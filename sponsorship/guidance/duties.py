"""What guidance asks officers to do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from accounts.queries import within
from core.clock import local_date
from core.desk import Duty, duty_source
from core.i18n import lazy_gettext, localize
from core.policy import Actor
from ledger.policies import paths
from sponsorship.guidance.queries import terms_of
from sponsorship.models import GuidanceCall, GuidanceVersion
from sponsorship.people import OFFICERS
from sponsorship.states import CallState

MOST = 50


@duty_source
def calls_to_publish(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """The drafts that others wrote, for a second person to read."""
    if not actor.has_role(OFFICERS, None):
        return []
    rows = (
        select(GuidanceVersion.call_id, GuidanceVersion.title)
        .join(GuidanceCall, GuidanceCall.id == GuidanceVersion.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(
            GuidanceVersion.published_at.is_(None),
            GuidanceVersion.written_by_id != actor.id,
            within(paths(actor, OFFICERS)),  # type: ignore[arg-type]  # roles are texts
        )
        .order_by(GuidanceVersion.id)
        .limit(MOST)
    )
    return [
        Duty(
            lazy_gettext("Read and publish the call “%(title)s”", title=localize(title)),
            f"/office/partners/calls/{call_id}",
        )
        for call_id, title in session.execute(rows)
    ]


@duty_source
def calls_to_close(session: Session, actor: Actor, now: datetime) -> list[Duty]:
    """The open calls whose last day is over."""
    if not actor.has_role(OFFICERS, None):
        return []
    rows = (
        select(GuidanceVersion)
        .join(GuidanceCall, GuidanceCall.id == GuidanceVersion.call_id)
        .join(Area, Area.id == GuidanceCall.area_id)
        .where(
            GuidanceCall.state == CallState.OPEN,
            GuidanceVersion.number == GuidanceCall.version,
            within(paths(actor, OFFICERS)),  # type: ignore[arg-type]  # roles are texts
        )
        .order_by(GuidanceVersion.id)
        .limit(MOST)
    )
    today = local_date(now)
    return [
        Duty(
            lazy_gettext("Close the call “%(title)s” or let it run on", title=localize(one.title)),
            f"/office/partners/calls/{one.call_id}",
            ends,
        )
        for one in session.scalars(rows)
        if (ends := terms_of(one).closes_on) < today
    ]
