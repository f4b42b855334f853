"""How a round counts, as fields of its form. What a rule does not heed is not looked at."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from budgeting.rule_words import COMPARISONS, COMPLETIONS, MISFITS, RULES, STOPS, TIES, UTILITIES
from core.forms import XForm, options
from core.i18n import Message, lazy_gettext


def whole_number(label: Message, least: int, most: int, **values: Any) -> IntegerField:
    """A whole number between two bounds, which its message names."""
    message = lazy_gettext(
        "A whole number from %(least)s to %(most)s, please.", least=least, most=most
    )
    required = InputRequired(lazy_gettext("Please fill this in."))
    return IntegerField(label, [required, NumberRange(least, most, message)], **values)


class RuleFields(XForm):
    """The counting rule and its settings; a new round begins with equal shares."""

    rule = RadioField(
        lazy_gettext("Which rule?"), choices=options(RULES.items()), default="equal-shares"
    )
    utility = RadioField(
        lazy_gettext("What is a winning project worth to those who chose it?"),
        choices=options(UTILITIES.items()),
        default="ballot",
        description=lazy_gettext("Counts for equal shares."),
    )
    completion = RadioField(
        lazy_gettext("What happens with the money that is left over?"),
        choices=options(COMPLETIONS.items()),
        default="add1-utilitarian",
        description=lazy_gettext("Counts for equal shares."),
    )
    until = RadioField(
        lazy_gettext("How long do shares grow?"),
        choices=options(STOPS.items()),
        default="exhaustive",
        description=lazy_gettext("Counts for equal shares when everybody's share is raised."),
    )
    compare = RadioField(
        lazy_gettext("Compare with most votes first?"),
        choices=options(COMPARISONS.items()),
        default="none",
        description=lazy_gettext("Counts for equal shares."),
    )
    misfit = RadioField(
        lazy_gettext("When the next project no longer fits into the budget"),
        choices=options(MISFITS.items()),
        default="skip",
        description=lazy_gettext(
            "Counts for most votes first, and for equal shares when they go by votes or compare."
        ),
    )
    min_votes = whole_number(
        lazy_gettext("How many supporters does a project need at least?"),
        0,
        1_000_000,
        default=0,
        description=lazy_gettext("A project that fewer people chose cannot win. 0 asks for none."),
    )
    ties = RadioField(
        lazy_gettext("Of two that are exactly equal, which goes first?"),
        choices=options(TIES.items()),
        default="cost,votes,seed",
    )
