"""The forms of what comes after the signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from accounts.code_form import code_fields
from core.forms import MoneyField, XForm, line, options
from core.i18n import Message, gettext, lazy_gettext
from projects.forms import CHOOSE, FILL_IN
from projects.works.forms import bound, reason
from projects.works.services.reporting import MOST_PHOTOS
from sponsorship.pledges.words import METHODS

Named = Sequence[tuple[int, str]]
_PUBLIC = lazy_gettext("Everybody will read this. Please name no private people.")


def reason_form(label: Message, *, weighty: bool = False) -> XForm:
    """A reason that everybody reads; ``weighty`` asks for the second factor."""
    fields: dict[str, Any] = {"reason": reason(label, description=_PUBLIC)}
    return bound("ReasonForm", fields | (code_fields() if weighty else {}))


def confirm_form() -> XForm:
    """A button, and the second factor where it was shown long ago."""
    return bound("ConfirmForm", code_fields())


def release_form(projects: Named, milestones: Named, free: int, currency: str) -> XForm:
    """How much goes to which project, of those there are to choose from, or for which milestone."""
    fields: dict[str, Any] = {
        "key": HiddenField(),
        "amount": MoneyField(
            lazy_gettext("How much of the sponsor's money?"),
            [InputRequired(FILL_IN)],
            currency=currency,
            description=lazy_gettext(
                "The public money that goes with it is added by itself, in the same share."
            ),
        ),
    }
    if projects:
        fields["project_id"] = _choice(lazy_gettext("To which project?"), projects)
    if milestones:
        whole = [(0, gettext("The project as a whole")), *milestones]
        fields["milestone_id"] = _choice(lazy_gettext("For which part of its plan?"), whole)
    return bound("ReleaseForm", fields, amount=free)


def receipt_form(currency: str, today: date) -> XForm:
    """What arrived of a gift in kind, with photos and its value."""
    fields: dict[str, Any] = {
        "key": HiddenField(),
        "text": reason(lazy_gettext("What arrived, and how much of it?"), description=_PUBLIC),
        "received_on": DateField(
            lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Please choose a day."))]
        ),
        "complete": RadioField(
            lazy_gettext("Is that all of it?"),
            [InputRequired(CHOOSE)],
            choices=options(
                [
                    ("yes", lazy_gettext("Yes, nothing is missing now")),
                    ("no", lazy_gettext("No, more is to come")),
                ]
            ),
        ),
        "value": MoneyField(
            lazy_gettext("What is it worth?"), [InputRequired(FILL_IN)], currency=currency
        ),
        "far_above": BooleanField(
            lazy_gettext("It is worth more than three times what was agreed, and I explain why")
        ),
        "method": SelectField(
            lazy_gettext("How was that found?"), choices=options(METHODS.items())
        ),
        "basis": reason(
            lazy_gettext("How exactly?"),
            description=lazy_gettext("Figures that others can check: prices, hours, an invoice."),
        ),
    }
    for number in range(1, MOST_PHOTOS + 1):
        fields[f"photo_{number}"] = FileField(lazy_gettext("Photo %(number)s", number=number))
        fields[f"alt_{number}"] = line(
            lazy_gettext("What does photo %(number)s show?", number=number), 200, required=False
        )
    return bound("ReceiptForm", fields, received_on=today)


def _choice(label: Message, named: Named) -> SelectField:
    return SelectField(label, [InputRequired(CHOOSE)], choices=options(named), coerce=int)
