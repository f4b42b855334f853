"""Reading one milestone for its page: every report, what neighbours say, who accepted it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from core.clock import local_date, now
from core.i18n import gettext, localize
from core.text import mask_name
from projects.models import Acceptance, Confirmation, MilestoneReport
from projects.states import MilestoneState
from projects.works.cases import WorkCase
from projects.works.page import COUNTS, milestone_view, works_rows
from projects.works.photos import photos_of_reports
from projects.works.rows import counts
from projects.works.views import MilestoneView, ReportView, WorkPhoto


@dataclass(frozen=True, slots=True)
class Said:
    """What a resident said of a report, and what was answered."""

    id: int
    person_id: int | None
    nearby: bool
    holds: bool
    text: str
    name: str
    at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who accepted a report, or sent it back, and why."""

    person_id: int
    name: str
    accepted: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with everything that was said of it; ``current`` while it waits for acceptance."""

    report: ReportView
    by_id: int
    said: list[Said]
    verdicts: list[Verdict]
    current: bool

    @property
    def disputes(self) -> list[Said]:
        """What people nearby dispute."""
        return [one for one in self.said if one.nearby and not one.holds]

    @property
    def remarks(self) -> list[Said]:
        """What was written by those who confirm it, or who live elsewhere."""
        return [one for one in self.said if one.text and (one.holds or not one.nearby)]


@dataclass(frozen=True, slots=True)
class MilestonePage:
    """A milestone with its reports, the newest first."""

    milestone: MilestoneView
    reports: list[ReportPage]


def milestone_page(session: Session, work: WorkCase) -> MilestonePage:
    """A milestone as its page shows it: five queries."""
    milestone = work.milestone
    if work.plan is None or milestone is None:
        raise ValueError("a milestone belongs to a plan")
    rows = works_rows(session, work.project.id)
    row = next(one for one in rows if one.Milestone.id == milestone.id)
    reports = session.execute(_reports(milestone.id)).all()
    photos = photos_of_reports(session, work, [one.MilestoneReport for one in reports])
    said, verdicts = _said(session, milestone.id), _verdicts(session, milestone.id)
    view = milestone_view(row, work.plan, photos, local_date(now()))
    waits = milestone.state == MilestoneState.REPORTED
    return MilestonePage(
        view,
        [
            ReportPage(
                _report(one, row.owner, photos),
                one.MilestoneReport.by_id,
                said[one.MilestoneReport.id],
                verdicts[one.MilestoneReport.id],
                current=waits and place == 0,
            )
            for place, one in enumerate(reports)
        ],
    )


def _reports(milestone_id: int) -> Any:
    return (
        select(MilestoneReport, Organisation.name.label("contractor"), *counts())
        .outerjoin(Organisation, Organisation.id == MilestoneReport.organisation_id)
        .where(MilestoneReport.milestone_id == milestone_id)
        .order_by(MilestoneReport.number.desc())
    )


def _report(row: Any, owner: dict[str, str], photos: dict[int, list[WorkPhoto]]) -> ReportView:
    report: MilestoneReport = row.MilestoneReport
    return ReportView(
        id=report.id,
        number=report.number,
        at=report.at,
        text=report.text,
        by=localize(row.contractor or owner),
        photos=photos.get(report.id, []),
        **{name: getattr(row, name) for name in COUNTS},
    )


def _said(session: Session, milestone_id: int) -> dict[int, list[Said]]:
    rows = (
        select(Confirmation, Person.name)
        .join(MilestoneReport, MilestoneReport.id == Confirmation.report_id)
        .outerjoin(Person, Person.id == Confirmation.person_id)
        .where(MilestoneReport.milestone_id == milestone_id)
        .order_by(Confirmation.id)
        .limit(500)
    )
    found: dict[int, list[Said]] = defaultdict(list)
    for one, name in session.execute(rows):
        found[one.report_id].append(
            Said(
                id=one.id,
                person_id=one.person_id,
                nearby=one.nearby,
                holds=one.holds,
                text=one.text,
                name=mask_name(name) if name else gettext("A resident"),
                at=one.at,
                answer=one.answer,
                answered_at=one.answered_at,
            )
        )
    return found


def _verdicts(session: Session, milestone_id: int) -> dict[int, list[Verdict]]:
    rows = (
        select(Acceptance, Person.name)
        .join(MilestoneReport, MilestoneReport.id == Acceptance.report_id)
        .join(Person, Person.id == Acceptance.person_id)
        .where(MilestoneReport.milestone_id == milestone_id)
        .order_by(Acceptance.id)
    )
    found: dict[int, list[Verdict]] = defaultdict(list)
    for one, name in session.execute(rows):
        said = Verdict(one.person_id, mask_name(name), one.accepted, one.reason, one.at)
        found[one.report_id].append(said)
    return found
