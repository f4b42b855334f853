"""What holds for tenders in an area: up to how much one may be asked directly, and the fewest
bids, reviewers and standstill days of an open one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from projects.models import ProcurementRule
from transparency import log

# An open tender takes bids for at least as many days, so that others than those who knew can bid.
FEWEST_DAYS = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """Where nothing else is set. ``direct_most`` in minor units, ``standstill_days`` working
    days."""

    direct_most: int = 30_000_00
    min_bids: int = 3
    min_reviewers: int = 2
    standstill_days: int = 5


def rule_for(session: Session, area_path: str) -> Rule:
    """The rule of the area at ``area_path``, or of the nearest area above that has one."""
    ids = [int(part) for part in area_path.split("/") if part]
    found = session.scalars(
        select(ProcurementRule)
        .join(Area, Area.id == ProcurementRule.area_id)
        .where(ProcurementRule.area_id.in_(ids))
        .order_by(Area.path.desc())
        .limit(1)
    ).first()
    if found is None:
        return Rule()
    return Rule(found.direct_most, found.min_bids, found.min_reviewers, found.standstill_days)


def set_rule(session: Session, area: Area, rule: Rule, by_id: int, now: datetime) -> None:
    """Give an area, and those below without their own, a rule for tenders."""
    session.merge(ProcurementRule(area_id=area.id, **asdict(rule)))
    body = {"area": area.id, "by": by_id} | asdict(rule)
    log.record(session, "procurement.rule", [("area", area.id)], body, now)
