"""The form in which officers say what to try the rules on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from budgeting.simulations.choices import PartChoice
from budgeting.tally.numbers import number_text
from core.forms import XForm, line, options, parse_money
from core.i18n import Message, gettext, lazy_gettext
from core.types import MINOR_UNITS

ROUND, FILE = "round", "file"
MOST_VOTES = 1_000_000


class SimulationForm(XForm):
    """A past round or a file, and what shall be different."""

    source = RadioField(
        lazy_gettext("Which votes?"),
        choices=options(
            [
                (ROUND, lazy_gettext("The votes of a past round")),
                (FILE, lazy_gettext("A Pabulib file, which I upload")),
            ]
        ),
        default=ROUND,
    )
    part = SelectField(lazy_gettext("Past round"), validate_choice=False)
    file = FileField(
        lazy_gettext("Pabulib file"),
        description=lazy_gettext(
            "Ends in .pb; at most 30 MB, 500,000 ballots and 1,000 projects. "
            "It is deleted when every rule has been counted."
        ),
        render_kw={"accept": ".pb,text/plain"},
    )
    area = SelectField(lazy_gettext("Whose officers may see it?"), coerce=int)
    budget = line(
        lazy_gettext("Another budget"),
        30,
        required=False,
        description=lazy_gettext("Leave empty for the budget that it had."),
    )
    min_votes = IntegerField(
        lazy_gettext("Another least number of supporters"),
        [
            Optional(),
            NumberRange(
                0,
                MOST_VOTES,
                lazy_gettext(
                    "A whole number from %(least)s to %(most)s, please.", least=0, most=MOST_VOTES
                ),
            ),
        ],
        description=lazy_gettext(
            "Leave empty for the one of the round; a file is counted without."
        ),
    )

    def offer(self, parts: list[PartChoice], areas: list[tuple[int, str]]) -> None:
        """Fill the lists: parts of rounds, and the areas whose officer this is."""
        self._parts = {part.key: part for part in parts}
        self.part.choices = options((part.key, part.label) for part in parts)
        self.area.choices = options(areas)
        if self.area.data is None and areas:
            self.area.data = areas[0][0]

    @property
    def chosen(self) -> PartChoice | None:
        """The part of a round that was chosen."""
        return self._parts.get(self.part.data or "") if self.source.data == ROUND else None

    def validate_part(self, field: Any) -> None:
        """One of the list, where it is about a round."""
        if self.source.data == ROUND and self.chosen is None:
            raise ValidationError(lazy_gettext("Please choose a round."))

    def validate_file(self, field: Any) -> None:
        """Some file, where it is about one."""
        if self.source.data == FILE and not field.data:
            raise ValidationError(lazy_gettext("Please choose a file."))

    def validate_budget(self, field: Any) -> None:
        """An amount of money above nothing."""
        try:
            amount = self.amount("")
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if amount == "0":
            raise ValidationError(lazy_gettext("With no money nothing can win."))

    def amount(self, currency: str) -> str | None:
        """The other budget as exact text in whole units; ``currency`` is the file's.

        Raises ``ValueError`` with a sentence for what is not an amount.
        """
        if not self.budget.data:
            return None
        code = self.chosen.currency if self.chosen else currency
        minor = parse_money(self.budget.data, code)
        if minor < 0:
            raise ValueError(gettext("Please write an amount in figures, such as 12000."))
        return number_text(Fraction(minor, MINOR_UNITS.get(code, 100)))

    def ask_again(self) -> None:
        """Say that browsers forget a chosen file when a form comes back."""
        if self.source.data == FILE and self.file.data:
            again: Message = gettext("Please choose the file again; browsers do not keep it.")
            self.file.errors = [*self.file.errors, again]
