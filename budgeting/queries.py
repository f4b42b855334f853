"""Rounds as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Session,
    contains_eager,
    defer,
    joinedload,
    selectinload,
)

from budgeting.models import Phase, PhaseKind, Round, RoundState, SubBudget
from budgeting.phases import features, phase_of, running
from budgeting.states import PUBLIC
from budgeting.words import NOW, PHASES, STATES, TONES
from core.errors import NotFound
from core.i18n import Localized, Message, date_short, datetime_long, lazy_gettext, localize
from core.types import Texts
from projects.browse import CARDS, ProjectCard
from projects.browse import cards as project_cards
from projects.models import Category, Project
from projects.states import PUBLIC as PUBLIC_PROJECTS

MOST_CARDS = 100
LARGEST = 2**63 - 1  # what a database takes for an identity
MOST_PROJECTS = 6


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One step of the phase strip; ``state`` is done, now or next."""

    label: Message
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class Budget:
    """One of a round's budgets: where, how much in minor units, how many projects."""

    name: Localized
    amount: int
    projects: int
    area_id: int


@dataclass(frozen=True, slots=True)
class Card:
    """A round in a list: what it is, what can be done now, until when."""

    id: int
    title: Localized
    summary: Localized
    area: Localized
    tag: Message
    tone: str
    phase: str | None
    until: datetime | None
    starts: datetime | None
    begun: bool
    total: int
    currency: str
    budgets: int
    projects: int
    features: frozenset[str]
    state: str

    @property
    def when(self) -> str:
        """Whether it is ``open`` now, still ``coming``, or ``past``."""
        if self.state in {RoundState.DECIDED, RoundState.CANCELLED}:
            return "past"
        if self.phase or self.begun:
            return "open"
        return "coming"


def load_round(session: Session, round_id: int) -> Round:
    """A round with its area, phases and budgets. Raises ``NotFound``."""
    rows = session.scalars(_loaded().where(Round.id == min(round_id, LARGEST))).unique()
    found = rows.one_or_none()
    if found is None:
        raise NotFound(lazy_gettext("There is no such round."))
    return found


def _loaded() -> Select[Round]:
    return (
        select(Round)
        .join(Round.area)
        .options(
            contains_eager(Round.area),
            joinedload(Round.phases),
            selectinload(Round.sub_budgets).joinedload(SubBudget.area),
            defer(Round.manifest),
        )
    )


def cards(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> list[Card]:
    """The rounds under ``conditions`` on them and their areas (without any: the public ones),
    what is open now first, then the newest; three queries."""
    wanted = conditions or (Round.state.in_(PUBLIC),)
    newest = select(Round.id).join(Round.area).where(*wanted).order_by(Round.id.desc())
    rows = session.scalars(_loaded().where(Round.id.in_(newest.limit(MOST_CARDS)))).unique().all()
    counts = _project_counts(session, Project.round_id, [round_.id for round_ in rows])
    made = [card(round_, now, counts.get(round_.id, 0)) for round_ in rows]
    return sorted(made, key=_interest)


def _interest(item: Card) -> tuple[int, float]:
    order = {PhaseKind.VOTING: 0, PhaseKind.SUBMISSION: 1, PhaseKind.DISCUSSION: 2}
    rank = order.get(PhaseKind(item.phase), 3) if item.phase else 4
    return rank, -item.id


def _project_counts(
    session: Session, by: InstrumentedAttribute[int], rounds: Sequence[int]
) -> dict[int, int]:
    """How many public projects these rounds have, by round or by area."""
    rows = (
        select(by.label("key"), func.count().label("number"))
        .where(Project.round_id.in_(rounds), Project.state.in_(PUBLIC_PROJECTS))
        .group_by(by)
    )
    return {row.key: row.number for row in session.execute(rows)}


def card(round_: Round, now: datetime, projects: int) -> Card:
    """A loaded round as a card."""
    phase = running(round_.phases, now)
    coming = next((p for p in _ordered(round_) if p.starts_at > now), None)
    tag, tone = _tag(round_, phase, now)
    return Card(
        id=round_.id,
        title=localize(round_.title),
        summary=localize(round_.summary),
        area=localize(round_.area.name),
        tag=tag,
        tone=tone,
        phase=phase.kind if phase else None,
        until=phase.ends_at if phase else None,
        starts=coming.starts_at if coming else None,
        begun=any(p.starts_at <= now for p in round_.phases),
        total=sum(budget.amount for budget in round_.sub_budgets),
        currency=round_.currency,
        budgets=len(round_.sub_budgets),
        projects=projects,
        features=features(round_, now),
        state=round_.state,
    )


def is_stuck(round_: Round, now: datetime) -> bool:
    """Whether voting should have opened and could not."""
    voting = phase_of(round_.phases, PhaseKind.VOTING)
    late = voting is not None and voting.starts_at <= now
    return late and round_.state == RoundState.PUBLISHED


def _tag(round_: Round, phase: Phase | None, now: datetime) -> tuple[Message, str]:
    if round_.state in STATES:
        return STATES[round_.state], "quiet"
    if is_stuck(round_, now):
        return lazy_gettext("Voting has not opened"), "gold"
    if round_.state == RoundState.FROZEN and (phase is None or phase.kind != PhaseKind.VOTING):
        return STATES[RoundState.CLOSED], "quiet"
    if phase:
        return NOW[phase.kind], TONES.get(phase.kind, "blue")
    if round_.state == RoundState.DECIDED:
        return lazy_gettext("Decided"), "seal"
    return lazy_gettext("Coming"), "quiet"


def _ordered(round_: Round) -> list[Phase]:
    return sorted(round_.phases, key=lambda p: p.starts_at)


def phase_steps(round_: Round, now: datetime) -> list[PhaseStep]:
    """The phase strip: every phase with its dates, and where we are."""
    return [_step(phase, now) for phase in _ordered(round_)]


def _step(phase: Phase, now: datetime) -> PhaseStep:
    if phase.ends_at <= now:
        return PhaseStep(PHASES[phase.kind], date_short(phase.ends_at), "done")
    if phase.starts_at <= now:
        until = str(lazy_gettext("until %(when)s", when=datetime_long(phase.ends_at)))
        return PhaseStep(PHASES[phase.kind], until, "now")
    starts = str(lazy_gettext("from %(when)s", when=date_short(phase.starts_at)))
    return PhaseStep(PHASES[phase.kind], starts, "next")


def budgets(session: Session, round_: Round) -> list[Budget]:
    """The round's budgets, the one for everybody first."""
    counts = _project_counts(session, Project.area_id, [round_.id])
    ordered = sorted(round_.sub_budgets, key=lambda b: (b.area_id != round_.area_id, b.id))
    return [
        Budget(localize(b.area.name), b.amount, counts.get(b.area_id, 0), b.area_id)
        for b in ordered
    ]


def some_projects(session: Session, round_id: int) -> list[ProjectCard]:
    """A few of a round's projects, drawn by lot once for all: one query."""
    rows = CARDS.where(Project.round_id == round_id, Project.state.in_(PUBLIC_PROJECTS))
    return project_cards(session, rows.order_by(Project.shuffle, Project.id).limit(MOST_PROJECTS))


def categories(session: Session, round_id: int) -> Sequence[Texts]:
    """The names of a round's categories, in their order."""
    rows = select(Category.name).where(Category.round_id == round_id)
    return session.scalars(rows.order_by(Category.position)).all()
