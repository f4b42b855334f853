"""What an officer has typed into a round's form, as the plan or the change that it describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from budgeting.category_text import read_categories
from budgeting.forms import typed_dates
from budgeting.limits import RoundLimits
from budgeting.models import BallotType, PhaseKind, Round
from budgeting.plans import Amendment, RoundPlan
from budgeting.rule_settings import DEFAULTS, settle
from core.forms import texts
from core.i18n import LANGUAGE_NAMES, LOCALES, Message
from core.types import Texts


def plan_of(form: Any, areas: Sequence[tuple[int, Message]]) -> RoundPlan:
    """The plan that a valid form describes."""
    title = _typed(form, "title")
    categories = read_categories(form.categories.data, form.currency.data)
    sub_budgets = {area: form[f"amount_{area}"].data or 0 for area, _label in areas}
    return RoundPlan(
        title=title,
        summary=_typed(form, "summary"),
        languages=[locale for locale in LANGUAGE_NAMES if locale in title],
        currency=form.currency.data,
        ballot_type=BallotType(form.ballot_type.data),
        max_choices=form.max_choices.data,
        max_points=form.max_points.data,
        cost_min=form.cost_min.data,
        cost_max=form.cost_max.data,
        min_age=form.min_age.data,
        verified_only=form.verified_only.data,
        rule=settle({name: form[name].data for name in DEFAULTS}, form.ballot_type.data),
        categories=[category.name for category in categories],
        phases=typed_dates(form),
        sub_budgets=sub_budgets,
        limits=RoundLimits(
            categories={i: c.ceiling for i, c in enumerate(categories) if c.ceiling},
            areas=_area_ceilings(form, areas[1:], sub_budgets),
        ),
    )


def _area_ceilings(
    form: Any, areas: Sequence[tuple[int, Message]], sub_budgets: Mapping[int, int]
) -> dict[int, int]:
    """Ceilings of the areas below; one with a budget of its own needs none."""
    typed = {area: form[f"ceiling_{area}"].data for area, _label in areas}
    return {area: most for area, most in typed.items() if most and not sub_budgets[area]}


def amendment_of(form: Any, round_: Round) -> Amendment:
    """The amendment that a valid form describes.

    Inputs know no seconds: a date that was left as it was shown stays what it is to the second.
    """
    phases = dict(typed_dates(form))
    for phase in round_.phases:
        known, typed = (phase.starts_at, phase.ends_at), phases[PhaseKind(phase.kind)]
        pairs = zip(known, typed, strict=True)
        phases[PhaseKind(phase.kind)] = tuple(  # type: ignore[assignment]  # two of each
            before if after == before.replace(second=0, microsecond=0) else after
            for before, after in pairs
        )
    return Amendment(_typed(form, "title"), _typed(form, "summary"), phases)


def _typed(form: Any, name: str) -> Texts:
    return texts({locale: form[f"{name}_{locale}"].data for locale in LOCALES})
