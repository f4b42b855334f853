"""The forms of those who pay, and of the office that gives back."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from accounts.code_form import code_fields
from core.forms import MoneyField, XForm, line, options, text
from core.i18n import Message, lazy_gettext
from projects.tenders.forms.fields import CHOOSE, FILL_IN, bind, ensure_key, key_field

Named = Sequence[tuple[str, Message]]


def pay_form(instalments: Named, ways: Named) -> XForm:
    """Which instalment, and how; where there is one only, it is chosen."""
    first = {
        "instalment": instalments[0][0] if instalments else None,
        "way": ways[0][0] if len(ways) == 1 else None,
    }
    return bind(
        "PayForm",
        {
            "instalment": RadioField(
                lazy_gettext("What do you pay?"),
                [InputRequired(CHOOSE)],
                choices=options(instalments),
            ),
            "way": RadioField(
                lazy_gettext("How do you pay?"), [InputRequired(CHOOSE)], choices=options(ways)
            ),
        },
        first,
    )


def refund_form(most: int, currency: str) -> XForm:
    """How much is given back, and why."""
    form = bind(
        "RefundForm",
        {
            "key": key_field(),
            "amount": MoneyField(
                lazy_gettext("How much is given back?"),
                [InputRequired(FILL_IN)],
                currency=currency,
                at_most=most,
            ),
            "reason": text(
                lazy_gettext("Why?"),
                2000,
                description=lazy_gettext("The sponsor and the office read this."),
                render_kw={"rows": 4},
            ),
            "beyond": BooleanField(
                lazy_gettext("The fund bears what went to the project or to fees already.")
            ),
        },
        {"amount": most},
    )
    ensure_key(form)
    return form


def confirm_form(*, weighty: bool = False) -> XForm:
    """A button only; ``weighty`` asks for the second factor where it was shown long ago."""
    return bind("ConfirmForm", code_fields() if weighty else {})


def card_form() -> XForm:
    """A card of the demonstration: nothing typed here goes to anybody but the stand-in."""
    return bind(
        "CardForm",
        {
            "number": line(
                lazy_gettext("Card number"),
                30,
                description=lazy_gettext("A test card, never your own."),
                render_kw={"inputmode": "numeric", "autocomplete": "off"},
            )
        },
        {"number": "4242 4242 4242 4242"},
    )
