"""The page of one result: how it came about, the projects, other rules, turnout, and money."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.recount import recount_options
from budgeting.result_compare import Comparison, comparison, spending
from budgeting.result_rows import Part, read_parts
from budgeting.result_story import in_part, story
from budgeting.result_words import RULES
from budgeting.results import Head
from core.i18n import Localized, Message, localize
from projects.models import Project
from projects.states import State


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who voted in an area; ``area`` is ``None`` for several small ones together."""

    area: Localized | None
    electors: int
    ballots: int

    @property
    def percent(self) -> int:
        """Of a hundred electors, how many voted."""
        return self.ballots * 100 // self.electors if self.electors else 0


@dataclass(frozen=True, slots=True)
class Section:
    """One budget on the page; ``notes`` are sentences on how the rule went in it."""

    part: Part
    notes: list[str]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class Result:
    """Everything on a result's page. Sums are minor units, by this rule and by the other one,
    the largest first."""

    rule: Message
    story: list[str]
    sections: list[Section]
    turnout: list[Turnout]
    by_category: list[tuple[Localized, int, int]]
    by_area: list[tuple[Localized, int, int]]
    infeasible: int
    with_points: bool
    options: dict[int, str]

    @property
    def compared(self) -> list[str]:
        """The names of both rules, if the result is compared with another one's."""
        found = next((s.comparison for s in self.sections if s.comparison), None)
        return [str(found.rule.name), str(found.other.name)] if found else []


def result_of(session: Session, head: Head, wanted: str = "") -> Result:
    """All that a readable result's page shows: four queries, however many ballots there are.

    Of the projects only those that ``wanted`` names, unless it is empty.
    """
    parts = read_parts(session, head, wanted)
    points = any(row.score != row.votes for part in parts for row in part.rows)
    several = len(parts) > 1
    return Result(
        rule=RULES[head.rule["rule"]],
        story=story(parts, head.rule, head.currency, with_points=points),
        sections=[
            Section(part, in_part(part, head.currency) if several else [], comparison(part))
            for part in parts
        ],
        turnout=_turnout(session, head),
        by_category=spending(parts, lambda row: row.category),
        by_area=spending(parts, lambda row: row.area),
        infeasible=_infeasible(session, head.id),
        with_points=points,
        options=recount_options(session, head),
    )


def _turnout(session: Session, head: Head) -> list[Turnout]:
    """Turnout by area; nothing where there is only the total to tell."""
    groups = head.statistics.get("turnout", [])
    if len(groups) < 2:
        return []
    wanted = [area for area, _electors, _ballots in groups if area is not None]
    names = dict(session.execute(select(Area.id, Area.name).where(Area.id.in_(wanted))).all())
    return [
        Turnout(localize(names[area]) if area is not None else None, electors, ballots)
        for area, electors, ballots in groups
    ]


def _infeasible(session: Session, round_id: int) -> int:
    rows = select(func.count()).select_from(Project)
    rows = rows.where(Project.round_id == round_id, Project.state == State.INELIGIBLE)
    return session.scalar(rows) or 0
