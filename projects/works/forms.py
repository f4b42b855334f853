"""Shapes of what people type about work: reports, disputes, verdicts, changes, evaluations."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from accounts.code_form import code_fields
from core.forms import MoneyField, XForm, line, options, text
from core.i18n import Message, lazy_gettext
from core.text import tidy
from projects.forms import CHOOSE, FILL_IN
from projects.models import AsPromised, ChangeKind
from projects.works.services.reporting import MOST_PHOTOS
from projects.works.services.site import LONGEST, SHORTEST
from projects.works.words import AS_PROMISED

_KEY = re.compile(r"[\w-]{16,40}")
_DAY = lazy_gettext("Please choose a day.")


def reason(label: Message, *, longest: int = LONGEST, **values: Any) -> TextAreaField:
    """A text that nobody may leave out, in so many characters."""
    length = lazy_gettext(
        "Please write between %(least)s and %(most)s characters.", least=SHORTEST, most=longest
    )
    values.setdefault("render_kw", {"rows": 4})
    return TextAreaField(
        label, [InputRequired(FILL_IN), Length(SHORTEST, longest, length)], [tidy], **values
    )


def bound(name: str, fields: dict[str, Any], **data: Any) -> XForm:
    """A form of these fields, filled with ``data``; a key of its own for each new form."""
    form: XForm = type(name, (XForm,), fields)(data=data)
    if "key" in form and not _KEY.fullmatch(form["key"].data or ""):
        form["key"].data = secrets.token_urlsafe(16)
    return form


def report_form() -> XForm:
    """What somebody reports, with up to six photos and what each of them shows."""
    fields: dict[str, Any] = {
        "key": HiddenField(),
        "text": reason(
            lazy_gettext("What has been done?"),
            description=lazy_gettext("Everybody can read it at once."),
            render_kw={"rows": 6},
        ),
    }
    for number in range(1, MOST_PHOTOS + 1):
        fields[f"photo_{number}"] = FileField(lazy_gettext("Photo %(number)s", number=number))
        fields[f"alt_{number}"] = line(
            lazy_gettext("What does photo %(number)s show?", number=number), 200, required=False
        )
    return bound("ReportForm", fields)


def confirm_form() -> XForm:
    """Whether a report is true, and why not."""
    said = [
        ("yes", lazy_gettext("Yes, I have seen it")),
        ("no", lazy_gettext("No, something is wrong")),
    ]
    fields = {
        "holds": RadioField(
            lazy_gettext("Is the report true?"), [InputRequired(CHOOSE)], choices=options(said)
        ),
        "text": text(
            lazy_gettext("What did you see?"),
            LONGEST,
            required=False,
            description=lazy_gettext("Needed when something is wrong. Everybody can read it."),
            render_kw={"rows": 3},
        ),
    }
    return bound("ConfirmForm", fields)


def answer_form() -> XForm:
    """A public answer to a dispute."""
    label = lazy_gettext("Your answer, which everybody can read")
    return bound("AnswerForm", {"answer": reason(label)})


def accept_form() -> XForm:
    """Whether a report is accepted, why not, and the second factor again."""
    said = [
        ("yes", lazy_gettext("Yes, it is done as it was agreed")),
        ("no", lazy_gettext("No, it goes back")),
    ]
    fields = {
        "accepted": RadioField(
            lazy_gettext("Do you accept it?"), [InputRequired(CHOOSE)], choices=options(said)
        ),
        "reason": text(
            lazy_gettext("What did you look at, or what is missing?"),
            LONGEST,
            required=False,
            description=lazy_gettext("Needed when it goes back. Everybody can read it."),
            render_kw={"rows": 4},
        ),
    }
    return bound("AcceptForm", fields | code_fields())


def change_form(kind: ChangeKind, currency: str, now: dict[str, Any]) -> XForm:
    """What is to become of what is ``now``, and why; its fields follow from ``now``."""
    made = {
        "due_on": DateField(lazy_gettext("New day by which it is done"), [InputRequired(_DAY)]),
        "ends_on": DateField(lazy_gettext("New day by which all is done"), [InputRequired(_DAY)]),
        "title": line(lazy_gettext("What is it called?"), 120),
        "about": text(lazy_gettext("What will be done instead?"), 4000, render_kw={"rows": 5}),
        "budget": _money(lazy_gettext("New budget"), currency),
        "price": _money(lazy_gettext("New price in the contract"), currency),
        "retention": None,
    }
    fields = {name: made[name] for name in now if made.get(name) is not None}
    if kind == ChangeKind.RETENTION:
        fields["release"] = _money(lazy_gettext("How much is released?"), currency, at_least=0)
    label = lazy_gettext("Why? Everybody can read this.")
    data = {name: _typed(name, value) for name, value in now.items()}
    data["release"] = now.get("retention")
    return bound("ChangeForm", {**fields, "reason": reason(label)}, **data)


def _money(label: Message, currency: str, *, at_least: int = 1) -> MoneyField:
    return MoneyField(label, [InputRequired(FILL_IN)], currency=currency, at_least=at_least)


def _typed(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in {"due_on", "ends_on"} and value else value


def decide_form() -> XForm:
    """Whether a change is approved, why, and the second factor again."""
    said = [("yes", lazy_gettext("Approve it")), ("no", lazy_gettext("Refuse it"))]
    fields = {
        "approved": RadioField(
            lazy_gettext("Your decision"), [InputRequired(CHOOSE)], choices=options(said)
        ),
        "answer": reason(lazy_gettext("Why? Everybody can read this.")),
    }
    return bound("DecideForm", fields | code_fields())


def confirm_only() -> XForm:
    """Nothing but a button, and the second factor where it has to be shown again."""
    return bound("ConfirmOnlyForm", {"seen": HiddenField(), **code_fields()})


def account_form(words: str) -> XForm:
    """How the project went, in words beside its figures."""
    label = lazy_gettext("How did it go?")
    hint = lazy_gettext("In a few sentences; the figures come from the books by themselves.")
    field = text(label, LONGEST, required=False, description=hint, render_kw={"rows": 5})
    return bound("AccountForm", {"text": field}, text=words)


def evaluation_form(**said: Any) -> XForm:
    """One to five, whether it was what people voted for, and why."""
    stars = [
        ("5", lazy_gettext("5 – very good")),
        ("4", lazy_gettext("4 – good")),
        ("3", lazy_gettext("3 – fair")),
        ("2", lazy_gettext("2 – poor")),
        ("1", lazy_gettext("1 – bad")),
    ]
    promised = [(str(one), AS_PROMISED[one]) for one in AsPromised]
    fields = {
        "rating": RadioField(
            lazy_gettext("How good is it?"), [InputRequired(CHOOSE)], choices=options(stars)
        ),
        "as_promised": RadioField(
            lazy_gettext("Is it what you voted for?"),
            [InputRequired(CHOOSE)],
            choices=options(promised),
        ),
        "comment": text(
            lazy_gettext("Would you like to say more?"),
            LONGEST,
            required=False,
            description=lazy_gettext("Everybody can read it, with your name shortened."),
            render_kw={"rows": 4},
        ),
    }
    return bound("EvaluationForm", fields, **said)


def hide_form() -> XForm:
    """Why a comment is hidden."""
    label = lazy_gettext("Which rule does it break? Everybody can read this.")
    return bound("HideForm", {"reason": reason(label, longest=300)})
