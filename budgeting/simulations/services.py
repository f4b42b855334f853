"""What officers do with simulations: ask for one, stop it, go on, delete it.

Nothing here decides anything about a round, so nothing of it enters the public record.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from budgeting.models import Simulation, SimulationFile, SimulationRun, SimulationState
from budgeting.simulations.job import ask, remove
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext
from core.types import Json, Texts

MOST_AT_ONCE = 3
GOING = frozenset({SimulationState.WAITING, SimulationState.RUNNING})
HALTED = frozenset({SimulationState.STOPPED, SimulationState.FAILED})


@dataclass(frozen=True, slots=True)
class Question:
    """What an officer wants to know: a part of a round, or the bytes of a file.

    ``budget`` is exact text in whole units of ``currency``; it and ``min_votes`` are None for
    what the source has.
    """

    area_id: int
    title: Texts
    currency: str
    budget: str | None
    min_votes: int | None
    round_id: int | None = None
    sub_budget_id: int | None = None
    data: bytes = b""


def start(session: Session, owner_id: int, question: Question, now: datetime) -> Simulation:
    """Ask for a simulation. Raises ``Invalid`` while the officer has too many under way."""
    going = select(func.count()).select_from(Simulation)
    going = going.where(Simulation.owner_id == owner_id, Simulation.state.in_(GOING))
    if (session.scalar(going) or 0) >= MOST_AT_ONCE:
        message = lazy_gettext(
            "You have %(most)s simulations under way. Wait for one, or stop it.", most=MOST_AT_ONCE
        )
        raise Invalid(message)
    wishes: Json = {"budget": question.budget, "min_votes": question.min_votes}
    made = Simulation(
        owner_id=owner_id,
        area_id=question.area_id,
        round_id=question.round_id,
        sub_budget_id=question.sub_budget_id,
        title=question.title,
        currency=question.currency,
        wishes=wishes,
        created_at=now,
    )
    session.add(made)
    session.flush()
    if question.data:
        session.add(SimulationFile(simulation_id=made.id, data=zlib.compress(question.data)))
    ask(session, made.id, 0, now)
    return made


def stop(session: Session, ident: int) -> None:
    """Let no further rule be counted. Raises ``Conflict`` when it has ended already."""
    found = _held(session, ident)
    if found.state not in GOING:
        raise Conflict(lazy_gettext("This simulation has ended already."))
    found.state, found.rule = SimulationState.STOPPED, None


def resume(session: Session, ident: int, now: datetime) -> None:
    """Count by the rules that are missing or failed.

    Raises ``Conflict`` when it goes on anyway, or is done.
    """
    found = _held(session, ident)
    if found.state not in HALTED:
        raise Conflict(lazy_gettext("This simulation does not have to be resumed."))
    found.state, found.error, found.tries = SimulationState.WAITING, {}, 0
    for run in session.scalars(select(SimulationRun).where(SimulationRun.simulation_id == ident)):
        if run.error:
            session.delete(run)
    found.claim += 1  # whoever still works on it has lost it, and the new request is a new one
    ask(session, ident, found.claim, now)


def erase(session: Session, ident: int) -> None:
    """Delete it with its file and figures; also while it is under way."""
    remove(session, ident)


def _held(session: Session, ident: int) -> Simulation:
    return session.get_one(Simulation, ident, with_for_update=True, populate_existing=True)
