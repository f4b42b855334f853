"""The forms in which a notice, or a direct award, is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from core.forms import LocalDateTimeField, MoneyField, XForm, line, text
from core.i18n import lazy_gettext
from projects.models import Criterion, CriterionKind, Milestone, Tender
from projects.tenders.forms.fields import FILL_IN, bind, milestone_ticks, number, one_of, reason
from projects.tenders.notice import Asked, Direct, Notice
from projects.tenders.rules import Rule

QUALITIES = 5  # criteria besides the price
_WEIGHT = NumberRange(0, 100, lazy_gettext("A whole number from 0 to 100."))


def _common(milestones: Sequence[Milestone], currency: str) -> dict[str, Any]:
    return {
        "title": line(lazy_gettext("What is sought?"), 120),
        "scope": text(
            lazy_gettext("What exactly is to be done?"),
            10_000,
            description=lazy_gettext(
                "So that somebody who has never been there can work out a price: what, how much, "
                "where, by when, of what quality."
            ),
            render_kw={"rows": 10},
        ),
        "milestones": milestone_ticks(milestones, currency),
        "retention": number(
            lazy_gettext("Kept back from each payment until the warranty ends, in per cent"), 0, 20
        ),
        "warranty_months": number(lazy_gettext("Warranty, in months"), 0, 120),
    }


def notice_form(
    milestones: Sequence[Milestone], currency: str, rule: Rule, known: Tender | None = None
) -> XForm:
    """The form of an open tender; filled with ``known`` or with what the rules ask for."""
    fields = _common(milestones, currency) | {
        "ceiling": MoneyField(
            lazy_gettext("At most"),
            [InputRequired(FILL_IN)],
            currency=currency,
            description=lazy_gettext("A bid above this is not taken."),
        ),
        "questions_until": LocalDateTimeField(
            lazy_gettext("Questions until"), [InputRequired(FILL_IN)]
        ),
        "deadline": LocalDateTimeField(lazy_gettext("Bids until"), [InputRequired(FILL_IN)]),
        "min_bids": number(lazy_gettext("Fewest bids"), 1, 50),
        "min_reviewers": number(lazy_gettext("Fewest reviewers"), 2, 20),
        "standstill_days": number(
            lazy_gettext("Working days for objections after the award"), 1, 60
        ),
        "price_weight": IntegerField(
            lazy_gettext("Weight of the price, in per cent"), [Optional(), _WEIGHT]
        ),
    }
    for each in range(1, QUALITIES + 1):
        fields |= {
            f"name_{each}": line(lazy_gettext("What is looked at"), 120, required=False),
            f"weight_{each}": IntegerField(
                lazy_gettext("Weight, in per cent"), [Optional(), _WEIGHT]
            ),
            f"about_{each}": line(lazy_gettext("What counts"), 500, required=False),
        }
    return bind("NoticeForm", fields, _known_notice(known, rule))


def _known_notice(known: Tender | None, rule: Rule) -> dict[str, Any]:
    if known is None:
        return {
            "min_bids": rule.min_bids,
            "min_reviewers": rule.min_reviewers,
            "standstill_days": rule.standstill_days,
            "retention": 5,
            "warranty_months": 12,
            "price_weight": 60,
        }
    names = ("ceiling", "questions_until", "deadline", "min_bids", "min_reviewers")
    values = _known(known) | {name: getattr(known, name) for name in names}
    values["standstill_days"] = known.standstill_days
    values |= {"price_weight": 0} | _known_criteria(known.criteria)
    return values


def _known_criteria(criteria: Sequence[Criterion]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in criteria:
        if one.kind == CriterionKind.PRICE:
            found["price_weight"] = one.weight
    qualities = [one for one in criteria if one.kind == CriterionKind.QUALITY]
    for each, one in enumerate(qualities, 1):
        found |= {
            f"name_{each}": one.name,
            f"weight_{each}": one.weight,
            f"about_{each}": one.about,
        }
    return found


def _known(known: Tender) -> dict[str, Any]:
    return {
        "title": known.title,
        "scope": known.scope,
        "retention": known.retention_bp // 100,
        "warranty_months": known.warranty_months,
    }


def notice_of(form: XForm, price_name: str) -> Notice:
    """What was typed; the price is a criterion under ``price_name`` where it has a weight."""
    criteria = []
    if weight := form["price_weight"].data:
        criteria.append(Asked(CriterionKind.PRICE, price_name, weight))
    for each in range(1, QUALITIES + 1):
        name, weight = form[f"name_{each}"].data, form[f"weight_{each}"].data or 0
        if name or weight:
            about = form[f"about_{each}"].data or ""
            criteria.append(Asked(CriterionKind.QUALITY, name or str(each), weight, about))
    return Notice(
        title=form["title"].data,
        scope=form["scope"].data,
        ceiling=form["ceiling"].data,
        milestones=tuple(form["milestones"].data),
        criteria=tuple(criteria),
        questions_until=form["questions_until"].data,
        deadline=form["deadline"].data,
        min_bids=form["min_bids"].data,
        min_reviewers=form["min_reviewers"].data,
        standstill_days=form["standstill_days"].data,
        retention_bp=100 * form["retention"].data,
        warranty_months=form["warranty_months"].data,
    )


def direct_form(
    milestones: Sequence[Milestone],
    currency: str,
    organisations: Sequence[tuple[int, str]],
    known: Tender | None = None,
) -> XForm:
    """The form of a direct award."""
    fields = _common(milestones, currency) | {
        "organisation": one_of(lazy_gettext("Who does the work?"), organisations),
        "amount": MoneyField(
            lazy_gettext("For how much?"), [InputRequired(FILL_IN)], currency=currency
        ),
        "reason": reason(lazy_gettext("Why them, and why without a tender?")),
    }
    data = {"retention": 5, "warranty_months": 12}
    if known is not None:
        data = _known(known) | {
            "organisation": known.winner_id,
            "amount": known.award_amount,
            "reason": known.direct_reason,
        }
    return bind("DirectForm", fields, data)


def direct_of(form: XForm) -> Direct:
    """What was typed."""
    return Direct(
        title=form["title"].data,
        scope=form["scope"].data,
        organisation_id=form["organisation"].data,
        amount=form["amount"].data,
        reason=form["reason"].data,
        milestones=tuple(form["milestones"].data),
        retention_bp=100 * form["retention"].data,
        warranty_months=form["warranty_months"].data,
    )
