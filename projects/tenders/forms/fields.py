"""Fields that several forms about tenders share."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import XForm, options, text
from core.i18n import Message, format_money, gettext, lazy_gettext
from projects.models import Milestone

FILL_IN: Message = lazy_gettext("Please fill this in.")
CHOOSE: Message = lazy_gettext("Please choose one.")
_KEY = re.compile(r"[\w-]{16,40}")


def number(label: Message, least: int, most: int, **more: Any) -> IntegerField:
    """A whole number between two bounds."""
    problem = lazy_gettext("A whole number from %(least)s to %(most)s.", least=least, most=most)
    bounds = [InputRequired(FILL_IN), NumberRange(least, most, problem)]
    return IntegerField(label, bounds, **more)


def ticks(label: Message, choices: Sequence[tuple[int, str]], **more: Any) -> Any:
    """A list of boxes to tick."""
    return SelectMultipleField(
        label,
        choices=options(choices),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )


def milestone_ticks(rows: Sequence[Milestone], currency: str) -> Any:
    """The parts of a plan that may be put out to tender."""
    choices = [
        (
            one.id,
            gettext(
                "%(title)s (%(budget)s)", title=one.title, budget=format_money(one.budget, currency)
            ),
        )
        for one in rows
    ]
    return ticks(lazy_gettext("Which parts of the plan?"), choices)


def one_of(label: Message, choices: Sequence[tuple[int, str]], **more: Any) -> SelectField:
    """One to choose; nothing is chosen at first."""
    empty = [(0, gettext("Please choose")), *choices]
    return SelectField(label, [DataRequired(CHOOSE)], choices=options(empty), coerce=int, **more)


def knows(label: Message, yes: Message, no: Message) -> dict[str, Any]:
    """Whether somebody knows somebody, and whom."""
    return {
        "knows": RadioField(
            label, [InputRequired(CHOOSE)], choices=options([("no", no), ("yes", yes)])
        ),
        "relation": text(
            lazy_gettext("Whom, and how?"), 2000, required=False, render_kw={"rows": 3}
        ),
    }


def check_knows(form: XForm) -> str | None:
    """What was declared, empty for nobody; None, saying so on the form, when it is not said."""
    if form["knows"].data == "no":
        return ""
    said: str = form["relation"].data or ""
    if not said:
        form["relation"].errors = [gettext("Please say whom, and how you know them.")]
        return None
    return said


def reason(label: Message, most: int = 2000, rows: int = 4) -> Any:
    """Why something is decided; everybody reads it."""
    hint = lazy_gettext("Everybody will read this. Please name no private people.")
    return text(label, most, description=hint, render_kw={"rows": rows})


def key_field() -> HiddenField:
    """What makes a form that is sent twice one."""
    return HiddenField()


def ensure_key(form: XForm) -> str:
    """The key of a form; a new one where none fits."""
    known: str = form["key"].data or ""
    if not _KEY.fullmatch(known):
        known = form["key"].data = secrets.token_urlsafe(16)
    return known


def bind(name: str, fields: dict[str, Any], data: dict[str, Any] | None = None) -> XForm:
    """A form of these fields."""
    form: XForm = type(name, (XForm,), fields)(data=data or {})
    return form
