"""The second factor asked once more on a form that confirms something weighty."""

from __future__ import annotations

from typing import Any

from accounts import step_up
from core.clock import now
from core.db import db
from core.forms import XForm, line
from core.i18n import lazy_gettext


def code_fields() -> dict[str, Any]:
    """The field for the code, by its name, where it has to be shown again now; else nothing."""
    if not step_up.asked_for(db.session, now()):
        return {}
    code = line(
        lazy_gettext("Code from your app"),
        40,
        description=lazy_gettext(
            "You showed it more than 15 minutes ago. The six digits, or a recovery code."
        ),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"},
    )
    return {"code": code}


def code_fits(form: XForm) -> bool:
    """Whether the code fits, where one was asked for; what is wrong with it stands on the form."""
    if "code" not in form:
        return True
    problem = step_up.show(form["code"].data or "", now())
    if problem is not None:
        form["code"].errors = [problem]
    return problem is None
