"""What an officer has typed into a round's form, as the plan or the change that it describes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budgeting.forms import category_lines, typed_dates
from budgeting.models import BallotType, PhaseKind, Round
from budgeting.plans import Amendment, RoundPlan
from core.forms import texts
from core.i18n import LANGUAGE_NAMES, LOCALES, Message
from core.types import Texts


def plan_of(form: Any, areas: Sequence[tuple[int, Message]]) -> RoundPlan:
    """The plan that a valid form describes."""
    title = _typed(form, "title")
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
        rule={
            "rule": "greedy",
            "misfit": form.misfit.data,
            "min_votes": form.min_votes.data,
            "ties": form.ties.data,
        },
        categories=category_lines(form.categories.data),
        phases=typed_dates(form),
        sub_budgets={area: form[f"amount_{area}"].data or 0 for area, _label in areas},
    )


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
