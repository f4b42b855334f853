"""The simulation as a job: one rule after the other, each kept as soon as it is counted.

It may be stopped anywhere and begun again, by the worker's end or by an officer. Of two workers
only the one that claimed it last may write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from budgeting.models import Simulation, SimulationFile, SimulationRun, SimulationState
from budgeting.simulations.measuring import measure
from budgeting.simulations.runs import RUNS, Run
from budgeting.simulations.sources import Source, describe, load
from budgeting.tally import rules
from core.clock import now as present
from core.db import db, transaction
from core.errors import DomainError
from core.i18n import both, lazy_gettext
from core.jobs import every_minute
from core.outbox import LEASE, enqueue, handles
from core.types import Json, Texts

TOPIC = "budgeting.simulate"
KEPT = timedelta(days=30)
# Nothing was heard of a worker for so long: it is gone, and another takes over.
SILENCE = LEASE
MOST_TRIES = 3
LONGEST_ERROR = 500
# A rule may tell its percents often; the database hears of them now and then.
SECONDS_BETWEEN_NOTES = 1.0
INTERRUPTED = lazy_gettext("The counting broke off several times without finishing a rule.")
log = structlog.get_logger()


class _Over(Exception):
    """The simulation was stopped or deleted, or another worker has taken it over."""


@handles(TOPIC)
def on_asked(payload: dict[str, Any]) -> None:
    """Run the simulation that an officer has asked for."""
    simulate(payload["simulation"])


@every_minute("simulations")
def tend(now: datetime) -> None:
    """Delete simulations that are old, and take up again those whose worker is gone."""
    old = select(Simulation.id).where(Simulation.created_at <= now - KEPT)
    silent = select(Simulation.id, Simulation.claim).where(
        Simulation.state == SimulationState.RUNNING, Simulation.beat_at <= now - SILENCE
    )
    gone, lost = db.session.scalars(old).all(), db.session.execute(silent).all()
    for ident in gone:
        with transaction() as session:
            remove(session, ident)
    for ident, claim in lost:
        with transaction() as session:
            ask(session, ident, claim, now)


def ask(session: Session, ident: int, claim: int, now: datetime) -> None:
    """Owe a worker to a simulation; only once for each time that one had claimed it."""
    enqueue(session, TOPIC, f"{ident}:{claim}", {"simulation": ident}, now)


def remove(session: Session, ident: int) -> None:
    """Delete a simulation with all that belongs to it; a worker on it stops by itself."""
    _locked(session, ident)  # its worker must not write in between
    session.execute(delete(SimulationRun).where(SimulationRun.simulation_id == ident))
    session.execute(delete(SimulationFile).where(SimulationFile.simulation_id == ident))
    session.execute(delete(Simulation).where(Simulation.id == ident))


def simulate(ident: int) -> None:
    """Count by every rule that was not counted yet, unless another worker does.

    A rule that fails says so in its place, and the others go on. When the ballots cannot be
    read, that is noted and raised.
    """
    claim = _claim(ident, present())
    if claim is None:
        return
    work = _Work(ident, claim)
    try:
        source = load(db.session, db.session.get_one(Simulation, ident))
        work.note(election=describe(source))
        done = set(db.session.scalars(_rules_of(ident)))
        for run in RUNS:
            if run.key not in done:
                work.count(source, run)
        work.finish()
    except _Over:
        log.info("simulation.over", simulation=ident)
    except Exception as error:
        work.fail(said(error))
        raise


def _claim(ident: int, now: datetime) -> int | None:
    """Take up a simulation that waits, or whose worker is gone; gives the number of the claim."""
    with transaction() as session:
        found = _locked(session, ident)
        if found is None or not _free(found, now):
            return None
        if found.tries >= MOST_TRIES:
            found.state, found.error = SimulationState.FAILED, both(INTERRUPTED)
            return None
        found.state, found.error, found.beat_at = SimulationState.RUNNING, {}, now
        found.claim += 1
        found.tries += 1
        return found.claim


def _free(found: Simulation, now: datetime) -> bool:
    if found.state == SimulationState.RUNNING:
        return found.beat_at is None or found.beat_at <= now - SILENCE
    return found.state == SimulationState.WAITING


def _locked(session: Session, ident: int) -> Simulation | None:
    return session.get(Simulation, ident, with_for_update=True, populate_existing=True)


def _rules_of(ident: int) -> Select[str]:
    return select(SimulationRun.rule).where(SimulationRun.simulation_id == ident)


@dataclass(slots=True)
class _Work:
    """A worker's hold on a simulation. Every write raises ``_Over`` once the hold is lost."""

    ident: int
    claim: int
    noted_at: float = float("-inf")

    def note(self, **values: Any) -> None:
        """Write down how it stands."""
        with transaction() as session:
            self._write(session, **values)

    def count(self, source: Source, run: Run) -> None:
        """Count by one rule and keep what it chose, or why it could not be counted."""
        place = RUNS.index(run)
        self.note(rule=run.key, progress=100 * place // len(RUNS))
        found = _outcome(source, run, self._teller(place))
        with transaction() as session:
            self._write(session, progress=100 * (place + 1) // len(RUNS), tries=0)
            session.add(SimulationRun(simulation_id=self.ident, rule=run.key, **found))

    def finish(self) -> None:
        """When every rule was counted, the file is no longer needed."""
        errors = select(SimulationRun.error).where(SimulationRun.simulation_id == self.ident)
        with transaction() as session:
            failed = any(session.scalars(errors))
            state = SimulationState.FAILED if failed else SimulationState.DONE
            self._write(session, state=state, progress=100, rule=None)
            if state == SimulationState.DONE:
                mine = SimulationFile.simulation_id == self.ident
                session.execute(delete(SimulationFile).where(mine))

    def fail(self, error: Texts) -> None:
        """Note that it cannot go on, if it is still ours."""
        try:
            self.note(state=SimulationState.FAILED, error=error)
        except _Over:
            log.info("simulation.over", simulation=self.ident)

    def _teller(self, place: int) -> Callable[[int], None]:
        def tell(percent: int) -> None:
            if time.monotonic() - self.noted_at >= SECONDS_BETWEEN_NOTES:
                self.noted_at = time.monotonic()
                self.note(progress=(100 * place + percent) // len(RUNS))

        return tell

    def _write(self, session: Session, **values: Any) -> None:
        found = _locked(session, self.ident)
        running = found is not None and found.state == SimulationState.RUNNING
        if found is None or not running or found.claim != self.claim:
            raise _Over
        found.beat_at = present()
        for name, value in values.items():
            setattr(found, name, value)


def said(error: Exception) -> Texts:
    """A failure to be shown: in words where we have some, else as the program tells it."""
    if isinstance(error, DomainError) and isinstance(error.message, LazyString):
        return both(error.message)
    return {"en": repr(error)[:LONGEST_ERROR]}


def _outcome(source: Source, run: Run, tell: Callable[[int], None]) -> dict[str, Json]:
    """The ``result`` of a rule, or the ``error`` that was in the way."""
    spec = run.spec(min_votes=source.min_votes, ties=source.ties, step=source.scale)
    started = time.perf_counter()
    try:
        outcome = rules.run(source.election, spec, tell)
        took = round((time.perf_counter() - started) * 1000)
        return {"result": measure(source, outcome, took)}
    except _Over:
        raise
    except Exception as error:
        log.exception("simulation.rule_failed", rule=run.key)
        return {"error": {**said(error)}}
