"""An uploaded Pabulib file: bounded, read as a whole, and what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO

from werkzeug.datastructures import FileStorage

from budgeting.simulations.services import Question
from budgeting.simulations.sources import language_of
from budgeting.tally.pabulib import MESSAGES, PabulibError, PabulibFile, read
from core.errors import Invalid
from core.i18n import Message, gettext, lazy_gettext

MOST_BYTES = 30 * 1024 * 1024
MOST_BALLOTS = 500_000
MOST_PROJECTS = 1000
# A file of so many lines has too many ballots, and is not worth reading to find that out.
MOST_LINES = MOST_BALLOTS + 100_000
LONGEST_TITLE, LONGEST_CURRENCY = 120, 10


def question_of(
    upload: FileStorage,
    area_id: int,
    budget: Callable[[str], str | None],
    min_votes: int | None,
) -> Question:
    """What is asked about an upload; ``budget`` reads the other budget in its currency.

    Raises what ``take`` and ``budget`` raise.
    """
    data, file = take(upload.stream)
    currency = file.meta.get("currency", "").strip().upper()[:LONGEST_CURRENCY]
    return Question(
        area_id=area_id,
        title={language_of(file): _title(file) or (upload.filename or "")[:LONGEST_TITLE]},
        currency=currency,
        budget=budget(currency),
        min_votes=min_votes,
        data=data,
    )


def _title(file: PabulibFile) -> str:
    """Where and when, as the file says it."""
    part = file.meta.get("subunit") or file.meta.get("district")
    words = [file.meta.get("unit"), part and f"({part})", file.meta.get("instance")]
    return " ".join(filter(None, words))[:LONGEST_TITLE]


def take(stream: IO[bytes]) -> tuple[bytes, PabulibFile]:
    """Read an upload; gives it back as it came, and what it says.

    Raises ``Invalid`` for a file that is too large, has nothing to count, or cannot be read, with
    the line and what is wrong there.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _invalid(lazy_gettext("This file is over 30 MB. Please choose a smaller one."))
    if data.count(b"\n") > MOST_LINES:
        raise _invalid(_too_many())
    try:
        file = read(BytesIO(data))
    except PabulibError as error:
        raise _invalid(fault(error)) from error
    if len(file.votes) > MOST_BALLOTS or len(file.projects) > MOST_PROJECTS:
        raise _invalid(_too_many())
    if not file.votes or not file.projects:
        raise _invalid(lazy_gettext("This file has no ballots or no projects."))
    return data, file


def fault(error: PabulibError) -> str:
    """What is wrong with a file and where, in the reader's language."""
    problem = gettext(MESSAGES[error.code]) % error.params
    return gettext(
        "Line %(line)s, column %(column)s: %(problem)s",
        line=error.line,
        column=error.column,
        problem=problem,
    )


def _too_many() -> Message:
    return lazy_gettext("At most 500,000 ballots and 1,000 projects can be tried.")


def _invalid(text: Message) -> Invalid:
    return Invalid(text, fields={"file": text})
