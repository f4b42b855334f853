"""What fits together in a round's rule and limits, but is hardly what its officers want."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from budgeting.limits import RoundLimits, limits_of
from budgeting.models import Round
from budgeting.rule_settings import WITH_POINTS, complete
from core.i18n import Message, format_money, lazy_gettext, ngettext


def rule_doubts(round_: Round) -> Iterator[Message]:
    """What to think over about how votes are counted, and about ceilings."""
    rule = complete(round_.rule)
    if rule["rule"] == "phragmen" and round_.ballot_type in WITH_POINTS:
        yield lazy_gettext(
            "Balanced burden does not look at points or places. Picking projects would be the "
            "simpler ballot for it."
        )
    if rule["rule"] == "equal-shares" and rule["completion"] == "none":
        yield lazy_gettext(
            "What is left over stays unspent. With equal shares that is often much money."
        )
    yield from _ceiling_doubts(round_)


def _ceiling_doubts(round_: Round) -> Iterator[Message]:
    limits = limits_of(round_)
    ceilings = [*limits.categories.values(), *limits.areas.values()]
    largest = max((budget.amount for budget in round_.sub_budgets), default=0)
    for amount in sorted({found for found in ceilings if found >= largest}):
        yield lazy_gettext(
            "A ceiling of %(amount)s is not below any budget, so it changes nothing.",
            amount=format_money(amount, round_.currency),
        )
    for amount in sorted({found for found in ceilings if found < round_.cost_min}):
        yield lazy_gettext(
            "Below a ceiling of %(amount)s nothing can win: a project costs at least %(least)s.",
            amount=format_money(amount, round_.currency),
            least=format_money(round_.cost_min, round_.currency),
        )
    if limits.areas and round_.area_id not in {budget.area_id for budget in round_.sub_budgets}:
        yield lazy_gettext(
            "Areas have ceilings, but there is no budget for all that could pay their projects."
        )


def group_doubts(limits: RoundLimits, ready: Collection[int]) -> Iterator[Message]:
    """What to think over about single projects, of which only those in ``ready`` can win."""
    alone = sum(len(set(group) & set(ready)) < 2 for group in limits.exclusive)
    if alone:
        yield ngettext(
            "%(num)s group has fewer than two projects that are ready, so it changes nothing.",
            "%(num)s groups have fewer than two projects that are ready, so they change nothing.",
            alone,
        )
    if any(set(group) & set(limits.payers) for group in limits.exclusive):
        yield lazy_gettext(
            "In a group with a project that is paid for already, no other project can win."
        )
    lost = sum(project not in ready for project in limits.payers)
    if lost:
        yield ngettext(
            "%(num)s project that is paid for already is not ready for the ballot.",
            "%(num)s projects that are paid for already are not ready for the ballot.",
            lost,
        )
