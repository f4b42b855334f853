"""Who may approve how much, and how many people it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area, Role
from ledger.models import ApprovalRule
from transparency import log

FINANCE = frozenset({Role.FINANCE})
APPROVERS = frozenset({Role.FINANCE, Role.APPROVER})


@dataclass(frozen=True, slots=True)
class Rule:
    """What each role may approve, and from where on two have to; minor units."""

    finance_most: int = 50_000_00
    approver_most: int = 10_000_000_00
    three_above: int = 200_000_00

    def most(self, role: str) -> int:
        """Up to how much somebody in this role may approve."""
        known = {Role.FINANCE: self.finance_most, Role.APPROVER: self.approver_most}
        return known.get(Role(role), 0)

    def approvals(self, amount: int) -> int:
        """How many people must approve, besides the one who asks."""
        return 2 if amount > self.three_above else 1


def rule_for(session: Session, area_path: str) -> Rule:
    """The rule of the area at ``area_path``, or of the nearest area above that has one."""
    return rules_for(session, [area_path])[area_path]


def rules_for(session: Session, area_paths: Iterable[str]) -> dict[str, Rule]:
    """The rule that holds at each of ``area_paths``: one query."""
    wanted = set(area_paths)
    ids = {int(part) for path in wanted for part in path.split("/") if part}
    rows = (
        select(Area.path, ApprovalRule)
        .join(Area, Area.id == ApprovalRule.area_id)
        .where(ApprovalRule.area_id.in_(ids))
        .order_by(Area.path)
    )
    known = [
        (path, Rule(one.finance_most, one.approver_most, one.three_above))
        for path, one in session.execute(rows)
    ]
    # Paths are in order, so the last one that fits is the nearest.
    return {
        wanted_path: next(
            (rule for path, rule in reversed(known) if wanted_path.startswith(path)), Rule()
        )
        for wanted_path in wanted
    }


def set_rule(session: Session, area: Area, rule: Rule, by_id: int, now: datetime) -> None:
    """Give an area, and those below without their own, a rule for approvals."""
    session.merge(
        ApprovalRule(
            area_id=area.id,
            finance_most=rule.finance_most,
            approver_most=rule.approver_most,
            three_above=rule.three_above,
        )
    )
    body = {
        "area": area.id,
        "finance_most": rule.finance_most,
        "approver_most": rule.approver_most,
        "three_above": rule.three_above,
        "by": by_id,
    }
    log.record(session, "ledger.rule", [("area", area.id)], body, now)
