"""Who got which work, and whether it was done in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from accounts.models import Area, Organisation
from audit.report.model import Amount, Cell, Grid, Head, Key, Link, Scope, Section
from audit.report.scope import year_of
from core.clock import local_date
from core.i18n import Message, format_money, lazy_gettext, localize
from core.i18n import gettext as _
from projects.models import (
    Bid,
    Contract,
    DeliveryPlan,
    Method,
    Milestone,
    Project,
    Tender,
)
from projects.states import BidState, MilestoneState, PlanState

METHODS: dict[str, Message] = {
    Method.OPEN: lazy_gettext("Open tender"),
    Method.DIRECT: lazy_gettext("Asked directly"),
}
_OUTCOMES: dict[str, Message] = {
    "in_time": lazy_gettext("in time"),
    "late": lazy_gettext("late"),
    "overdue": lazy_gettext("overdue"),
    "running": lazy_gettext("not due yet"),
    "cancelled": lazy_gettext("cancelled"),
}


def work_sections(session: Session, scope: Scope, now: datetime) -> list[Section]:
    """The chapters about contracts and delivery; two queries."""
    return [_contracts(session, scope), _delivery(session, scope, local_date(now))]


def _signed(session: Session, scope: Scope) -> Sequence[Row[Any]]:
    """The contracts signed in the year for projects of the area; bids withdrawn do not count."""
    begins, ends = year_of(scope)
    bids = (
        select(func.count(Bid.id))
        .where(Bid.tender_id == Contract.tender_id, Bid.state != BidState.WITHDRAWN)
        .scalar_subquery()
    )
    rows = (
        select(
            Contract,
            Tender.method,
            Organisation.name.label("contractor"),
            Project.title.label("project"),
            bids.label("bids"),
        )
        .join(Tender, Tender.id == Contract.tender_id)
        .join(Organisation, Organisation.id == Contract.organisation_id)
        .join(Project, Project.id == Contract.project_id)
        .join(Area, Area.id == Project.area_id)
        .where(
            Area.path.startswith(scope.path, autoescape=True),
            Contract.signed_at >= begins,
            Contract.signed_at < ends,
            Contract.currency == scope.currency,
        )
        .order_by(Contract.amount.desc(), Contract.id)
    )
    return session.execute(rows).all()


def _contracts(session: Session, scope: Scope) -> Section:
    found = _signed(session, scope)
    rows: list[list[Cell]] = [
        [
            row.Contract.number,
            Link(
                localize(row.project).text,
                url_for("projects_public.project", project_id=row.Contract.project_id),
            ),
            localize(row.contractor).text,
            str(METHODS[row.method]),
            row.bids if row.method == Method.OPEN else None,
            Amount(row.Contract.amount, scope.currency),
            local_date(row.Contract.signed_at),
        ]
        for row in found
    ]
    total = Amount(sum(row.Contract.amount for row in found), scope.currency)
    together: list[Cell] = [_("Together"), None, None, None, None, total, None]
    grid = Grid(
        _("Contracts signed in the year"),
        [
            Head(_("Number"), 0.9),
            Head(_("Project"), 2.0),
            Head(_("Contractor"), 1.9),
            Head(_("How it was given"), 1.1),
            Head(_("Bids"), 0.65, "count"),
            Head(_("Amount"), 1.3, "money"),
            Head(_("Signed on"), 1.1, "date"),
        ],
        rows,
        total=together if rows else None,
        empty=_("No contract was signed in this year."),
        note=_("Amounts as they were signed. A change since is a decision of its own."),
    )
    keys = _contract_keys(found, scope.currency) if found else []
    return Section(
        "contracts", _("Who got which work, and how was it given?"), keys=keys, grids=[grid]
    )


def _contract_keys(found: Sequence[Row[Any]], currency: str) -> list[Key]:
    tendered = [row for row in found if row.method == Method.OPEN]
    asked = [row for row in found if row.method == Method.DIRECT]
    single = sum(row.bids == 1 for row in tendered)
    bids = sum(row.bids for row in tendered)
    note = _("%(count)s bids for %(number)s of them", count=bids, number=len(tendered))
    return [
        Key(_("Contracts"), len(found)),
        Key(_("After an open tender"), len(tendered), note if tendered else ""),
        Key(_("With a single bidder"), single),
        Key(
            _("Asked directly"),
            len(asked),
            _("together %(money)s", money=_money(asked, currency)) if asked else "",
        ),
    ]


def _money(rows: Sequence[Row[Any]], currency: str) -> str:
    return format_money(sum(row.Contract.amount for row in rows), currency)


@dataclass(frozen=True, slots=True)
class _Promise:
    """A milestone that was promised for the year, and what became of it."""

    project_id: int
    project: str
    title: str
    promised: date
    due: date
    done: date | None
    outcome: str

    @property
    def days_late(self) -> int | None:
        """Calendar days after the promise, where it is kept late."""
        return (self.done - self.promised).days if self.done and self.outcome == "late" else None


def _promises(session: Session, scope: Scope, today: date) -> list[_Promise]:
    rows = (
        select(Milestone, Project.id, Project.title)
        .join(DeliveryPlan, DeliveryPlan.id == Milestone.plan_id)
        .join(Project, Project.id == DeliveryPlan.project_id)
        .join(Area, Area.id == Project.area_id)
        .where(
            DeliveryPlan.state == PlanState.PUBLISHED,
            Area.path.startswith(scope.path, autoescape=True),
            Milestone.promised_on >= date(scope.year, 1, 1),
            Milestone.promised_on < date(scope.year + 1, 1, 1),
        )
        .order_by(Milestone.promised_on, Milestone.id)
    )
    return [_promise(*row, today) for row in session.execute(rows)]


def _promise(stone: Milestone, project_id: int, title: Any, today: date) -> _Promise:
    promised = stone.promised_on or stone.due_on
    done = local_date(stone.accepted_at) if stone.accepted_at else None
    if stone.state == MilestoneState.CANCELLED:
        outcome = "cancelled"
    elif done:
        outcome = "late" if done > promised else "in_time"
    else:
        outcome = "overdue" if today > promised else "running"
    return _Promise(
        project_id, localize(title).text, stone.title, promised, stone.due_on, done, outcome
    )


def _delivery(session: Session, scope: Scope, today: date) -> Section:
    found = _promises(session, scope, today)
    counts = {name: sum(one.outcome == name for one in found) for name in _OUTCOMES}
    rows: list[list[Cell]] = [
        [
            Link(one.project, url_for("projects_public.project", project_id=one.project_id)),
            one.title,
            one.promised,
            one.due if one.due != one.promised else None,
            one.done,
            str(_OUTCOMES[one.outcome]),
            one.days_late,
        ]
        for one in found
    ]
    grid = Grid(
        _("Milestones that were promised for the year"),
        [
            Head(_("Project"), 1.8),
            Head(_("Milestone"), 1.5),
            Head(_("Promised for"), 1.1, "date"),
            Head(_("Put off to"), 1.1, "date"),
            Head(_("Accepted on"), 1.1, "date"),
            Head(_("Outcome"), 0.9),
            Head(_("Days late"), 0.7, "count"),
        ],
        rows,
        empty=_("No milestone was promised for this year."),
        note=_("Measured against the day that was promised when the plan was published."),
    )
    keys = [
        Key(_("Milestones promised"), len(found)),
        Key(_("Accepted in time"), counts["in_time"]),
        Key(_("Accepted late"), counts["late"]),
        Key(_("Overdue"), counts["overdue"]),
    ]
    return Section("delivery", _("Was it done in time?"), keys=keys if found else [], grids=[grid])
