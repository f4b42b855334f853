"""A call's page: what holds, every version with what it changed and its proof, its openings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Area
from core.clock import local_date
from core.errors import NotFound
from core.i18n import Localized, Message, lazy_gettext, localize
from core.types import Texts
from sponsorship.firewall import not_under_vote, under_vote
from sponsorship.guidance.changes import Change, changes
from sponsorship.guidance.money import Pool, pool_of
from sponsorship.guidance.queries import terms_of
from sponsorship.guidance.services.openings import title_of
from sponsorship.guidance.words import CALL_STATES, Line, lines
from sponsorship.models import GuidanceCall, GuidanceVersion, Opening
from sponsorship.showing.queries.sums import NOTHING, Sums, sums_of
from sponsorship.showing.words import OPENING_KINDS, OPENING_STATES
from sponsorship.states import CallState
from sponsorship.terms import Terms
from transparency.log import Entry, timeline

MOST = 200
Areas: TypeAlias = Mapping[int, Texts]
_STEPS = ("call.published", "call.changed", "call.closed")


@dataclass(frozen=True, slots=True)
class VersionView:
    """A published version: what it changed against the one before, and where it is recorded."""

    row: GuidanceVersion
    changes: list[Change]
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """Something that partners are, or were, looked for; ``sums`` is what was pledged for it."""

    id: int
    title: Localized
    project_id: int | None
    kind: Message
    state: str
    label: Message
    tone: str
    target: int | None
    deadline: datetime
    reason: str
    hidden: bool  # under vote: shown to officers only
    sums: Sums

    @property
    def url(self) -> str:
        """Its public page."""
        return f"/partners/openings/{self.id}"


@dataclass(frozen=True, slots=True)
class CallPage:
    """A published call as the public sees it."""

    call: GuidanceCall
    version: GuidanceVersion
    terms: Terms
    label: Message
    tone: str
    lines: list[Line]
    versions: list[VersionView]
    openings: list[OpeningRow]
    pool: Pool
    closed: Entry | None


def state_of(call: GuidanceCall, terms: Terms, at: datetime) -> tuple[Message, str]:
    """How far a call is, in words, and its tone."""
    day = local_date(at)
    if call.state == CallState.OPEN and day < terms.opens_on:
        return lazy_gettext("Begins soon"), "blue"
    if call.state == CallState.OPEN and day > terms.closes_on:
        return lazy_gettext("No more offers are taken"), "quiet"
    return CALL_STATES[call.state]


def call_page(session: Session, call: GuidanceCall, at: datetime) -> CallPage:
    """Everything on the public page of a published call; never what is under vote."""
    rows = published(session, call.id)
    areas = areas_of(session, rows)
    entries = timeline(session, ("call", call.id), types=_STEPS)
    version = next(one for one in rows if one.number == call.version)
    terms = terms_of(version)
    label, tone = state_of(call, terms, at)
    return CallPage(
        call=call,
        version=version,
        terms=terms,
        label=label,
        tone=tone,
        lines=lines(terms, call.currency, areas),
        versions=_views(rows, entries, call.currency, areas),
        openings=opening_rows(session, call.id),
        pool=pool_of(session, call),
        closed=next((one for one in entries if one.type == "call.closed"), None),
    )


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A version by itself; ``newer`` when another one holds now."""

    view: VersionView
    terms: Terms
    lines: list[Line]
    newer: bool


def version_page(session: Session, call: GuidanceCall, number: int) -> VersionPage:
    """A published version, whatever holds now. Raises ``NotFound``."""
    rows = published(session, call.id)
    areas = areas_of(session, rows)
    entries = timeline(session, ("call", call.id), types=_STEPS)
    for view in _views(rows, entries, call.currency, areas):
        if view.row.number == number:
            terms = terms_of(view.row)
            said = lines(terms, call.currency, areas)
            return VersionPage(view, terms, said, newer=call.version != number)
    raise NotFound(lazy_gettext("There is no such page."))


def published(session: Session, call_id: int) -> list[GuidanceVersion]:
    """The published versions of a call, the newest first."""
    rows = select(GuidanceVersion).where(
        GuidanceVersion.call_id == call_id, GuidanceVersion.published_at.is_not(None)
    )
    return list(session.scalars(rows.order_by(GuidanceVersion.number.desc()).limit(MOST)))


def areas_of(session: Session, versions: Sequence[GuidanceVersion]) -> Areas:
    """The names of the areas that these versions name."""
    wanted = {ident for one in versions for ident in terms_of(one).area_ids}
    if not wanted:
        return {}
    rows = select(Area.id, Area.name).where(Area.id.in_(wanted))
    return {row.id: row.name for row in session.execute(rows)}


def _views(
    rows: list[GuidanceVersion], entries: list[Entry], currency: str, areas: Areas
) -> list[VersionView]:
    by_number = {one.body.get("number"): one for one in entries if one.type != "call.closed"}
    before = {one.number: old for one, old in pairwise(rows)}
    return [
        VersionView(
            row=one,
            changes=changes(before[one.number], one, currency, areas)
            if one.number in before
            else [],
            entry=by_number.get(one.number),
        )
        for one in rows
    ]


def opening_rows(session: Session, call_id: int, *, everything: bool = False) -> list[OpeningRow]:
    """What partners are or were looked for under a call, what runs first; what is under vote for
    officers (``everything``) only."""
    rows = select(Opening).where(Opening.call_id == call_id)
    if not everything:
        rows = rows.where(not_under_vote())
    rows = rows.options(joinedload(Opening.project))
    found = session.scalars(rows.order_by(Opening.state != "open", Opening.id.desc()).limit(MOST))
    openings = list(found)
    sums = sums_of(session, [one.id for one in openings])
    return [_opening(one, sums.get(one.id, NOTHING)) for one in openings]


def _opening(one: Opening, sums: Sums) -> OpeningRow:
    label, tone = OPENING_STATES[one.state]
    return OpeningRow(
        id=one.id,
        title=localize(title_of(one)),
        project_id=one.project_id,
        kind=OPENING_KINDS[one.kind],
        state=one.state,
        label=label,
        tone=tone,
        target=one.target,
        deadline=one.deadline,
        reason=one.reason,
        hidden=under_vote(one),
        sums=sums,
    )
