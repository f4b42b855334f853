"""What a voter may do to a ballot: single choices on the newest version, within its limits.

Pure: marks in, marks out. Each verb says what shall be, not what shall change ("at place 2",
"4 points"), so that a request which comes twice does no harm.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from budgeting.models import BallotType
from budgeting.slates import Part, Slate
from core.canonical import canonical
from core.errors import Invalid
from core.i18n import Message, format_money, gettext, lazy_gettext, ngettext

# Points by code; for ranks the codes in their order, for approvals in any; then each is 1.
Marks: TypeAlias = dict[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """One choice: what to do with the project ``code``; ``number`` is points, or the place
    among its part's ranks, from 1."""

    verb: str
    code: str = ""
    number: int = 0


def apply(slate: Slate, marks: Marks, mark: Mark) -> Marks:
    """The ballot after a choice; ``slate`` holds only the parts that are the voter's.

    Raises ``Invalid`` for a project that is not on it, for what this kind of ballot does not
    know, and when a limit would be passed.
    """
    if mark.verb == "withdraw":
        return {}
    verb = VERBS[slate.kind].get(mark.verb)
    if verb is None:
        raise Invalid(lazy_gettext("This ballot does not work that way. Please reload the page."))
    if mark.code not in slate.entries:
        raise Invalid(lazy_gettext("That project is not on your ballot."))
    if mark.code in slate.payers:
        raise Invalid(lazy_gettext("That project is paid for already: nobody votes on it."))
    fresh = verb(slate, marks, mark)
    if excess := obstacle(slate, fresh, slate.part_of(mark.code)):
        raise Invalid(excess)
    return fresh


def _add(slate: Slate, marks: Marks, mark: Mark) -> Marks:
    return marks | {mark.code: 1}


def _remove(slate: Slate, marks: Marks, mark: Mark) -> Marks:
    return {code: number for code, number in marks.items() if code != mark.code}


def _points(slate: Slate, marks: Marks, mark: Mark) -> Marks:
    if mark.number < 0:
        raise Invalid(lazy_gettext("Points cannot be less than 0."))
    without = _remove(slate, marks, mark)
    return without | {mark.code: mark.number} if mark.number else without


def _place(slate: Slate, marks: Marks, mark: Mark) -> Marks:
    """Put a project at a place of its part; beyond the last place means last."""
    others = slate.within(_remove(slate, marks, mark), slate.part_of(mark.code))
    others.insert(max(mark.number - 1, 0), mark.code)
    rest = {code: 1 for code in marks if code not in others}
    return rest | dict.fromkeys(others, 1)


VERBS: dict[BallotType, dict[str, Callable[[Slate, Marks, Mark], Marks]]] = {
    BallotType.APPROVAL: {"add": _add, "remove": _remove},
    BallotType.KNAPSACK: {"add": _add, "remove": _remove},
    BallotType.POINTS: {"points": _points, "remove": _remove},
    BallotType.RANKED: {"add": _add, "remove": _remove, "place": _place},
}


def limit(slate: Slate, part: Part) -> int:
    """How much one may give in ``part``: minor units, points or choices."""
    if slate.kind == BallotType.KNAPSACK:
        return part.amount
    return slate.max_points if slate.kind == BallotType.POINTS else slate.max_choices


def weight(slate: Slate, marks: Marks, code: str) -> int:
    """How much of the limit a chosen project takes."""
    if slate.kind == BallotType.KNAPSACK:
        return slate.entries[code].cost
    return marks[code] if slate.kind == BallotType.POINTS else 1


def left(slate: Slate, marks: Marks, part: Part) -> int:
    """How much of the limit of ``part`` is left; less than 0 when it is passed."""
    used = sum(weight(slate, marks, code) for code in slate.within(marks, part))
    return limit(slate, part) - used


def obstacle(slate: Slate, marks: Marks, part: Part) -> Message | None:
    """Why ``marks`` are more than ``part`` allows, if they are."""
    missing = -left(slate, marks, part)
    if missing <= 0:
        return None
    if slate.kind == BallotType.KNAPSACK:
        amount = format_money(missing, slate.currency)
        return gettext("Not enough money left: %(amount)s short.", amount=amount)
    if slate.kind == BallotType.POINTS:
        return ngettext(
            "Not enough points left: %(num)s short.",
            "Not enough points left: %(num)s short.",
            missing,
        )
    return ngettext(
        "You can choose %(num)s project here, and you have.",
        "You can choose %(num)s projects here, and you have.",
        slate.max_choices,
    )


def to_text(slate: Slate, marks: Marks) -> str:
    """The canonical JSON that is stored and counted; equal ballots are equal texts."""
    codes: list[str] = sorted(marks)
    if slate.kind == BallotType.POINTS and marks:
        return canonical(marks).decode()
    if slate.kind == BallotType.RANKED:
        codes = [code for part in slate.parts for code in slate.within(marks, part)]
    return canonical(codes).decode()


def from_text(text: str) -> Marks:
    """What ``to_text`` was given."""
    stored = json.loads(text)
    return dict(stored) if isinstance(stored, dict) else dict.fromkeys(stored, 1)
