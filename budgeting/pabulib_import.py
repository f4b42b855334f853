"""Making a finished round out of a Pabulib file: an election that was held elsewhere.

Ballots and projects are the file's. The result is counted here, by the code that counts every
round and by the city's own rule where that is known, else greedily; what the file says of its
own result is kept beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from accounts.models import Area, AreaKind
from accounts.services.places import create_area
from budgeting import slates
from budgeting.counting import BATCH, Count, count_round
from budgeting.marking import to_text
from budgeting.models import FinalBallot, Phase, PhaseKind, Round, RoundState, SubBudget, Tally
from budgeting.pabulib_projects import add_projects
from budgeting.pabulib_reading import Head, head_of
from budgeting.pabulib_rules import rule_of
from budgeting.services.freeze import manifest_of
from budgeting.slates import Slate
from budgeting.tally.election import Vote
from budgeting.tally.numbers import number_text
from budgeting.tally.pabulib import PabulibFile, PabulibWarning, read
from budgeting.tallying import settle
from core.canonical import canonical
from core.clock import local_zone
from core.db import Base
from core.errors import Invalid
from core.i18n import lazy_gettext
from core.types import Json
from projects.models import Project
from transparency import log

# How long the result phase of an election lasts that ended long ago: it only must not be empty.
RESULTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. ``warnings`` holds the first hundred of ``warning_count``."""

    round_id: int
    ballots: int
    projects: int
    selected: int
    warnings: tuple[PabulibWarning, ...]
    warning_count: int


def import_round(
    session: Session,
    data: bytes,
    now: datetime,
    *,
    area_id: int | None = None,
    title: str = "",
    rule: Mapping[str, Any] | None = None,
) -> Imported:
    """Make a decided round of a Pabulib file, in the area given or in the city that it names.

    ``rule`` holds settings of the rule that are chosen, see ``pabulib_rules``. Raises
    ``PabulibError`` for a file that cannot be read, ``Invalid`` for one that a round cannot hold
    and ``ValueError`` for settings that make no sense; the caller's transaction must then be
    undone.
    """
    file = read(BytesIO(data))
    head = head_of(file, local_zone(), now)
    round_ = _round(head, _area(session, head, area_id, now), title, now)
    round_.rule = rule_of(file, head.kind, rule or {})
    session.add(round_)
    session.flush()
    projects = add_projects(session, file, head, round_, now)
    manifest = _seal(round_, file, projects, now)
    _store_ballots(session, slates.read(manifest), file.votes)
    count = _count(session, round_, file)
    body = {"file_sha256": hashlib.sha256(data).hexdigest(), "ballots": count.ballots}
    log.record(session, "round.imported", [("round", round_.id)], body, now)
    settle(session, round_.id, count, now)
    selected: int = count.statistics["selected"]
    return Imported(
        round_.id, count.ballots, len(projects), selected, file.warnings, file.warning_count
    )


def _area(session: Session, head: Head, area_id: int | None, now: datetime) -> Area:
    """The area asked for, else the city of the file's name, which is made if there is none."""
    if area_id is not None:
        found = session.get(Area, area_id)
        if found is None:
            raise Invalid(lazy_gettext("There is no area %(area)s.", area=area_id))
        return found
    cities = select(Area).where(Area.kind == AreaKind.CITY).order_by(Area.id)
    named = (city for city in session.scalars(cities) if head.unit in city.name.values())
    return next(named, None) or create_area(session, None, {head.language: head.unit}, None, now)


def _round(head: Head, area: Area, title: str, now: datetime) -> Round:
    made = Round(
        area_id=area.id,
        state=RoundState.CLOSED,
        title={head.language: title or head.title},
        summary={head.language: head.summary},
        languages=[head.language],
        currency=head.currency,
        ballot_type=head.kind,
        max_choices=head.max_choices,
        max_points=head.max_points,
        cost_min=1,
        cost_max=1,
        min_age=0,
        verified_only=False,
        imported=True,
        created_at=now,
        frozen_at=now,
        closed_at=head.ends_at,
    )
    voting = Phase(kind=PhaseKind.VOTING, starts_at=head.starts_at, ends_at=head.ends_at)
    ends = head.ends_at + RESULTS
    made.phases = [voting, Phase(kind=PhaseKind.RESULTS, starts_at=head.ends_at, ends_at=ends)]
    made.sub_budgets = [SubBudget(area_id=area.id, amount=head.budget)]
    return made


def _seal(round_: Round, file: PabulibFile, projects: Sequence[Project], now: datetime) -> Json:
    """Write the manifest, with the file's own head for those who want it back."""
    pairs = [(project, round_.sub_budgets[0]) for project in projects]
    manifest = manifest_of(round_, pairs) | {"pabulib": dict(file.meta)}
    text = canonical(manifest)
    round_.manifest = text.decode()
    round_.manifest_hash = hashlib.sha256(text).hexdigest()
    return manifest


def _store_ballots(session: Session, slate: Slate, votes: Sequence[Vote]) -> None:
    """Write the ballots in the order of the file; most are alike, so texts are made once."""
    table = Base.metadata.tables[FinalBallot.__tablename__]
    texts: dict[tuple[Any, Any], str] = {}

    def rows(start: int) -> Iterator[dict[str, Any]]:
        for place, vote in enumerate(votes[start : start + BATCH], start + 1):
            marks = vote.choices, vote.points
            if marks not in texts:
                texts[marks] = _text(slate, vote)
            yield {
                "round_id": slate.round_id,
                "commitment": f"{place:010d}",
                "voter_tag": "",
                "version": 1,
                "choices": texts[marks],
                "nonce": "",
            }

    for start in range(0, len(votes), BATCH):
        session.execute(insert(table), list(rows(start)))


def _text(slate: Slate, vote: Vote) -> str:
    for points in vote.points or ():
        if points.denominator != 1:
            message = lazy_gettext("%(points)s are not whole points.", points=number_text(points))
            raise Invalid(message)
    worth = map(int, vote.points) if vote.points else [1] * len(vote.choices)
    return to_text(slate, dict(zip(vote.choices, worth, strict=True)))


def _count(session: Session, round_: Round, file: PabulibFile) -> Count:
    """Count what was just stored, and prepare its tally with what the file says of the result."""
    count = count_round(session, round_.id)
    winners = count.selected
    said = {entry.id for entry in file.projects if entry.extra.get("selected", "").strip() == "1"}
    own = {"rule": file.meta.get("rule", ""), "selected": len(said), "same": said == winners}
    statistics = {"source": own} if said else {}
    tally = Tally(
        round_id=round_.id,
        ballots=count.ballots,
        input_hash=count.input_hash,
        statistics=statistics,
    )
    session.add(tally)
    session.flush()
    return count
