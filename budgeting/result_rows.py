"""The projects of a result, budget by budget, with what the tally says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.models import Outcome, SubBudget
from budgeting.result_words import sentence, supported
from budgeting.results import Head
from core.i18n import Localized, localize
from core.types import Json
from projects.models import Category, Project

FUNDED = "funded"


@dataclass(frozen=True, slots=True)
class Row:
    """A project and why it was chosen or not. ``reason_code`` is the tally's; ``support`` is how
    many percent of its cost its supporters could pay, where the rule knows."""

    project_id: int
    code: str
    title: Localized
    category: Localized
    area: Localized
    cost: int
    votes: int
    score: int
    position: int
    selected: bool
    reason: str
    reason_code: str
    support: int | None

    @property
    def spent(self) -> int:
        """What it would take from the budget: nothing where somebody else pays for it."""
        return 0 if self.reason_code == FUNDED else self.cost


@dataclass(slots=True)
class Part:
    """One budget's outcome, winners first. ``report`` is the tally's report on it, empty for a
    round that was counted before there were reports; ``wanted`` is what the reader looks for."""

    area_id: int
    area: Localized
    amount: int
    report: Json = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    wanted: str = ""

    @property
    def rule(self) -> Json:
        """How the rule went, empty if unknown."""
        found: Json = self.report.get("rule") or {}
        return found

    @property
    def spent(self) -> int:
        """What the winners cost the budget together."""
        return sum(row.spent for row in self.rows if row.selected)

    @property
    def highest(self) -> int:
        """The highest score, for bars; at least 1."""
        return max((row.score for row in self.rows), default=0) or 1

    @property
    def shown(self) -> list[Row]:
        """The projects that are looked for: all, or those with such a title or number."""
        wanted = self.wanted.casefold().strip()
        return [
            row
            for row in self.rows
            if wanted in row.title.text.casefold() or wanted == row.code.casefold()
        ]


def read_parts(session: Session, head: Head, wanted: str = "") -> list[Part]:
    """The budgets with their projects, the one for everybody first: two queries.

    ``head`` has its report; ``wanted`` is part of a title, or a number on the ballot.
    """
    parts = _budgets(session, head)
    rows = session.execute(_outcomes(head.id)).all()
    titles = {row.code: localize(row.title).text for row in rows}
    for row in rows:
        parts[row.sub_budget_id].rows.append(_row(row, head, titles))
    for part in head.report.get("parts", ()):
        parts[part["sub_budget"]].report = part
    for budget in parts.values():
        budget.wanted = wanted
    return list(parts.values())


def _budgets(session: Session, head: Head) -> dict[int, Part]:
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
            Outcome.position,
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
        code=row.code or "",
        title=localize(row.title),
        category=localize(row.category),
        area=localize(row.area),
        cost=row.cost,
        votes=row.votes,
        score=row.score,
        position=row.position,
        selected=row.selected,
        reason=sentence(row.reason, head.currency, titles),
        reason_code=row.reason["code"],
        support=supported(row.reason, row.cost),
    )
