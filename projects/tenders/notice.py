"""What a notice says: as it is drafted, checked, and frozen under its hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.canonical import digest
from core.errors import Invalid
from core.i18n import Message, format_money, lazy_gettext
from projects.models import Criterion, CriterionKind, Milestone, Tender
from projects.tenders.rules import FEWEST_DAYS, Rule


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion as it is drafted; ``weight`` in per cent."""

    kind: CriterionKind
    name: str
    weight: int
    about: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """An open tender as it is drafted. ``ceiling`` in minor units, ``milestones`` the identities
    of the plan's parts that it covers, ``retention_bp`` in hundredths of a per cent."""

    title: str
    scope: str
    ceiling: int
    milestones: tuple[int, ...]
    criteria: tuple[Asked, ...]
    questions_until: datetime
    deadline: datetime
    min_bids: int = 3
    min_reviewers: int = 2
    standstill_days: int = 5
    retention_bp: int = 500
    warranty_months: int = 12


@dataclass(frozen=True, slots=True)
class Direct:
    """A direct award as it is drafted: to whom, for how much (minor units), and why so."""

    title: str
    scope: str
    organisation_id: int
    amount: int
    reason: str
    milestones: tuple[int, ...]
    retention_bp: int = 500
    warranty_months: int = 12


def problems(notice: Notice, rule: Rule, now: datetime) -> dict[str, Message]:
    """What does not fit of a notice, by field."""
    found = _time_problems(notice, now) | weight_problems(notice.criteria)
    for name in ("min_bids", "min_reviewers", "standstill_days"):
        least = getattr(rule, name)
        if getattr(notice, name) < least:
            found[name] = lazy_gettext("The rules here ask for at least %(least)s.", least=least)
    return found


def weight_problems(criteria: Sequence[Asked]) -> dict[str, Message]:
    """What does not fit of the criteria."""
    total = sum(each.weight for each in criteria)
    if not criteria:
        problem = lazy_gettext("Please say by what the bids are judged: one criterion at least.")
    elif any(not 1 <= each.weight <= 100 for each in criteria):
        problem = lazy_gettext("Each weight lies between 1 and 100 per cent.")
    elif sum(each.kind == CriterionKind.PRICE for each in criteria) > 1:
        problem = lazy_gettext("Only one criterion can be the price.")
    elif total != 100:
        problem = lazy_gettext(
            "The weights come to %(total)s %%. Please change them so that they come to 100 %%.",
            total=total,
        )
    else:
        return {}
    return {"criteria": problem}


def _time_problems(notice: Notice, now: datetime) -> dict[str, Message]:
    found: dict[str, Message] = {}
    if notice.deadline < now + timedelta(days=FEWEST_DAYS):
        found["deadline"] = lazy_gettext(
            "Please leave at least %(days)s days for bids, from publication on.", days=FEWEST_DAYS
        )
    if not now < notice.questions_until <= notice.deadline:
        found["questions_until"] = lazy_gettext(
            "Questions end after today, and no later than the bids."
        )
    return found


def check_ceiling(ceiling: int, free: int, currency: str) -> None:
    """Raise ``Invalid`` when there is less money than the notice promises."""
    if ceiling > free:
        problem = lazy_gettext(
            "Only %(free)s of this project's money is committed and neither under contract nor "
            "put out to tender. Please ask for less, or have more committed first.",
            free=format_money(max(0, free), currency),
        )
        raise Invalid(problem, fields={"ceiling": problem})


def canonical_notice(session: Session, tender: Tender) -> dict[str, Any]:
    """All that a notice says; its canonical JSON's SHA-256 is what is recorded."""
    milestones = select(Milestone.id).where(Milestone.tender_id == tender.id)
    criteria = select(Criterion).where(Criterion.tender_id == tender.id)
    return {
        "tender": tender.id,
        "project": tender.project_id,
        "method": tender.method,
        "title": tender.title,
        "scope": tender.scope,
        "ceiling": tender.ceiling,
        "currency": tender.currency,
        "questions_until": _text(tender.questions_until),
        "deadline": _text(tender.deadline),
        "min_bids": tender.min_bids,
        "min_reviewers": tender.min_reviewers,
        "standstill_days": tender.standstill_days,
        "retention_bp": tender.retention_bp,
        "warranty_months": tender.warranty_months,
        "direct_reason": tender.direct_reason,
        "milestones": list(session.scalars(milestones.order_by(Milestone.position))),
        "criteria": [
            {"kind": one.kind, "name": one.name, "about": one.about, "weight": one.weight}
            for one in session.scalars(criteria.order_by(Criterion.position))
        ],
        "seal": tender.seal,
    }


def notice_hash(session: Session, tender: Tender) -> str:
    """The SHA-256 of all that a notice says."""
    return digest(canonical_notice(session, tender))


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
