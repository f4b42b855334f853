"""The form of a round. Its fields follow the area: one amount for each budget it can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from budgeting.category_text import read_categories, write_categories
from budgeting.limits import limits_of
from budgeting.models import BallotType, PhaseKind, Round
from budgeting.plans import OPTIONAL, Dates, phase_faults
from budgeting.rule_forms import RuleFields, whole_number
from budgeting.rule_settings import complete
from budgeting.words import BALLOTS, PHASES
from core.forms import LocalDateTimeField, MoneyField, XForm, line, options, text
from core.i18n import LOCALES, Message, lazy_gettext
from core.types import MINOR_UNITS, Texts

MOST_CATEGORIES, LONGEST_CATEGORY = 20, 60
YEARS = (2000, 2200)


class NameFields(XForm):
    """How a round is called and what it is about."""

    title_zh_Hans = line(lazy_gettext("Title in Chinese"), 120, required=False)  # noqa: N815
    title_en = line(lazy_gettext("Title in English"), 120, required=False)
    summary_zh_Hans = text(lazy_gettext("What it is about, in Chinese"), 1000, required=False)  # noqa: N815
    summary_en = text(lazy_gettext("What it is about, in English"), 1000, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field, say at once which dates do not follow each other."""
        fits = super().validate(extra_validators)
        faults = {n: t for n, t in phase_faults(typed_dates(self)).items() if not self[n].errors}
        for name, fault in faults.items():
            self[name].errors = [fault]
        return fits and not faults


class RoundFields(NameFields, RuleFields):
    """What every round's form has; ``round_form`` adds dates and budgets."""

    currency = SelectField(
        lazy_gettext("Currency"),
        choices=options((code, code) for code in MINOR_UNITS),
        default="CNY",
    )
    categories = text(
        lazy_gettext("Categories"),
        2000,
        description=lazy_gettext(
            "One on each line: 环境 | Environment. One language is enough. If its projects may not "
            "win more than so much together in a budget, add that: 环境 | Environment | 50000."
        ),
        render_kw={"rows": 5},
    )
    ballot_type = RadioField(
        lazy_gettext("How do people vote?"),
        choices=options(BALLOTS.items()),
        default=BallotType.APPROVAL,
    )
    max_choices = whole_number(
        lazy_gettext("At most how many projects, for each budget?"),
        1,
        1000,
        default=5,
        description=lazy_gettext(
            "Counts for picking a number of projects and for putting in order."
        ),
    )
    max_points = whole_number(
        lazy_gettext("How many points, for each budget?"),
        1,
        1000,
        default=10,
        description=lazy_gettext("Counts for sharing out points."),
    )
    min_age = whole_number(lazy_gettext("Least age of voters"), 0, 120, default=18)
    verified_only = BooleanField(
        lazy_gettext("Only people whose real name was checked may vote"), default=True
    )

    def validate_categories(self, field: Any) -> None:
        """Bound the number of lines and their length, and look at the amounts in them."""
        try:
            rows = read_categories(field.data, self.currency.data)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if len(rows) > MOST_CATEGORIES:
            raise ValidationError(
                lazy_gettext("At most %(most)s categories, please.", most=MOST_CATEGORIES)
            )
        if any(len(name) > LONGEST_CATEGORY for row in rows for name in row.name.values()):
            raise ValidationError(
                lazy_gettext(
                    "At most %(most)s characters for each category, please.", most=LONGEST_CATEGORY
                )
            )


def round_form(
    areas: Sequence[tuple[int, Message]],
    *,
    round_: Round | None = None,
    categories: Sequence[Texts] = (),
) -> RoundFields:
    """The form for a round whose budgets may be for ``areas``, the round's own area first.

    With ``round_`` it begins with the values of that draft, and with its ``categories``.
    """
    currency = request.form.get("currency", round_.currency if round_ else "CNY")
    currency = currency if currency in MINOR_UNITS else "CNY"
    fields: dict[str, Field] = {f"amount_{area}": _amount(label, currency) for area, label in areas}
    fields |= {f"ceiling_{area}": _ceiling(label, currency) for area, label in areas[1:]}
    fields |= {
        "cost_min": _cost(lazy_gettext("Lowest cost of a project"), currency),
        "cost_max": _cost(lazy_gettext("Highest cost of a project"), currency),
    }
    made = type("RoundForm", (RoundFields,), fields | _dates())
    values = _values(round_) if round_ else {}
    ceilings = limits_of(round_).categories if round_ else {}
    typed = write_categories(categories, ceilings, currency)
    return made(data=values | {"categories": typed})  # type: ignore[no-any-return]  # made from RoundFields


def amendment_form(round_: Round) -> NameFields:
    """The form for what may still change of a public round; nothing else is even read."""
    made = type("AmendmentForm", (NameFields,), _dates())
    return made(data=_values(round_))  # type: ignore[no-any-return]  # made from NameFields


def typed_dates(form: Any) -> Dates:
    """From when until when each phase is to be, as far as it was typed."""
    return {kind: (form[f"{kind}_starts"].data, form[f"{kind}_ends"].data) for kind in PhaseKind}


def _dates() -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for kind in PhaseKind:
        fields[f"{kind}_starts"] = _date(lazy_gettext("%(phase)s from", phase=PHASES[kind]), kind)
        fields[f"{kind}_ends"] = _date(lazy_gettext("%(phase)s until", phase=PHASES[kind]), kind)
    return fields


def _amount(label: Message, currency: str) -> MoneyField:
    return MoneyField(label, [Optional()], currency=currency, at_least=0)


def _ceiling(label: Message, currency: str) -> MoneyField:
    name = lazy_gettext("Ceiling for %(area)s", area=label)
    return MoneyField(name, [Optional()], currency=currency)


def _cost(label: Message, currency: str) -> MoneyField:
    required = InputRequired(lazy_gettext("Please fill this in."))
    return MoneyField(label, [required], currency=currency)


def _date(label: Message, kind: PhaseKind) -> LocalDateTimeField:
    needed = (
        Optional()
        if kind in OPTIONAL
        else InputRequired(lazy_gettext("Please choose a date and a time."))
    )
    return LocalDateTimeField(label, [needed, _in_our_time])


def _in_our_time(_form: object, field: Any) -> None:
    """A mistyped year is a slip, and dates at the ends of time cannot be reckoned with."""
    if field.data is not None and not YEARS[0] <= field.data.year <= YEARS[1]:
        raise ValidationError(lazy_gettext("Please look at the year."))


def _values(round_: Round) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(round_, name)
        for name in (
            "currency",
            "ballot_type",
            "max_choices",
            "max_points",
            "min_age",
            "verified_only",
            "cost_min",
            "cost_max",
        )
    }
    values |= complete(round_.rule)
    for locale in LOCALES:
        values[f"title_{locale}"] = round_.title.get(locale, "")
        values[f"summary_{locale}"] = round_.summary.get(locale, "")
    for phase in round_.phases:
        values |= {f"{phase.kind}_starts": phase.starts_at, f"{phase.kind}_ends": phase.ends_at}
    values |= {f"ceiling_{area}": most for area, most in limits_of(round_).areas.items()}
    return values | {f"amount_{b.area_id}": b.amount for b in round_.sub_budgets}


class ReasonForm(XForm):
    """Why a round is called off; everybody reads it."""

    reason = text(lazy_gettext("Why? Everybody will read this."), 1000)
