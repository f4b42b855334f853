"""The forms of those who bid, ask and object."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from core.forms import MoneyField, XForm, options, text
from core.i18n import gettext, lazy_gettext
from projects.models import Tender
from projects.tenders.envelopes import Offer
from projects.tenders.forms.fields import (
    FILL_IN,
    bind,
    ensure_key,
    key_field,
    knows,
    number,
    one_of,
)

Named = Sequence[tuple[int, str]]


def bid_form(tender: Tender, organisations: Named) -> XForm:
    """The form of a bid; what is typed into it is kept nowhere."""
    form = bind(
        "BidForm",
        {
            "key": key_field(),
            "organisation": one_of(lazy_gettext("Who bids?"), organisations),
            "price": MoneyField(
                lazy_gettext("Your price for everything"),
                [InputRequired(FILL_IN)],
                currency=tender.currency,
            ),
            "days": number(lazy_gettext("How many days does the work take?"), 1, 3650),
            "offer": text(
                lazy_gettext("What do you offer?"),
                10_000,
                description=lazy_gettext(
                    "How you do it, with whom, from what; whatever the criteria ask about."
                ),
                render_kw={"rows": 10},
            ),
            **knows(
                lazy_gettext(
                    "Does anybody of yours know somebody who decides here, as family, friend or "
                    "in business?"
                ),
                lazy_gettext("Yes, somebody"),
                lazy_gettext("No, nobody"),
            ),
            "paper": FileField(
                lazy_gettext("A document, if you like"),
                description=lazy_gettext(
                    "One PDF of up to 10 MB. It is sealed too, and stays with those who judge."
                ),
            ),
            "honest": BooleanField(
                lazy_gettext("All of this is true, and nobody agreed on it with other bidders."),
                [InputRequired(lazy_gettext("Please tick this, or do not bid."))],
            ),
        },
        {"organisation": organisations[0][0] if len(organisations) == 1 else 0},
    )
    ensure_key(form)
    return form


def offer_of(form: XForm, relations: str, paper: bytes | None) -> Offer:
    """What was typed, on its way into the envelope."""
    return Offer(
        price=form["price"].data,
        days=form["days"].data,
        offer=form["offer"].data,
        relations=relations,
        paper=paper,
    )


def question_form() -> XForm:
    """The form of a question."""
    hint = lazy_gettext("It is shown with its answer, without your name.")
    field = text(lazy_gettext("Your question"), 1000, description=hint, render_kw={"rows": 3})
    return bind("QuestionForm", {"text": field})


def objection_form(organisations: Named, *, resident: bool) -> XForm:
    """The form of an objection, for a bidder or as a resident."""
    choices = [*([(0, gettext("Myself, as a resident"))] if resident else []), *organisations]
    return bind(
        "ObjectionForm",
        {
            "organisation": SelectField(
                lazy_gettext("Who objects?"), choices=options(choices), coerce=int
            ),
            "text": text(
                lazy_gettext("What is wrong with this award?"),
                4000,
                description=lazy_gettext(
                    "Everybody will read this. Please name no private people."
                ),
                render_kw={"rows": 6},
            ),
        },
    )
