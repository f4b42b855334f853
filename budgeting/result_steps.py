"""A result step by step: every purchase in its order, or the list that was gone through."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from budgeting.result_rows import FUNDED, Part, Row, read_parts
from budgeting.result_story import in_part, story
from budgeting.result_words import amount, money_text
from budgeting.results import Head
from core.i18n import Localized, format_money, format_number, gettext, ngettext
from core.types import Json

LEFTOVERS = frozenset({"filled", "filled_tie"})


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to one project, in sentences."""

    row: Row
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Course:
    """How it went in one budget: ``funded`` before anything, then ``steps`` in their order, then
    ``filled`` with what was left. ``bought`` tells purchases from places on a list."""

    area_id: int
    area: Localized
    amount: int
    notes: list[str]
    bought: bool
    funded: list[Row]
    steps: list[Step]
    filled: list[Row]


@dataclass(frozen=True, slots=True)
class Courses:
    """The whole page."""

    story: list[str]
    parts: list[Course]


def courses_of(session: Session, head: Head) -> Courses:
    """Everything the page says: two queries, however many ballots there are."""
    parts = read_parts(session, head)
    points = any(row.score != row.votes for part in parts for row in part.rows)
    said = story(parts, head.rule, head.currency, with_points=points)
    return Courses(said, [_course(part, head, several=len(parts) > 1) for part in parts])


def _course(part: Part, head: Head, *, several: bool) -> Course:
    stands = part.rule.get("standing") == part.rule.get("rule")
    bought = stands and part.rule.get("rule") in {"equal-shares", "phragmen"}
    rows = sorted(part.rows, key=lambda row: row.position)
    return Course(
        area_id=part.area_id,
        area=part.area,
        amount=part.amount,
        notes=in_part(part, head.currency) if several else [],
        bought=bought,
        funded=[row for row in rows if row.reason_code == FUNDED],
        steps=_purchases(part, head.currency) if bought else _turns(rows),
        filled=[row for row in rows if row.reason_code in LEFTOVERS],
    )


def _turns(rows: list[Row]) -> list[Step]:
    """The projects in the order of counting, with what was said to each."""
    return [Step(row, [row.reason]) for row in rows if row.reason_code != FUNDED]


def _purchases(part: Part, currency: str) -> list[Step]:
    by_code, left, found = {row.code: row for row in part.rows}, part.amount, []
    for step in part.rule["steps"]:
        row = by_code[step["project"]]
        left -= row.spent
        sentences = _carried(step, currency) if _loads(part) else _paid(part, step, currency)
        remains = gettext("%(left)s of the budget is left.", left=format_money(left, currency))
        found.append(Step(row, [*sentences, remains]))
    return found


def _paid(part: Part, step: Json, currency: str) -> list[str]:
    """Who paid how much."""
    said, price = [], money_text(amount(step["price"]), currency)
    number = {"num": step["full"], "people": format_number(step["full"]), "price": price}
    if step["full"] and part.rule["settings"].get("utility") == "score":
        said.append(
            ngettext(
                "%(people)s supporter paid %(price)s for each point given to it.",
                "%(people)s supporters paid %(price)s for each point they gave it.",
                **number,
            )
        )
    elif step["full"]:
        said.append(
            ngettext(
                "%(people)s supporter paid %(price)s.",
                "%(people)s supporters paid %(price)s each.",
                **number,
            )
        )
    if step["part"]:
        said.append(
            ngettext(
                "%(people)s more had less than that and gave all of it, %(rest)s.",
                "%(people)s more had less than that and gave all of it, together %(rest)s.",
                num=step["part"],
                people=format_number(step["part"]),
                rest=money_text(amount(step["rest"]), currency),
            )
        )
    return said


def _carried(step: Json, currency: str) -> list[str]:
    return [
        ngettext(
            "Its %(people)s supporter then carries %(load)s in all.",
            "Each of its %(people)s supporters then carries %(load)s in all.",
            num=step["full"],
            people=format_number(step["full"]),
            load=money_text(amount(step["price"]), currency),
        )
    ]


def _loads(part: Part) -> bool:
    return bool(part.rule["rule"] == "phragmen")
