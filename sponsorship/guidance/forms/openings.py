"""The forms in which partners are looked for, and in which something is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional

from accounts.code_form import code_fields
from core.forms import LocalDateTimeField, MoneyField, XForm, line, text, texts
from core.i18n import LANGUAGE_NAMES, LOCALES, lazy_gettext
from projects.tenders.forms.fields import FILL_IN, bind, reason
from sponsorship.guidance.services import Wanted
from sponsorship.models import OpeningKind

ABOUT, CATEGORY = 1000, 80


def opening_form(
    kind: str, currency: str, *, target: int | None = None, deadline: datetime | None = None
) -> XForm:
    """What is missing and until when; for a category its name too."""
    for_project = kind not in {OpeningKind.CATEGORY, OpeningKind.POOL}
    fields: dict[str, Any] = {}
    if kind == OpeningKind.CATEGORY:
        for lang in LOCALES:
            words = lazy_gettext("What for? (%(lang)s)", lang=LANGUAGE_NAMES[lang])
            fields[f"category_{lang}"] = line(words, CATEGORY, required=False)
    bounds = [InputRequired(FILL_IN)] if for_project else [Optional()]
    hint = "" if for_project else lazy_gettext("Leave empty to take whatever comes.")
    fields["target"] = MoneyField(
        lazy_gettext("How much is sought?"), bounds, currency=currency, description=hint
    )
    fields["deadline"] = LocalDateTimeField(
        lazy_gettext("Until when?"),
        [InputRequired(FILL_IN)],
        description=lazy_gettext("If the target is missed then, pledges that depend on it lapse."),
    )
    for lang in LOCALES:
        words = lazy_gettext("What for exactly? (%(lang)s)", lang=LANGUAGE_NAMES[lang])
        fields[f"about_{lang}"] = text(words, ABOUT, required=False, render_kw={"rows": 3})
    return bind("OpeningForm", fields, {"target": target, "deadline": deadline})


def wanted_of(form: XForm, kind: OpeningKind, project_id: int | None = None) -> Wanted:
    """What was typed."""
    category = None
    if kind == OpeningKind.CATEGORY:
        category = texts({lang: form[f"category_{lang}"].data for lang in LOCALES})
    return Wanted(
        deadline=form["deadline"].data,
        kind=kind,
        project_id=project_id,
        target=form["target"].data,
        category=category,
        about=texts({lang: form[f"about_{lang}"].data for lang in LOCALES}),
    )


def publish_form(seen: str) -> XForm:
    """A button, and the second factor where it was shown long ago; ``seen`` is the hash of what
    is shown above it."""
    return bind("PublishForm", {"seen": HiddenField()} | code_fields(), {"seen": seen})


def end_form(*, weighty: bool = False) -> XForm:
    """Why something is closed."""
    fields = {"reason": reason(lazy_gettext("Why?"))} | (code_fields() if weighty else {})
    return bind("EndForm", fields)


def confirm_form() -> XForm:
    """A button only."""
    return bind("ConfirmForm", {})
