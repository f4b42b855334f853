"""The rules as a job: one after the other, each kept as soon as it has looked.

It may be stopped anywhere and begun again. Of two workers only the one that claimed the run last
may write.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.flags.keeping import keep, lapse, parts
from audit.flags.models import FlagMark, FlagRun, FlagStep, RunState
from audit.flags.rule import REGISTRY, Hit, Look, Rule
from audit.flags.runs import TOPIC, ask, due_at_night, owe
from audit.flags.touched import Touched, marks
from core.clock import now as present
from core.db import db, of_one_moment, transaction
from core.errors import Conflict
from core.i18n import both, lazy_gettext
from core.jobs import every_minute
from core.outbox import LEASE, handles
from core.types import Json, Texts

SILENCE = LEASE
MOST_TRIES = 3
INTERRUPTED = lazy_gettext("The run broke off several times without finishing a rule.")
FAILED = lazy_gettext("These rules could not look: %(rules)s. The others are done.")
log = structlog.get_logger()


class _Over(Exception):
    """Another worker has taken the run over, or it has ended."""


@handles(TOPIC)
def on_asked(payload: dict[str, Any]) -> None:
    """Do the run that was asked for."""
    work(payload["run"])


@every_minute("flags")
def tend(now: datetime) -> None:
    """Take up runs whose worker is gone, and begin one each night."""
    silent = select(FlagRun.id, FlagRun.claim).where(
        FlagRun.state == RunState.RUNNING, FlagRun.beat_at <= now - SILENCE
    )
    for ident, claim in db.session.execute(silent).all():
        with transaction() as session:
            owe(session, ident, claim, now)
    if due_at_night(db.session, now):
        try:
            with transaction() as session:
                ask(session, None, now)
        except Conflict:
            log.info("flags.going")


def work(ident: int) -> None:
    """Let every rule look that has not looked in this run, unless another worker does."""
    claim = _claim(ident, present())
    if claim is None:
        return
    hand = _Hand(ident, claim)
    try:
        done = set(db.session.scalars(select(FlagStep.rule).where(FlagStep.run_id == ident)))
        for rule in REGISTRY.rules.values():
            if rule.id not in done:
                hand.look(rule)
        hand.finish()
    except _Over:
        log.info("flags.over", run=ident)


def _claim(ident: int, now: datetime) -> int | None:
    with transaction() as session:
        run = _locked(session, ident)
        if run is None or not _free(run, now):
            return None
        if run.tries >= MOST_TRIES:
            _end(run, RunState.FAILED, both(INTERRUPTED), now)
            return None
        run.state, run.beat_at, run.began_at = RunState.RUNNING, now, run.began_at or now
        run.marks = run.marks or marks(session, now)
        run.claim += 1
        run.tries += 1
        return run.claim


def _free(run: FlagRun, now: datetime) -> bool:
    if run.state == RunState.RUNNING:
        return run.beat_at is None or run.beat_at <= now - SILENCE
    return run.state == RunState.WAITING


def _locked(session: Session, ident: int) -> FlagRun | None:
    return session.get(FlagRun, ident, with_for_update=True, populate_existing=True)


def _end(run: FlagRun, state: RunState, error: Texts, now: datetime) -> None:
    run.state, run.going, run.error = state, False, error
    run.rule, run.ended_at = None, now


@dataclass(slots=True)
class _Hand:
    """A worker's hold on a run. Every write raises ``_Over`` once the hold is lost."""

    ident: int
    claim: int
    failed: str = ""

    def look(self, rule: Rule) -> None:
        """Let one rule look, and keep what it found; a rule that fails does not stop the others."""
        with transaction() as session:
            run = self._held(session)
            run.rule = rule.id
            known, full = run.marks, run.full
        started = time.perf_counter()
        try:
            only = _parts_of(rule, full)
            found = _found(rule, only)
        except Exception:
            log.exception("flags.rule_failed", rule=rule.id)
            self.failed += f"{rule.id} "
            return
        new = self._keep(rule, found)
        with transaction() as session:
            run = self._held(session)
            run.done, run.tries = run.done + 1, 0
            gone = lapse(session, rule, only, [one.key for one in found], present())
            mark = FlagMark(rule=rule.id, version=rule.version, marks=known, at=present())
            session.merge(mark)
            took = round((time.perf_counter() - started) * 1000)
            session.add(_step(run.id, rule, only is not None, (len(found), new, gone), took))

    def _keep(self, rule: Rule, found: list[Hit]) -> int:
        new = 0
        for part in parts(found):
            with transaction() as session:
                self._held(session)
                new += keep(session, rule, part, self.ident, present())
        return new

    def finish(self) -> None:
        """Every rule has looked, or could not."""
        with transaction() as session:
            run = self._held(session)
            error = both(FAILED, rules=self.failed.strip()) if self.failed else {}
            _end(run, RunState.FAILED if self.failed else RunState.DONE, error, present())

    def _held(self, session: Session) -> FlagRun:
        run = _locked(session, self.ident)
        if run is None or run.state != RunState.RUNNING or run.claim != self.claim:
            raise _Over
        run.beat_at = present()
        return run


def _parts_of(rule: Rule, full: bool) -> Collection[Any] | None:
    """What has changed since the rule looked last; None for everything."""
    mark = db.session.get(FlagMark, rule.id)
    if full or mark is None or mark.version != rule.version:
        return None
    since: Json = mark.marks
    return Touched(db.session, since).of(rule.scope)


def _found(rule: Rule, only: Collection[Any] | None) -> list[Hit]:
    """What a rule finds, each key once."""
    if only is not None and not only:
        return []
    of_one_moment(db.session)
    hits = {hit.key: hit for hit in rule.look(Look(db.session, present(), only))}
    db.session.rollback()
    return list(hits.values())


def _step(run: int, rule: Rule, partial: bool, counts: tuple[int, int, int], took: int) -> FlagStep:
    hits, new, lapsed = counts
    return FlagStep(
        run_id=run,
        rule=rule.id,
        partial=partial,
        hits=hits,
        new=new,
        lapsed=lapsed,
        milliseconds=took,
        ended_at=present(),
    )
