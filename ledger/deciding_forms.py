"""What is asked before a voucher is decided: a reason, a day, the second factor again."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

from wtforms import DateField, HiddenField
from wtforms.validators import InputRequired

from accounts.code_form import code_fields
from core.forms import XForm, line, text
from core.i18n import lazy_gettext

_KEY = re.compile(r"[\w-]{16,40}")


def _fields(verb: str) -> dict[str, Any]:
    if verb == "refuse":
        label = lazy_gettext("Why not? Everybody will read this.")
        return {"reason": text(label, 500, render_kw={"rows": 3})}
    if verb == "undo":
        label = lazy_gettext("Why is it undone? Everybody will read this.")
        return {"key": HiddenField(), "reason": line(label, 300)}
    if verb == "pay":
        needed = InputRequired(lazy_gettext("Please choose a day."))
        return {"paid_on": DateField(lazy_gettext("Day on which the bank paid"), [needed])}
    return {}


def decision_form(verb: str, *, weighty: bool, today: date) -> XForm:
    """The form that confirms ``verb``; a ``weighty`` one asks for the second factor again."""
    fields = _fields(verb) | (code_fields() if weighty else {})
    form: XForm = type("DecisionForm", (XForm,), fields)(data={"paid_on": today})
    if "key" in form and not _KEY.fullmatch(form["key"].data or ""):
        form["key"].data = secrets.token_urlsafe(16)
    return form
