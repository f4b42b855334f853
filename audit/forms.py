"""Forms of questions about lines; lengths are checked where they are asked."""

from __future__ import annotations

from audit.questions import LONGEST, LONGEST_REASON
from core.forms import XForm, text
from core.i18n import lazy_gettext


class QuestionForm(XForm):
    """A question about a line."""

    text = text(
        lazy_gettext("What do you want to know about this line?"),
        LONGEST,
        description=lazy_gettext(
            "10 to 1,000 characters, read by everybody. Please name no private people."
        ),
        render_kw={"rows": 4},
    )


class AnswerForm(XForm):
    """A public answer."""

    answer = text(
        lazy_gettext("Answer"),
        LONGEST,
        description=lazy_gettext("10 to 1,000 characters, read by everybody, never changed."),
        render_kw={"rows": 6},
    )


class HideForm(XForm):
    """Why a question's text is hidden."""

    reason = text(
        lazy_gettext("Why is this text hidden?"),
        LONGEST_REASON,
        description=lazy_gettext("10 to 300 characters, read by everybody."),
        render_kw={"rows": 2},
    )
