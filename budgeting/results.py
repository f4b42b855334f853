"""The heads of results: what is announced of a round that is being counted or was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Area
from budgeting.models import Outcome, Phase, PhaseKind, Round, RoundState, SubBudget, Tally
from budgeting.phases import allows
from budgeting.result_words import headline
from budgeting.states import PUBLIC
from core.errors import NotFound
from core.i18n import Localized, lazy_gettext, localize
from core.types import Json

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Head:
    """A round with its tally, as much as its result is announced with. ``statistics`` is what
    ``counting`` and ``closing`` left; ``phases`` only has the one of the results. ``report`` is
    the tally's, where it was asked for and there is one."""

    id: int
    state: str
    title: Localized
    area: Localized
    area_id: int
    currency: str
    imported: bool
    rule: Json
    manifest_hash: str
    phases: Sequence[Phase]
    voting_ends: datetime | None
    progress: int
    failed: bool
    counted_at: datetime | None
    ballots: int
    input_hash: str
    result_hash: str
    leaf: int | None
    statistics: Json
    budget: int
    report: Json

    def readable(self, now: datetime) -> bool:
        """Whether everybody may read the result at ``now``."""
        return allows(self, "read_result", now)

    @property
    def results_at(self) -> datetime | None:
        """When the result may be read."""
        return self.phases[0].starts_at if self.phases else None

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        return headline(self.statistics)


def find_head(session: Session, round_id: int, *, report: bool = False) -> Head:
    """A public round with its tally, and its report if wanted: one query. Raises ``NotFound``."""
    wanted = _heads().where(Round.id == min(round_id, LARGEST_ID), Round.state.in_(PUBLIC))
    if report:
        wanted = wanted.add_columns(Tally.report)
    row = session.execute(wanted).one_or_none()
    if row is None or row.state == RoundState.CANCELLED:
        raise NotFound(lazy_gettext("There is no such round."))
    return _head(row)


def find_outcome(session: Session, project_id: int) -> tuple[Head, Outcome] | None:
    """What the tally decided about a project, with its public round: one query."""
    rows = (
        _heads()
        .join(Outcome, Outcome.round_id == Round.id)
        .add_columns(Outcome)
        .where(
            Outcome.project_id == project_id,
            Round.state.in_(PUBLIC),
            Round.state != RoundState.CANCELLED,
        )
    )
    row = session.execute(rows).one_or_none()
    return None if row is None else (_head(row), row.Outcome)


def latest_heads(session: Session, now: datetime, most: int) -> list[Head]:
    """The results that were counted last, of those that may be read: one query."""
    rows = _heads().where(Round.state == RoundState.DECIDED)
    rows = rows.order_by(Tally.finished_at.desc(), Round.id.desc()).limit(4 * most)
    heads = [_head(row) for row in session.execute(rows)]
    return [head for head in heads if head.readable(now)][:most]


_results, _voting = aliased(Phase), aliased(Phase)


def _heads() -> Any:
    amounts = select(func.sum(SubBudget.amount)).where(SubBudget.round_id == Round.id)
    return (
        select(
            Round.id,
            Round.state,
            Round.title,
            Area.name.label("area"),
            Round.area_id,
            Round.currency,
            Round.imported,
            Round.rule,
            func.coalesce(Round.manifest_hash, "").label("manifest_hash"),
            _results.starts_at.label("results_at"),
            _results.ends_at.label("results_end"),
            _voting.ends_at.label("voting_ends"),
            func.coalesce(Tally.progress, 0).label("progress"),
            Tally.error,
            Tally.finished_at.label("counted_at"),
            func.coalesce(Tally.ballots, 0).label("ballots"),
            func.coalesce(Tally.input_hash, "").label("input_hash"),
            func.coalesce(Tally.result_hash, "").label("result_hash"),
            Tally.leaf_id.label("leaf"),
            Tally.statistics,
            amounts.scalar_subquery().label("budget"),
        )
        .join(Area, Area.id == Round.area_id)
        .outerjoin(Tally, Tally.round_id == Round.id)
        .outerjoin(
            _results, and_(_results.round_id == Round.id, _results.kind == PhaseKind.RESULTS)
        )
        .outerjoin(_voting, and_(_voting.round_id == Round.id, _voting.kind == PhaseKind.VOTING))
    )


def _head(row: Any) -> Head:
    values = row._asdict()
    values.pop("Outcome", None)
    starts, ends = values.pop("results_at"), values.pop("results_end")
    phases = [Phase(kind=PhaseKind.RESULTS, starts_at=starts, ends_at=ends)] if starts else []
    values |= {
        "title": localize(row.title),
        "area": localize(row.area),
        "phases": phases,
        "failed": values.pop("error") is not None,
        "statistics": row.statistics or {},
        "budget": int(row.budget or 0),
        "report": values.get("report") or {},
    }
    return Head(**values)
