"""Reading projects for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.i18n import Localized, Message, gettext, localize
from core.text import mask_name
from core.types import Texts
from projects.calls import Call
from projects.cases import Case
from projects.labels import STATE_LABELS, STATE_TONES
from projects.life import life_of, named_in, shown_types
from projects.models import Category, DeliveryPlan, Photo, Project
from projects.money_life import LifeEntry
from projects.states import WINNING, State
from projects.way import Step, way
from projects.works.extras import Extras, extras_of
from projects.works.opinions import opinions_of
from projects.works.page import works_page, works_rows
from projects.works.photos import album_of
from projects.works.services.evaluating import FINISHED
from projects.works.views import Opinions, WorksPage
from transparency.log import Entry, timeline

LIFE = 60  # so many entries of the life line are on one page


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo: its file's name, its size and what it shows."""

    name: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A department's published answer; ``cost`` in minor units."""

    organisation_id: int
    organisation: Localized
    feasible: bool
    reason: str
    cost: int | None
    conditions: str


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything a project's page shows, and what panels on it are given.

    Money is minor units of ``currency``; ``cost`` counts where there is one, else ``estimate``.
    """

    id: int
    round_id: int
    area_id: int
    call: Call
    state: State
    label: Message
    tone: str
    code: str | None
    title: Localized
    summary: Localized
    description: Localized
    beneficiaries: Localized
    area: Localized
    category_id: int | None
    category: Localized | None
    currency: str
    estimate: int | None
    cost: int | None
    latitude: float | None
    longitude: float | None
    proposer: str
    organisation_id: int | None
    organisation: Localized | None
    photos: list[PhotoView]
    reviews: list[ReviewView]
    life: list[LifeEntry]
    older: int | None
    steps: list[Step]
    plan: DeliveryPlan | None
    works: WorksPage | None
    opinions: Opinions | None


def project_page(session: Session, case: Case, before: int | None = None) -> ProjectPage:
    """A project as its page shows it, the life line from entry ``before`` on: three queries more
    than loading the case, and one for the delivery of what won."""
    project = case.project
    state = State(project.state)
    extras = extras_of(session, project.id)
    names = {one["organisation_id"]: one["organisation"] for one in extras.reviews}
    rows = works_rows(session, project.id) if state in WINNING else []
    album = album_of(session, project, rows)
    works = works_page(project, rows, extras.changes, album.of_reports)
    entries, older = _life(session, project.id, state, before)
    names |= _names(session, project, works, named_in(entries) - names.keys())
    return ProjectPage(
        id=project.id,
        round_id=project.round_id,
        area_id=project.area_id,
        call=case.call,
        state=state,
        label=STATE_LABELS[state],
        tone=STATE_TONES[state],
        code=project.code,
        title=title_of(project.title),
        summary=localize(project.summary),
        description=localize(project.description),
        beneficiaries=localize(project.beneficiaries),
        area=localize(project.area.name),
        category_id=project.category_id,
        category=localize(project.category.name) if project.category else None,
        currency=project.currency,
        estimate=project.estimate,
        cost=project.cost,
        latitude=project.latitude,
        longitude=project.longitude,
        proposer=proposer_name(project),
        organisation_id=project.organisation_id,
        organisation=localize(project.organisation.name) if project.organisation else None,
        photos=[PhotoView(one.name, one.width, one.height, one.alt) for one in album.own],
        reviews=_reviews(extras),
        life=life_of(entries, proposer_name(project), names),
        older=older,
        steps=way(state, entries, works.marks if works else {}),
        plan=rows[0].DeliveryPlan if rows else None,
        works=works if works and (works.published or works.given_up) else None,
        opinions=opinions_of(extras) if state in FINISHED else None,
    )


def _life(
    session: Session, ident: int, state: State, before: int | None
) -> tuple[list[Entry], int | None]:
    """The newest entries before a number, and the number before which there are others."""
    found = timeline(
        session, ("project", ident), types=shown_types(state), limit=LIFE + 1, before=before
    )
    return found[:LIFE], found[LIFE - 1].number if len(found) > LIFE else None


def _names(
    session: Session, project: Project, works: WorksPage | None, wanted: set[int]
) -> dict[int, Texts]:
    """The names of organisations in the life line; asked for only where the page lacks them."""
    known: dict[int, Texts] = {}
    if project.organisation:
        known[project.organisation.id] = project.organisation.name
    if works:
        known |= works.names
    missing = frozenset(wanted - known.keys())
    return known | dict(organisation_names(session, missing))


def proposer_name(project: Project) -> str:
    """Who proposed it, as the public may see it."""
    if project.proposer is None:
        return gettext("A resident")
    return mask_name(project.proposer.name)


def title_of(title: Texts) -> Localized:
    """A title, or what a draft without one is called."""
    found = localize(title)
    return found if found.text else Localized(gettext("Without a title"), found.lang, False)


def _reviews(extras: Extras) -> list[ReviewView]:
    """Published answers, the latest submission's first."""
    return [
        ReviewView(
            organisation_id=one["organisation_id"],
            organisation=localize(one["organisation"]),
            feasible=bool(one["feasible"]),
            reason=one["reason"],
            cost=one["cost"],
            conditions=one["conditions"],
        )
        for one in extras.reviews
        if one["published_at"]
    ]


# What every list asks, put together once.
_CATEGORIES = (
    select(Category.id, Category.name)
    .where(Category.round_id == bindparam("round"))
    .order_by(Category.position, Category.id)
)


def categories_of(session: Session, round_id: int) -> list[tuple[int, Texts]]:
    """The categories of a round in their order."""
    return [(i, name) for i, name in session.execute(_CATEGORIES, {"round": round_id})]


def photos_of(session: Session, project_id: int) -> list[Photo]:
    """The photos of a project in their order."""
    rows = select(Photo).where(Photo.project_id == project_id).order_by(Photo.position)
    return list(session.scalars(rows))


def organisation_names(session: Session, ids: frozenset[int]) -> list[tuple[int, Texts]]:
    """The names of organisations, by their identities."""
    if not ids:
        return []
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return [(i, name) for i, name in session.execute(rows.order_by(Organisation.id))]


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One of a person's own proposals in a list."""

    id: int
    round_id: int
    state: State
    label: Message
    tone: str
    title: Localized
    updated_at: datetime


def own_projects(session: Session, person_id: int, round_id: int | None = None) -> list[OwnRow]:
    """A person's own proposals, last changed first; at most 100."""
    rows = select(
        Project.id, Project.round_id, Project.state, Project.title, Project.updated_at
    ).where(Project.proposer_id == person_id, Project.state != State.WITHDRAWN)
    if round_id is not None:
        rows = rows.where(Project.round_id == round_id)
    return [
        OwnRow(
            row.id,
            row.round_id,
            State(row.state),
            STATE_LABELS[State(row.state)],
            STATE_TONES[State(row.state)],
            title_of(row.title),
            row.updated_at,
        )
        for row in session.execute(rows.order_by(Project.updated_at.desc(), Project.id).limit(100))
    ]
