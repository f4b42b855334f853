"""Forms of the auditor's desk; lengths are checked where things are kept."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from audit.desk.models import SampleKind, Severity, Verdict, Visibility
from audit.desk.texts import LONGEST, LONGEST_TITLE
from audit.desk.words import SAMPLE_KINDS, SEVERITIES, VERDICTS, VISIBILITIES
from audit.flags.dismissing import LONGEST as LONGEST_REASON
from core.forms import XForm, line, options, text
from core.i18n import lazy_gettext

REQUIRED = lazy_gettext("Please fill this in.")
_DAYS = lazy_gettext("3 to 60 working days.")


class DismissForm(XForm):
    """Flags that are dismissed, and why."""

    flags = SelectMultipleField(
        lazy_gettext("Flags"),
        coerce=int,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = text(
        lazy_gettext("Why is it nothing?"),
        LONGEST_REASON,
        description=lazy_gettext("5 to 500 characters; it stays with the flag, with your name."),
        render_kw={"rows": 2},
    )


class FindingForm(XForm):
    """A finding."""

    title = line(lazy_gettext("What is it about, in a few words?"), LONGEST_TITLE)
    severity = RadioField(
        lazy_gettext("How grave is it?"),
        choices=options(SEVERITIES.items()),
        default=Severity.MEDIUM.value,
    )
    department = SelectField(lazy_gettext("Which department has to answer?"), coerce=int)
    company = SelectField(lazy_gettext("Which company is it about?"), validate_choice=True)
    text = text(
        lazy_gettext("What did you find?"),
        LONGEST,
        description=lazy_gettext(
            "What is, what should be, and what you ask the department to do. Please name no"
            " private people: everybody will read it."
        ),
        render_kw={"rows": 10},
    )
    evidence = line(
        lazy_gettext("Evidence"),
        600,
        required=False,
        description=lazy_gettext(
            "Vouchers, lines, documents, tenders and projects by their numbers: PZ-000012, L-345,"
            " D-6, ZB-00007, P-12."
        ),
    )
    answer_days = IntegerField(
        lazy_gettext("Working days for the answer"),
        [InputRequired(REQUIRED)],
        default=15,
        description=_DAYS,
        render_kw={"inputmode": "numeric"},
    )
    visibility = RadioField(
        lazy_gettext("When may everybody read it?"),
        choices=options(VISIBILITIES.items()),
        default=Visibility.START.value,
    )


class SayForm(XForm):
    """An answer."""

    text = text(
        lazy_gettext("Answer"),
        LONGEST,
        description=lazy_gettext("At least 10 characters. It does not change any more."),
        render_kw={"rows": 6},
    )


class FollowForm(XForm):
    """What has happened since."""

    # Several of these forms stand on one page, so each field has an id of its own.
    text = text(
        lazy_gettext("What has happened since?"),
        LONGEST,
        id="following-text",
        description=lazy_gettext("At least 10 characters. It does not change any more."),
        render_kw={"rows": 6},
    )


class ReturnForm(XForm):
    """Why an answer is not enough, and until when there has to be another."""

    text = text(
        lazy_gettext("What is missing?"), LONGEST, id="returning-text", render_kw={"rows": 4}
    )
    answer_days = IntegerField(
        lazy_gettext("Working days for the next answer"),
        [InputRequired(REQUIRED)],
        default=10,
        description=_DAYS,
        render_kw={"inputmode": "numeric"},
    )


class CloseForm(XForm):
    """A verdict."""

    verdict = RadioField(
        lazy_gettext("How does it end?"),
        choices=options(VERDICTS.items()),
        default=Verdict.REMEDIED.value,
    )
    text = text(lazy_gettext("Why?"), LONGEST, id="closing-text", render_kw={"rows": 4})


class SampleForm(XForm):
    """A sample."""

    kind = RadioField(
        lazy_gettext("How shall they be chosen?"),
        choices=options(SAMPLE_KINDS.items()),
        default=SampleKind.RANDOM.value,
    )
    area = SelectField(lazy_gettext("Payments of which area?"), coerce=int)
    since = DateField(lazy_gettext("Booked from"), [InputRequired(REQUIRED)])
    until = DateField(lazy_gettext("Booked until"), [InputRequired(REQUIRED)])
    size = IntegerField(
        lazy_gettext("How many vouchers?"),
        [InputRequired(REQUIRED)],
        default=30,
        render_kw={"inputmode": "numeric"},
    )


class LookForm(XForm):
    """What was seen in a drawn voucher."""

    note = text(
        lazy_gettext("What did you see?"),
        5000,
        required=False,
        description=lazy_gettext("For the auditors only."),
        render_kw={"rows": 4},
    )


class PaperForm(XForm):
    """A working paper."""

    text = text(
        lazy_gettext("Note"), LONGEST, required=False, id="paper-text", render_kw={"rows": 4}
    )
    file = FileField(
        lazy_gettext("File"),
        description=lazy_gettext("PDF, JPEG, PNG or WebP, at most 10 MB. It is kept under seal."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.webp"},
    )
