"""What the ballot screen sends: one choice at a time. Prices are not among it."""

from __future__ import annotations

import re

from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional, Regexp

from budgeting.marking import Mark
from core.forms import XForm
from core.i18n import lazy_gettext

MOST = 100_000
# "add", "remove", "withdraw", "place 2", "points 3"; a place or points may also be a field.
_CHOICE = re.compile(r"(add|remove|withdraw|place|points)(?: (\d{1,6}))?")


class MarkForm(XForm):
    """``choice`` says what to do with the project ``item`` (its code on the ballot)."""

    choice = StringField(validators=[Regexp(rf"{_CHOICE.pattern}$")])
    item = StringField(validators=[Length(max=60)])
    position = IntegerField(validators=[Optional(), NumberRange(1, MOST)])
    points = IntegerField(
        validators=[
            Optional(),
            NumberRange(0, MOST, lazy_gettext("Please give 0 points or more.")),
        ]
    )

    def mark(self) -> Mark:
        """The choice, once validated."""
        verb, _, number = str(self.choice.data).partition(" ")
        field = self.points if verb == "points" else self.position
        return Mark(verb, self.item.data or "", int(number or field.data or 0))
