"""What can be wrong with a Pabulib file, as codes with texts that a website can translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SHOWN = 40


def N_(text: str) -> str:  # noqa: N802 - the name by which translation tools find the text
    """Mark a text for translation where it is shown, not here."""
    return text


MESSAGES: Mapping[str, str] = {
    "empty": N_("The file is empty."),
    "encoding": N_("The file is not UTF-8 text. Save it as UTF-8 and try again."),
    "not_pabulib": N_("The file does not begin with META: it is not a Pabulib file."),
    "malformed": N_("A quotation mark is out of place, or is never closed."),
    "section_missing": N_("The section %(section)s is missing. The file may be cut off."),
    "section_order": N_("The section %(found)s stands where %(expected)s should be."),
    "column_missing": N_("The section %(section)s has no column “%(name)s”."),
    "column_repeated": N_("The column “%(name)s” stands here twice."),
    "row_width": N_("This line has %(found)s cells, but there are %(expected)s columns."),
    "meta_missing": N_("META does not say “%(key)s”."),
    "meta_repeated": N_("META says “%(key)s” twice."),
    "vote_type": N_("“%(value)s” is not a known kind of ballot."),
    "number": N_("“%(value)s” is not a number (%(field)s)."),
    "whole_number": N_("“%(value)s” is not a whole number (%(field)s)."),
    "decimal_comma": N_("“%(value)s” has a comma: write decimals with a point (%(field)s)."),
    "negative": N_("“%(value)s” is below zero (%(field)s)."),
    "projects_count": N_("META announces %(announced)s projects, but there are %(found)s."),
    "votes_count": N_(
        "META announces %(announced)s ballots, but there are %(found)s. The file may be cut off."
    ),
    "id_missing": N_("This line has no %(field)s."),
    "project_comma": N_("The project id “%(project)s” has a comma in it."),
    "project_repeated": N_("The project %(project)s stands on the list twice."),
    "voter_repeated": N_("The voter %(voter)s has two ballots."),
    "project_unknown": N_("The ballot names the project %(project)s, which is not on the list."),
    "choose_one": N_("The ballot names %(found)s projects, but only one may be chosen."),
    "points_count": N_("The ballot names %(projects)s projects, but gives %(points)s points."),
    "choice_repeated": N_("The ballot names the project %(project)s twice. It is counted once."),
}
"""Text by code, with %-placeholders. `choice_repeated` is a warning, all others are errors."""


class PabulibError(ValueError):
    """The first thing wrong with a file; `line` and `column` count from 1.

    `str()` says it in English with its place. To say it in another language, translate
    `MESSAGES[error.code]` and fill in `error.params`.
    """

    def __init__(self, code: str, line: int, column: int, **params: object) -> None:
        self.code, self.line, self.column = code, line, column
        self.params = {key: str(value)[:_SHOWN] for key, value in params.items()}
        super().__init__(code, line, column)

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {MESSAGES[self.code] % self.params}"


@dataclass(frozen=True, slots=True)
class PabulibWarning:
    """Something odd in a line that does not keep the file from being read."""

    code: str
    line: int
    params: Mapping[str, str]

    def __str__(self) -> str:
        return f"line {self.line}: {MESSAGES[self.code] % self.params}"
