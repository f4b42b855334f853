"""Changing a public round: its name, and dates to come. Every change is recorded and shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from budgeting.models import Phase, PhaseKind, Round, RoundState
from budgeting.plans import Amendment, check_amendment
from budgeting.services.rounds import set_phases
from core.db import lock
from core.errors import Conflict, Invalid
from core.i18n import Message, lazy_gettext
from core.types import Json
from transparency import log

Instants = tuple[datetime | None, datetime | None]
NO_DATES: Instants = (None, None)


def amend_round(session: Session, round_id: int, amendment: Amendment, now: datetime) -> Round:
    """Change what may still change of a public round; nothing is recorded when nothing does.

    A phase that has begun keeps its beginning and never ends sooner than was said, so that
    nobody loses time they counted on; a review that was not finished can be taken up again by
    ending it later. A vote that could not open counts as not begun: it may be moved on. Raises
    ``Conflict`` when the rules are sealed or not public yet, ``Invalid`` for dates that do not
    fit.
    """
    round_ = lock(session, Round, round_id)
    if round_.state != RoundState.PUBLISHED:
        raise Conflict(lazy_gettext("The rules of this round are sealed."))
    check_amendment(amendment)
    faults = dict(_date_faults(round_, amendment, now))
    if faults:
        raise Invalid(lazy_gettext("Please look at the marked fields."), fields=faults)
    changes = _changes(round_, amendment)
    if changes:
        round_.title, round_.summary = amendment.title, amendment.summary
        set_phases(round_, amendment.phases)
        body = {"by": "officer", **changes}
        log.record(session, "round.changed", [("round", round_.id)], body, now)
    return round_


def _date_faults(
    round_: Round, amendment: Amendment, now: datetime
) -> Iterator[tuple[str, Message]]:
    known = {phase.kind: phase for phase in round_.phases}
    for kind in PhaseKind:
        start, end = amendment.phases.get(kind, NO_DATES)
        phase = known.get(kind)
        if phase is not None and _begun(phase, now):
            yield from _begun_faults(phase, start, end, now)
        elif start is not None and start < now and not (phase and start == phase.starts_at):
            yield f"{kind}_starts", lazy_gettext("Please choose a time to come.")


def _begun(phase: Phase, now: datetime) -> bool:
    return phase.starts_at <= now and phase.kind != PhaseKind.VOTING


def _begun_faults(
    phase: Phase, start: datetime | None, end: datetime | None, now: datetime
) -> Iterator[tuple[str, Message]]:
    if start != phase.starts_at:
        yield f"{phase.kind}_starts", lazy_gettext("This phase has already begun.")
    if end is None or end < phase.ends_at:
        yield (
            f"{phase.kind}_ends",
            lazy_gettext("This phase has begun: it can be made longer, but not shorter."),
        )
    elif end > phase.ends_at and end <= now:
        yield f"{phase.kind}_ends", lazy_gettext("Please choose a time to come.")


def _changes(round_: Round, amendment: Amendment) -> Json:
    """What the amendment changes, before and after, as it is recorded."""
    changes: Json = {
        name: {"from": getattr(round_, name), "to": getattr(amendment, name)}
        for name in ("title", "summary")
        if getattr(round_, name) != getattr(amendment, name)
    }
    known = {phase.kind: (phase.starts_at, phase.ends_at) for phase in round_.phases}
    moved: list[dict[str, Any]] = []
    for kind, dates in amendment.phases.items():
        before = known.get(kind, NO_DATES)
        if before != dates:
            moved.append({"kind": kind.value, "from": _iso(before), "to": _iso(dates)})
    return changes | ({"phases": moved} if moved else {})


def _iso(dates: Instants) -> list[str]:
    return [at.isoformat() for at in dates if at is not None]
