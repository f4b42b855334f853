"""The page of one result: winners and the rest with their reasons, turnout, and money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.counting import spec_of
from budgeting.models import Outcome, SubBudget
from budgeting.result_words import sentence
from budgeting.results import Head
from core.i18n import Localized, localize
from core.types import Texts
from projects.models import Category, Project
from projects.states import State


@dataclass(frozen=True, slots=True)
class Row:
    """A project in the table."""

    project_id: int
    title: Localized
    cost: int
    votes: int
    score: int
    selected: bool
    reason: str


@dataclass(slots=True)
class Part:
    """One budget's outcome, winners first; ``spent`` is what these cost together."""

    area_id: int
    area: Localized
    amount: int
    spent: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def highest(self) -> int:
        """The highest score, for bars; at least 1."""
        return max((row.score for row in self.rows), default=0) or 1

    def add(self, row: Row) -> None:
        """Append the next project."""
        self.rows.append(row)
        self.spent += row.cost if row.selected else 0


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
class Result:
    """Everything on a result's page. Sums are minor units, the largest first."""

    head: Head
    parts: list[Part]
    turnout: list[Turnout]
    by_category: list[tuple[Localized, int]]
    by_area: list[tuple[Localized, int]]
    infeasible: int
    with_points: bool
    options: str


def result_of(session: Session, head: Head) -> Result:
    """All that a readable result's page shows: four queries, however many ballots there are."""
    parts = _parts(session, head)
    rows = session.execute(_outcomes(head.id)).all()
    titles = {row.code: localize(row.title).text for row in rows}
    for row in rows:
        parts[row.sub_budget_id].add(_row(row, head, titles))
    won = [row for row in rows if row.selected]
    return Result(
        head=head,
        parts=list(parts.values()),
        turnout=_turnout(session, head),
        by_category=_sums((row.category, row.cost) for row in won),
        by_area=_sums((row.area, row.cost) for row in won),
        infeasible=_infeasible(session, head.id),
        with_points=any(row.score != row.votes for row in rows),
        options=recount_options(head),
    )


def recount_options(head: Head) -> str:
    """The options with which the command counts a round's file by the round's own rule."""
    spec = spec_of(head.rule, head.manifest_hash)
    threshold = f" --min-votes {spec.min_votes}" if spec.min_votes else ""
    return f"--rule {spec.rule} --misfit {spec.misfit}{threshold} --ties {spec.ties.text}"


def _parts(session: Session, head: Head) -> dict[int, Part]:
    """The budgets by identity, the one for everybody first."""
    rows = (
        select(SubBudget.id, SubBudget.area_id, Area.name, SubBudget.amount)
        .join(Area, Area.id == SubBudget.area_id)
        .where(SubBudget.round_id == head.id)
        .order_by(SubBudget.area_id != head.area_id, SubBudget.id)
    )
    return {
        ident: Part(area_id, localize(name), amount)
        for ident, area_id, name, amount in session.execute(rows)
    }


def _outcomes(round_id: int) -> Any:
    return (
        select(
            Outcome.sub_budget_id,
            Outcome.project_id,
            Outcome.selected,
            Outcome.votes,
            Outcome.score,
            Outcome.cost,
            Outcome.reason,
            Project.code,
            Project.title,
            Category.name.label("category"),
            Area.name.label("area"),
        )
        .join(Project, Project.id == Outcome.project_id)
        .join(Area, Area.id == Project.area_id)
        .outerjoin(Category, Category.id == Project.category_id)
        .where(Outcome.round_id == round_id)
        .order_by(Outcome.sub_budget_id, Outcome.selected.desc(), Outcome.position)
    )


def _row(row: Any, head: Head, titles: Mapping[str, str]) -> Row:
    return Row(
        project_id=row.project_id,
        title=localize(row.title),
        cost=row.cost,
        votes=row.votes,
        score=row.score,
        selected=row.selected,
        reason=sentence(row.reason, head.currency, titles),
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


def _sums(pairs: Iterable[tuple[Texts | None, int]]) -> list[tuple[Localized, int]]:
    """Amounts by name, the largest first; what has no name goes under an empty one."""
    sums: dict[str, tuple[Localized, int]] = {}
    for texts, amount in pairs:
        name = localize(texts)
        sums[name.text] = name, sums.get(name.text, (name, 0))[1] + amount
    return sorted(sums.values(), key=lambda pair: -pair[1])


def _infeasible(session: Session, round_id: int) -> int:
    rows = select(func.count()).select_from(Project)
    rows = rows.where(Project.round_id == round_id, Project.state == State.INELIGIBLE)
    return session.scalar(rows) or 0
