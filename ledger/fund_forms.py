"""Forms of funds, closings, payees and limits."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from core.forms import MoneyField, XForm, line, options
from core.i18n import lazy_gettext
from core.types import MAX_MINOR, MINOR_UNITS
from ledger.forms import CHOOSE, REQUIRED, PayeeChecks, payee_fields
from ledger.models import FundKind
from ledger.words import FUND_KINDS

Areas = list[tuple[int, str]]


def _area(areas: Areas) -> SelectField:
    pairs = [("", CHOOSE), *((str(ident), name) for ident, name in areas)]
    return SelectField(lazy_gettext("Area"), [InputRequired(REQUIRED)], choices=options(pairs))


class FundFields(XForm):
    """A new fund; ``fund_form`` adds the areas and the plan."""

    kind = SelectField(
        lazy_gettext("Whose money?"),
        choices=options(FUND_KINDS.items()),
        default=FundKind.ALLOCATION,
    )
    year = IntegerField(
        lazy_gettext("Year"),
        [
            InputRequired(REQUIRED),
            NumberRange(2000, 2200, lazy_gettext("Please look at the year.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    currency = SelectField(
        lazy_gettext("Currency"),
        choices=options((code, code) for code in MINOR_UNITS),
        default="CNY",
    )
    name_zh_Hans = line(lazy_gettext("Name in Chinese"), 120, required=False)  # noqa: N815
    name_en = line(lazy_gettext("Name in English"), 120, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two names is needed."""
        fits = super().validate(extra_validators)
        if not (self.name_zh_Hans.data or self.name_en.data):
            self.name_zh_Hans.errors = [lazy_gettext("Please write a name in one language.")]
            return False
        return fits


def fund_form(areas: Areas, year: int, currency: str) -> XForm:
    """The form for a new fund in one of ``areas``; its plan is typed in ``currency``."""
    fields = {"area": _area(areas), "planned": _planned(currency, needed=False)}
    form: XForm = type("FundForm", (FundFields,), fields)(data={"year": year})
    return form


def _planned(currency: str, *, needed: bool) -> MoneyField:
    checks: list[Any] = [InputRequired(REQUIRED)] if needed else [Optional()]
    return MoneyField(
        lazy_gettext("Budget of the year, as it was decided"), checks, currency=currency, at_least=0
    )


def plan_form(currency: str, planned: int | None) -> XForm:
    """The form that changes a year's budget."""
    fields = {"planned": _planned(currency, needed=True)}
    form: XForm = type("PlanForm", (XForm,), fields)(data={"planned": planned})
    return form


def closing_form(areas: Areas) -> XForm:
    """The form that asks for books to be closed."""
    day = DateField(
        lazy_gettext("Up to and including"),
        [InputRequired(lazy_gettext("Please choose a day."))],
    )
    form: XForm = type("ClosingForm", (XForm,), {"area": _area(areas), "ends_on": day})()
    return form


def payee_form() -> XForm:
    """The form for somebody who can be paid."""
    form: XForm = type("PayeeForm", (PayeeChecks,), payee_fields())()
    return form


class LimitsForm(XForm):
    """How much each role may approve, and from where on two people have to; in yuan."""

    finance_most = MoneyField(
        lazy_gettext("Finance officers approve up to"), [InputRequired(REQUIRED)], at_least=0
    )
    approver_most = MoneyField(
        lazy_gettext("Approvers approve up to"),
        [InputRequired(REQUIRED)],
        at_least=0,
        at_most=MAX_MINOR,
    )
    three_above = MoneyField(
        lazy_gettext("Two people must approve above"), [InputRequired(REQUIRED)], at_least=0
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Approvers may approve at least as much as finance officers."""
        if not super().validate(extra_validators):
            return False
        if self.approver_most.data < self.finance_most.data:
            self.approver_most.errors = [
                lazy_gettext("Approvers may approve at least as much as finance officers.")
            ]
            return False
        return True
