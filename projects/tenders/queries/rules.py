"""The areas with rules of their own for tenders."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, localize
from projects.models import ProcurementRule
from projects.tenders.rules import Rule


@dataclass(frozen=True, slots=True)
class RuleRow:
    """An area and its rule."""

    area_id: int
    area: Localized
    rule: Rule


def rule_rows(session: Session) -> list[RuleRow]:
    """Every area with a rule of its own, in the tree's order; one query."""
    rows = (
        select(ProcurementRule, Area.name)
        .join(Area, Area.id == ProcurementRule.area_id)
        .order_by(Area.path)
        .limit(500)
    )
    return [
        RuleRow(
            one.area_id,
            localize(name),
            Rule(one.direct_most, one.min_bids, one.min_reviewers, one.standstill_days),
        )
        for one, name in session.execute(rows)
    ]
