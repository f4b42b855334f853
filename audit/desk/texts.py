"""How long texts and times at the desk may be."""

from __future__ import annotations

from core.errors import Invalid
from core.i18n import Message, lazy_gettext

SHORTEST, LONGEST, LONGEST_TITLE = 10, 10_000, 200
FEWEST_DAYS, MOST_DAYS = 3, 60


def check_text(text: str, field: str = "text") -> None:
    """Raise ``Invalid`` for a text that says too little or too much."""
    if not SHORTEST <= len(text) <= LONGEST:
        problem: Message = lazy_gettext("Please write between 10 and 10,000 characters.")
        raise Invalid(problem, fields={field: problem})


def check_days(days: int) -> None:
    """Raise ``Invalid`` for an unreasonable number of working days."""
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        problem = lazy_gettext("Please give between 3 and 60 working days.")
        raise Invalid(problem, fields={"answer_days": problem})
