"""Releases of a pledge, and where its money may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Area
from core.i18n import Localized, format_money, gettext, localize
from projects.models import Category, DeliveryPlan, Milestone, Project
from projects.states import MilestoneState, PlanState
from projects.works.words import MILESTONE_STATES
from sponsorship.models import OpeningKind, Pledge, Release
from sponsorship.pledges.services.releasing import TAKING, in_category

MOST = 200
Named = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as pages show it; amounts in minor units. ``milestone`` is its title with its
    state and the tone of that; ``decided`` says what became of what was asked for."""

    id: int
    amount: int
    match: int
    project_id: int | None
    project: Localized | None
    milestone_id: int | None
    milestone: str | None
    state: str
    tone: str
    asked_at: datetime
    approved_at: datetime | None
    refused_at: datetime | None
    reason: str

    @property
    def url(self) -> str | None:
        """Where what it paid for is shown."""
        if self.milestone_id:
            return f"/milestones/{self.milestone_id}"
        return f"/projects/{self.project_id}" if self.project_id else None


def releases_of(session: Session, *pledges: int) -> dict[int, list[ReleaseView]]:
    """The releases of pledges, newest first: one query."""
    found: dict[int, list[ReleaseView]] = {ident: [] for ident in pledges}
    if not pledges:
        return found
    rows = (
        select(Release, Project.title, Milestone.title, Milestone.state)
        .outerjoin(Project, Project.id == Release.project_id)
        .outerjoin(Milestone, Milestone.id == Release.milestone_id)
        .where(Release.pledge_id.in_(pledges))
        .order_by(Release.id.desc())
    )
    for release, project, milestone, state in session.execute(rows):
        words, tone = MILESTONE_STATES.get(state, ("", "quiet"))
        found[release.pledge_id].append(
            ReleaseView(
                id=release.id,
                amount=release.amount,
                match=release.match,
                project_id=release.project_id,
                project=localize(project) if project else None,
                milestone_id=release.milestone_id,
                milestone=milestone,
                state=str(words),
                tone=tone,
                asked_at=release.asked_at,
                approved_at=release.approved_at,
                refused_at=release.refused_at,
                reason=release.reason,
            )
        )
    return found


def places(session: Session, pledge: Pledge) -> tuple[Named, Named]:
    """The projects that are to be chosen from, where a pledge is for a category, or else the
    milestones of its project's published plan."""
    if pledge.opening.kind == OpeningKind.CATEGORY:
        return _projects(session, pledge), []
    if pledge.opening.project_id is None:
        return [], []
    rows = (
        select(Milestone.id, Milestone.title, Milestone.budget)
        .join(DeliveryPlan, DeliveryPlan.id == Milestone.plan_id)
        .where(
            DeliveryPlan.project_id == pledge.opening.project_id,
            DeliveryPlan.state == PlanState.PUBLISHED,
            Milestone.state != MilestoneState.CANCELLED,
        )
        .order_by(Milestone.position)
    )
    return [], [
        (ident, _named(title, format_money(budget, pledge.currency)))
        for ident, title, budget in session.execute(rows)
    ]


def _named(title: str, budget: str) -> str:
    return gettext("%(title)s (%(budget)s)", title=title, budget=budget)


def _projects(session: Session, pledge: Pledge) -> Named:
    rows = (
        select(Project)
        .join(Area, Area.id == Project.area_id)
        .join(Category, Category.id == Project.category_id)
        .where(
            Project.state.in_(TAKING),
            Area.path.startswith(pledge.opening.call.area.path, autoescape=True),
        )
        .options(joinedload(Project.area), joinedload(Project.category))
        .order_by(Project.id.desc())
        .limit(MOST)
    )
    found = session.scalars(rows).all()
    return [(one.id, localize(one.title).text) for one in found if in_category(pledge, one)]
