"""Simulations as pages show them: figures side by side, and who wins under which rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.actor import SignedIn
from accounts.models import Area
from accounts.queries import within
from budgeting.models import Simulation, SimulationRun, SimulationState
from budgeting.queries import LARGEST
from budgeting.simulations.choices import grounds
from budgeting.simulations.job import KEPT
from budgeting.simulations.runs import BY_KEY, RUNS, Run
from budgeting.simulations.services import GOING, HALTED
from budgeting.tally.numbers import number_text
from budgeting.tally.summary import permille
from core.errors import NotFound
from core.i18n import Localized, Message, format_number, lazy_gettext, localize
from core.types import Json, Texts

MOST_LISTED = 50
STATES: dict[str, tuple[Message, str]] = {
    SimulationState.WAITING: (lazy_gettext("Waiting for its turn"), "blue"),
    SimulationState.RUNNING: (lazy_gettext("Being counted"), "blue"),
    SimulationState.DONE: (lazy_gettext("Every rule counted"), "jade"),
    SimulationState.STOPPED: (lazy_gettext("Stopped"), "quiet"),
    SimulationState.FAILED: (lazy_gettext("Not complete"), "seal"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A simulation in a list."""

    id: int
    title: Localized
    area: Localized
    tag: Message
    tone: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Column:
    """What one rule chose. Money is minor units, shares are in thousandths; ``result`` is empty
    while it was not counted, and ``error`` says why it could not be."""

    number: int
    run: Run
    result: Json
    error: Localized
    spent: int
    twin: int | None

    @property
    def summary(self) -> Json:
        """Shares of the voters; empty where too few voted to tell."""
        return self.result.get("summary") or {}

    @property
    def by_greedy(self) -> bool:
        """Whether the winners by most votes stand instead of its own."""
        return bool(self.run.key == "shares-compared" and self.result.get("standing") == "greedy")


@dataclass(frozen=True, slots=True)
class Row:
    """A project, and under which columns, by their numbers, it wins; a ``funded`` one, which others
    pay, always does."""

    id: str
    name: Localized
    categories: tuple[Localized, ...]
    cost: int
    votes: int
    score: str
    funded: bool
    wins: frozenset[int]


@dataclass(frozen=True, slots=True)
class Spending:
    """What each column, by number, gives to a category, in minor units."""

    name: Localized | None
    amounts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """A simulation in full. ``columns`` are all rules in their order."""

    id: int
    title: Localized
    area: Localized
    round_id: int | None
    state: str
    tag: Message
    tone: str
    progress: int
    rule: Message | None
    error: Localized
    currency: str
    election: Json
    wishes: Json
    created_at: datetime
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    spending: tuple[Spending, ...]

    @property
    def going(self) -> bool:
        """Whether rules are still to be counted by themselves."""
        return self.state in GOING

    @property
    def halted(self) -> bool:
        """Whether it waits for somebody to resume it."""
        return self.state in HALTED

    @property
    def kept_until(self) -> datetime:
        """When it is deleted by itself."""
        return self.created_at + KEPT

    @property
    def counted(self) -> tuple[Column, ...]:
        """The rules that have been counted so far."""
        return tuple(column for column in self.columns if column.result)

    @property
    def in_several(self) -> bool:
        """Whether a project is in several categories, so that their sums overlap."""
        return any(len(row.categories) > 1 for row in self.rows)


def load_simulation(session: Session, ident: int) -> Simulation:
    """A simulation with its area. Raises ``NotFound``."""
    rows = select(Simulation).where(Simulation.id == min(ident, LARGEST))
    found = session.scalar(rows.options(joinedload(Simulation.area)))
    if found is None:
        raise NotFound(lazy_gettext("There is no such simulation. It may have been deleted."))
    return found


def listed(session: Session, actor: SignedIn) -> list[Listed]:
    """The simulations that an officer may see, newest first: one query."""
    seen = or_(Simulation.owner_id == actor.id, within(grounds(actor)))
    rows = session.execute(
        select(Simulation.id, Simulation.title, Area.name, Simulation.state, Simulation.created_at)
        .join(Area, Area.id == Simulation.area_id)
        .where(seen)
        .order_by(Simulation.id.desc())
        .limit(MOST_LISTED)
    )
    return [
        Listed(ident, localize(title), localize(area), *STATES[state], created_at)
        for ident, title, area, state, created_at in rows
    ]


def page_of(session: Session, found: Simulation) -> Page:
    """Everything about a loaded simulation: one more query."""
    runs = session.execute(
        select(SimulationRun.rule, SimulationRun.result, SimulationRun.error).where(
            SimulationRun.simulation_id == found.id
        )
    )
    known = {rule: (result, error) for rule, result, error in runs}
    columns = _columns(known, found.election.get("budget", 0))
    rows = _rows(found.election.get("projects", ()), columns)
    tag, tone = STATES[found.state]
    running = BY_KEY.get(found.rule or "")
    return Page(
        id=found.id,
        title=localize(found.title),
        area=localize(found.area.name),
        round_id=found.round_id,
        state=found.state,
        tag=tag,
        tone=tone,
        progress=found.progress,
        rule=running.label if running else None,
        error=localize(found.error),
        currency=found.currency,
        election=found.election,
        wishes=found.wishes,
        created_at=found.created_at,
        columns=columns,
        rows=rows,
        spending=tuple(_spending(rows, columns)),
    )


def _columns(known: dict[str, tuple[Json, Texts]], budget: int) -> tuple[Column, ...]:
    first: dict[frozenset[str], int] = {}
    made = []
    for number, run in enumerate(RUNS, start=1):
        result, error = known.get(run.key, ({}, {}))
        twin = None
        if result:
            twin = first.setdefault(frozenset(result["selected"]), number)
        spent = permille(result.get("cost", 0), budget) if budget else 0
        column = Column(number, run, result, localize(error), spent, None)
        made.append(column if twin in {None, number} else _with_twin(column, twin))
    return tuple(made)


def _with_twin(column: Column, twin: int | None) -> Column:
    return Column(column.number, column.run, column.result, column.error, column.spent, twin)


def _rows(projects: Sequence[Json], columns: Iterable[Column]) -> tuple[Row, ...]:
    """The projects by falling score, equal ones by their votes and then as they came."""
    winners = {c.number: frozenset(c.result["selected"]) for c in columns if c.result}
    ranked = sorted(projects, key=lambda p: (-Fraction(p["score"]), -p["votes"]))
    return tuple(
        Row(
            id=project["id"],
            name=localize(project["name"]),
            categories=tuple(localize(name) for name in project["categories"]),
            cost=project["cost"],
            votes=project["votes"],
            score=score_text(project["score"]),
            funded=project["funded"],
            wins=frozenset(number for number, won in winners.items() if project["id"] in won),
        )
        for project in ranked
    )


def score_text(score: str) -> str:
    """A score as people read it; one that is not whole as exactly as it was stored."""
    value = Fraction(score)
    return format_number(int(value)) if value.denominator == 1 else number_text(value)


def _spending(rows: Sequence[Row], columns: Sequence[Column]) -> list[Spending]:
    """By category, the dearest by the first rule first; nothing where there is only one."""
    numbers = [column.number for column in columns if column.result]
    sums: dict[str, Spending] = {}
    for row in rows:
        for category in row.categories or (None,):
            name = category.text if category else ""
            found = sums.setdefault(name, Spending(category, dict.fromkeys(numbers, 0)))
            for number in row.wins:
                found.amounts[number] += 0 if row.funded else row.cost
    if len(sums) < 2 or not numbers:
        return []
    return sorted(sums.values(), key=lambda s: (s.name is None, -s.amounts[numbers[0]]))
