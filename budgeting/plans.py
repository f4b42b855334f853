"""What an officer decides about a round, checked as a whole before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from budgeting.limits import NO_LIMITS, RoundLimits
from budgeting.models import BallotType, PhaseKind
from core.errors import Invalid
from core.i18n import Message, format_money, lazy_gettext
from core.types import MAX_MINOR, Json, Texts

OPTIONAL = frozenset({PhaseKind.DISCUSSION})
Dates: TypeAlias = Mapping[PhaseKind, tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round as typed into its form. Amounts are minor units, phases ``(start, end)`` by kind,
    ``sub_budgets`` amounts by area."""

    title: Texts
    summary: Texts
    languages: list[str]
    currency: str
    ballot_type: BallotType
    max_choices: int
    max_points: int
    cost_min: int
    cost_max: int
    min_age: int
    verified_only: bool
    rule: Json
    categories: Sequence[Texts]
    phases: Dates
    sub_budgets: Mapping[int, int]
    limits: RoundLimits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Amendment:
    """What may still change once a round is public: how it is called, and dates to come."""

    title: Texts
    summary: Texts
    phases: Dates


def check_amendment(amendment: Amendment) -> None:
    """Raise ``Invalid``, with a message at each field at fault, unless it fits together."""
    _raise(_title_faults(amendment.title) | phase_faults(amendment.phases))


def check_plan(plan: RoundPlan) -> None:
    """Raise ``Invalid``, with a message at each field at fault, unless the plan fits together."""
    faults = _title_faults(plan.title) | phase_faults(plan.phases) | _money_faults(plan)
    if not plan.categories:
        faults["categories"] = lazy_gettext("Please name at least one category.")
    _raise(faults)


def _raise(faults: Mapping[str, Message]) -> None:
    if faults:
        raise Invalid(lazy_gettext("Please look at the marked fields."), fields=faults)


def _title_faults(title: Texts) -> dict[str, Message]:
    if title:
        return {}
    return {"title_zh_Hans": lazy_gettext("Please give a title in at least one language.")}


def phase_faults(phases: Dates) -> dict[str, Message]:
    """What is wrong with the dates of a round's phases, by the name of the field at fault."""
    faults: dict[str, Message] = {}
    before: datetime | None = None
    for kind in PhaseKind:
        start, end = phases.get(kind, (None, None))
        if start is None and end is None and kind in OPTIONAL:
            continue
        if start is None or end is None:
            name = f"{kind}_starts" if start is None else f"{kind}_ends"
            faults[name] = lazy_gettext("Please choose a date and a time.")
            continue
        if end <= start:
            faults[f"{kind}_ends"] = lazy_gettext("This phase would end before it begins.")
        if before is not None and start < before:
            faults[f"{kind}_starts"] = lazy_gettext(
                "This phase would begin before the one above has ended."
            )
        before = max(before or end, end)
    return faults


def _money_faults(plan: RoundPlan) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    if plan.cost_max < plan.cost_min:
        faults["cost_max"] = lazy_gettext("The highest cost is below the lowest.")
    largest = max(plan.sub_budgets.values(), default=0)
    first = f"amount_{next(iter(plan.sub_budgets), 0)}"
    if largest <= 0:
        faults[first] = lazy_gettext("Please give at least one budget an amount.")
    elif sum(plan.sub_budgets.values()) > MAX_MINOR:
        faults[first] = lazy_gettext("All budgets together are too much to count.")
    elif plan.cost_min > largest:
        faults["cost_min"] = lazy_gettext(
            "No project could be paid: the largest budget is %(largest)s.",
            largest=format_money(largest, plan.currency),
        )
    return faults
