"""Rounds as projects know them: what is called for, where, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from accounts.models import Area
from budgeting.limits import read_limits
from budgeting.models import Phase, PhaseKind, Round, SubBudget
from budgeting.phases import features, phase_of
from budgeting.states import PUBLIC
from core.json_rows import json_rows, value
from core.types import Texts
from projects.calls import Call, call_provider


@dataclass(frozen=True, slots=True)
class _Timed:
    """As much of a round as its features follow from."""

    state: str
    phases: Sequence[Phase]


def url_of(round_id: int) -> str:
    """A round's page; written out because lists ask for it often."""
    return f"/rounds/{round_id}"


@call_provider
def round_calls(session: Session, now: datetime, round_id: int | None) -> list[Call]:
    """Every round that the public may know of, newest first, as a call: two queries, one for a
    single round, and one more where an area has a ceiling."""
    rows = _rounds(session, round_id)
    areas = _areas(session, [row[0] for row in rows], alone=round_id is not None)
    return [_call(row, areas.get(row[0].id, ()), now) for row in rows]


def _rounds(session: Session, round_id: int | None) -> list[tuple[Any, list[Phase]]]:
    rows = session.execute(_ROUNDS if round_id is None else _ROUND, {"round": round_id})
    return [_with_phases(list(found)) for _id, found in groupby(rows, key=lambda row: row.id)]


def _with_phases(rows: list[Any]) -> tuple[Any, list[Phase]]:
    """A round and its phases; rows with the same names will do for these."""
    return rows[0], [row for row in rows if row.kind is not None]


def _areas(
    session: Session, rounds: list[Any], *, alone: bool
) -> dict[int, list[tuple[int, Texts]]]:
    """Where projects of each round may be: wherever it has money, its own area first, then where
    the money for all has a ceiling. A round asked for ``alone`` came with its areas."""
    found: dict[int, list[tuple[int, Texts]]] = {}
    if alone:
        found = {row.id: _own_areas(row.areas) for row in rounds}
    else:
        named = session.execute(_AREAS, {"rounds": [row.id for row in rounds]})
        for round_id, area_id, name in named:
            found.setdefault(round_id, []).append((area_id, name))
    limited = {row.id: read_limits(row.limits).areas for row in rounds if row.limits}
    wanted = {area for areas in limited.values() for area in areas}
    if wanted:
        rows = select(Area.id, Area.name).where(Area.id.in_(wanted)).order_by(Area.path)
        names = session.execute(rows).all()
        for round_id, areas in limited.items():
            found.setdefault(round_id, []).extend((a, name) for a, name in names if a in areas)
    return found


def _own_areas(rows: list[dict[str, Any]]) -> list[tuple[int, Texts]]:
    ordered = sorted(rows, key=lambda row: (bool(row["inner"]), row["path"]))
    return [(row["id"], value(row["name"])) for row in ordered]


_ROUNDS = (
    select(
        Round.id,
        Round.state,
        Round.title,
        Round.languages,
        Round.currency,
        Round.cost_min,
        Round.cost_max,
        Round.limits,
        Area.path,
        Phase.kind,
        Phase.starts_at,
        Phase.ends_at,
    )
    .join(Area, Area.id == Round.area_id)
    .outerjoin(Phase, Phase.round_id == Round.id)
    .where(Round.state.in_(PUBLIC))
    .order_by(Round.id.desc(), Phase.starts_at)
)
_OWN_AREAS = (
    select(Area.id, Area.name, Area.path, (Area.id != Round.area_id).label("inner"))
    .join(SubBudget, SubBudget.area_id == Area.id)
    .join(Round, Round.id == SubBudget.round_id)
    .where(SubBudget.round_id == bindparam("round"), SubBudget.amount > 0)
)
_ROUND = _ROUNDS.add_columns(json_rows(_OWN_AREAS).label("areas")).where(
    Round.id == bindparam("round")
)
_AREAS = (
    select(SubBudget.round_id, Area.id, Area.name)
    .join(Area, Area.id == SubBudget.area_id)
    .join(Round, Round.id == SubBudget.round_id)
    .where(SubBudget.round_id.in_(bindparam("rounds", expanding=True)), SubBudget.amount > 0)
    .order_by(SubBudget.round_id, Area.id != Round.area_id, Area.path)
)


def _call(row: tuple[Any, list[Phase]], areas: Sequence[tuple[int, Texts]], now: datetime) -> Call:
    found, phases = row
    submission = phase_of(phases, PhaseKind.SUBMISSION)
    review = phase_of(phases, PhaseKind.REVIEW) or submission
    return Call(
        id=found.id,
        title=found.title,
        url=url_of(found.id),
        area_path=found.path,
        areas=tuple(areas),
        languages=tuple(found.languages),
        currency=found.currency,
        cost_min=found.cost_min,
        cost_max=found.cost_max,
        features=features(_Timed(found.state, phases), now),
        submission_ends=submission.ends_at if submission else None,
        submission_starts=submission.starts_at if submission else None,
        revision_ends=review.ends_at if review else None,
    )
