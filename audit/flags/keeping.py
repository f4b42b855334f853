"""Keeping what rules found: each flag once, brought up to date, lapsed when it is no longer so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from audit.flags.models import Flag, FlagEvidence, FlagState
from audit.flags.rule import Hit, Rule
from audit.flags.states import after_hit
from core.db import Base

PART = 500
T = TypeVar("T")
_FLAG = Base.metadata.tables["flag"]
_EVIDENCE = Base.metadata.tables["flag_evidence"]


def parts(rows: Collection[T], size: int = PART) -> Iterator[list[T]]:
    """Many things, so many at a time."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def keep(session: Session, rule: Rule, hits: Sequence[Hit], run_id: int, now: datetime) -> int:
    """Write some hits; gives how many flags are new. Doing it again changes nothing."""
    known = {
        flag.key: flag
        for flag in session.scalars(
            select(Flag).where(Flag.rule == rule.id, Flag.key.in_([one.key for one in hits]))
        )
    }
    fresh = [one for one in hits if one.key not in known]
    _insert(session, rule, fresh, run_id, now)
    for hit in hits:
        flag = known.get(hit.key)
        if flag is not None and _differs(flag, hit):
            _refresh(session, flag, hit, run_id, now)
    session.flush()
    return len(fresh)


def _differs(flag: Flag, hit: Hit) -> bool:
    return flag.digest != hit.digest or flag.state == FlagState.LAPSED


def _values(hit: Hit, run_id: int, now: datetime) -> dict[str, Any]:
    return {
        "scope": hit.scope,
        "subject_kind": hit.subject[0],
        "subject_ref": str(hit.subject[1]),
        "params": hit.params,
        "weight": hit.weight,
        "area_id": hit.area_id,
        "digest": hit.digest,
        "changed_at": now,
        "run_id": run_id,
    }


def _insert(session: Session, rule: Rule, hits: Sequence[Hit], run_id: int, now: datetime) -> None:
    if not hits:
        return
    rows = [
        _values(hit, run_id, now)
        | {"rule": rule.id, "key": hit.key, "state": FlagState.OPEN, "found_at": now}
        for hit in hits
    ]
    made = insert(_FLAG).returning(_FLAG.c.id, sort_by_parameter_order=True)
    ids = session.connection().execute(made, rows).scalars().all()
    evidence = [row for ident, hit in zip(ids, hits, strict=True) for row in _evidence(ident, hit)]
    if evidence:
        session.connection().execute(insert(_EVIDENCE), evidence)


def _evidence(flag_id: int, hit: Hit) -> list[dict[str, Any]]:
    return [
        {"flag_id": flag_id, "position": place, "kind": kind, "ref": ref}
        for place, (kind, ref) in enumerate(hit.evidence)
    ]


def _refresh(session: Session, flag: Flag, hit: Hit, run_id: int, now: datetime) -> None:
    """A known flag as it is found now. What was dismissed comes back when there is more to it."""
    state = after_hit(FlagState(flag.state), changed=flag.digest != hit.digest)
    values = _values(hit, run_id, now)
    if flag.state == FlagState.DISMISSED and state == FlagState.OPEN:
        values["params"] = hit.params | {"dismissed_before": flag.dismissed_reason}
        flag.dismissed_by_id = flag.dismissed_at = flag.dismissed_reason = None
    flag.state = state
    for name, value in values.items():
        setattr(flag, name, value)
    session.flush()
    session.execute(delete(FlagEvidence).where(FlagEvidence.flag_id == flag.id))
    if evidence := _evidence(flag.id, hit):
        session.connection().execute(insert(_EVIDENCE), evidence)


def lapse(
    session: Session,
    rule: Rule,
    only: Collection[Any] | None,
    found: Collection[str],
    now: datetime,
) -> int:
    """Open flags in the parts that were looked at, but were not found again, are no longer so;
    gives how many."""
    rows = select(Flag.id, Flag.key).where(Flag.rule == rule.id, Flag.state == FlagState.OPEN)
    keys = frozenset(found)
    gone: list[int] = []
    if only is None:
        gone = [ident for ident, key in session.execute(rows) if key not in keys]
    else:
        for part in parts([f"{rule.scope}:{one}" for one in only]):
            known = session.execute(rows.where(Flag.scope.in_(part)))
            gone += [ident for ident, key in known if key not in keys]
    for some in parts(gone):
        values = {"state": FlagState.LAPSED, "changed_at": now}
        session.execute(update(Flag).where(Flag.id.in_(some)).values(**values))
    return len(gone)
