"""Shapes of what officers and departments type in a review."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import MoneyField, XForm, line, options, text
from core.i18n import Message, lazy_gettext
from core.text import tidy
from core.types import MAX_MINOR
from projects.calls import Call
from projects.forms import CHOOSE, FILL_IN

SHORTEST_REASON, LONGEST_REASON = 10, 4000


def _reason(label: Message, **values: Any) -> TextAreaField:
    """A reason, which nobody may leave out."""
    length = lazy_gettext(
        "Please write between %(least)s and %(most)s characters.",
        least=SHORTEST_REASON,
        most=LONGEST_REASON,
    )
    bounds = Length(SHORTEST_REASON, LONGEST_REASON, length)
    values.setdefault("render_kw", {"rows": 5})
    return TextAreaField(label, [InputRequired(FILL_IN), bounds], [tidy], **values)


class AskForm(XForm):
    """Which departments are asked about which projects, and until when."""

    organisations = SelectMultipleField(
        lazy_gettext("Which departments?"),
        [InputRequired(lazy_gettext("Please choose at least one department."))],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    working_days = IntegerField(
        lazy_gettext("Working days to answer"),
        [
            InputRequired(FILL_IN),
            NumberRange(1, 60, lazy_gettext("Between 1 and 60 working days, please.")),
        ],
        default=10,
        render_kw={"inputmode": "numeric"},
    )
    projects = SelectMultipleField(
        lazy_gettext("Which projects?"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class AnswerForm(XForm):
    """A department's answer about a project."""

    feasible = RadioField(
        lazy_gettext("Can it be done?"),
        [InputRequired(CHOOSE)],
        choices=options(
            [("yes", lazy_gettext("Yes, it can")), ("no", lazy_gettext("No, it cannot"))]
        ),
    )
    reason = _reason(
        lazy_gettext("Why?"),
        description=lazy_gettext(
            "The proposer and everybody else will read this once it is published."
        ),
    )
    conditions = text(
        lazy_gettext("On which conditions?"), LONGEST_REASON, required=False, render_kw={"rows": 3}
    )


def answer_form(currency: str, **values: Any) -> Any:
    """An ``AnswerForm`` whose costing is in ``currency``, filled with ``values``."""
    cost = MoneyField(
        lazy_gettext("What would it cost?"),
        currency=currency,
        description=lazy_gettext("Your own costing, if you have one."),
    )
    return type("BoundAnswerForm", (AnswerForm,), {"cost": cost})(data=values)


class DecisionForm(XForm):
    """An officer's decision at the end of a review."""

    eligible = RadioField(
        lazy_gettext("Does it go on?"),
        [InputRequired(CHOOSE)],
        choices=options(
            [
                ("yes", lazy_gettext("Yes, it may be voted on")),
                ("no", lazy_gettext("No, it may not")),
            ]
        ),
    )
    reason = _reason(
        lazy_gettext("Why?"),
        description=lazy_gettext("In your own words; the proposer is told, everybody can read it."),
    )
    without_missing = BooleanField(lazy_gettext("Publish without the answers still missing"))


def decision_form(call: Call, cost: int | None) -> Any:
    """A ``DecisionForm`` that offers ``cost``, minor units of the call's currency."""
    field = MoneyField(
        lazy_gettext("What it counts for on the ballot"),
        currency=call.currency,
        at_most=MAX_MINOR,
        description=lazy_gettext(
            "The highest costing of the departments, or the estimate. Change it if you must."
        ),
    )
    return type("BoundDecisionForm", (DecisionForm,), {"cost": field})(data={"cost": cost})


class TranslationForm(XForm):
    """A project's text in its other language; what stays empty falls back."""

    title = line(lazy_gettext("Title"), 120, required=False)
    summary = text(lazy_gettext("Summary"), 300, required=False, render_kw={"rows": 3})
    description = text(lazy_gettext("Description"), 10_000, required=False, render_kw={"rows": 10})
    beneficiaries = text(lazy_gettext("Who benefits?"), 300, required=False, render_kw={"rows": 2})
