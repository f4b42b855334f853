"""Which projects may be opened under a call, and how much each lacks."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from accounts.models import Area
from core.i18n import Localized, Message, localize
from projects.models import Project
from sponsorship.guidance.money import needs
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.services.openings import STATES, kind_of
from sponsorship.models import GuidanceCall, Opening, OpeningKind
from sponsorship.showing.words import OPENING_KINDS
from sponsorship.states import OpeningState

MOST = 200  # looked through; those that lack money are shown


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be opened: what it costs, what is missing, and how much of that sponsors
    may be asked for; minor units of the call's currency."""

    id: int
    title: Localized
    area: Localized
    kind: Message
    cost: int
    missing: int
    most: int


def candidates(session: Session, call: GuidanceCall, kind: str = "") -> list[Candidate]:
    """The projects of a call's areas for which partners may be looked for now, of one ``kind`` or
    of all; the newest first. Five queries."""
    terms = terms_of(current(session, call))
    kinds = [one for one in STATES if kind in {"", one}]
    rows = (
        select(Project, Area.name)
        .join(Area, Area.id == Project.area_id)
        .where(
            Project.state.in_([state for one in kinds for state in STATES[one]]),
            Project.currency == call.currency,
            Project.cost > 0,
            Area.path.startswith(call.area.path, autoescape=True),
            _named(terms.area_ids),
            ~_taken(call.id),
        )
        .order_by(Project.id.desc())
        .limit(MOST)
    )
    found = [(project, name) for project, name in session.execute(rows)]
    lacking = needs(session, [project for project, _ in found])
    return [
        Candidate(
            id=project.id,
            title=localize(project.title),
            area=localize(name),
            kind=OPENING_KINDS[kind_of(project.state) or OpeningKind.SHOWCASE],
            cost=project.cost or 0,
            missing=lacking[project.id].missing,
            most=most,
        )
        for project, name in found
        if (most := lacking[project.id].most(terms.public_least))
    ]


def kinds() -> list[tuple[OpeningKind, Message]]:
    """What the list can be narrowed to."""
    return [(kind, OPENING_KINDS[kind]) for kind in STATES]


def _named(area_ids: tuple[int, ...]) -> ColumnElement[bool]:
    if not area_ids:
        return ~false()
    return or_(*(Area.path.contains(f"/{ident}/") for ident in area_ids))


def _taken(call_id: int) -> ColumnElement[bool]:
    running = Opening.state.in_((OpeningState.OPEN, OpeningState.MET))
    return exists().where(
        Opening.project_id == Project.id, or_(Opening.call_id == call_id, running)
    )
