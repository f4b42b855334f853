"""Reading photos: a project's own, and those of reports with what is odd about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, cast, null, select, union_all
from sqlalchemy.orm import Session

from core.clock import local_date
from projects.models import (
    Contract,
    DeliveryPlan,
    Milestone,
    MilestoneReport,
    Photo,
    Project,
    ReportPhoto,
)
from projects.works.cases import WorkCase
from projects.works.flags import Taken, flags
from projects.works.views import WorkPhoto


@dataclass(frozen=True, slots=True)
class Album:
    """A project's own photos as rows of name, width, height and alt, and those of its reports."""

    own: list[Any]
    of_reports: dict[int, list[WorkPhoto]]


def _own() -> Select[*tuple[Any, ...]]:
    return select(
        cast(null(), Integer).label("report"),
        Photo.position.label("position"),
        Photo.name,
        Photo.width,
        Photo.height,
        Photo.alt,
        cast(null(), Date).label("taken_on"),
        cast(null(), Integer).label("distance"),
    ).where(Photo.project_id == bindparam("project"))


def _reported() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReportPhoto.report_id,
            ReportPhoto.position,
            ReportPhoto.name,
            ReportPhoto.width,
            ReportPhoto.height,
            ReportPhoto.alt,
            ReportPhoto.taken_on,
            ReportPhoto.distance,
        )
        .join(MilestoneReport, MilestoneReport.id == ReportPhoto.report_id)
        .join(Milestone, Milestone.id == MilestoneReport.milestone_id)
        .join(DeliveryPlan, DeliveryPlan.id == Milestone.plan_id)
        .where(DeliveryPlan.project_id == bindparam("project"))
    )


_ALL = union_all(_own(), _reported())


def album_of(session: Session, project: Project, rows: Sequence[Any]) -> Album:
    """The photos of a project and of all its reports: one query. ``rows`` are those of
    ``works_rows``, whose reports are the ones that pages show."""
    found = sorted(
        session.execute(_ALL, {"project": project.id}).all(), key=lambda row: row.position
    )
    reports = {row.MilestoneReport.id: row for row in rows if row.MilestoneReport is not None}
    placed = project.latitude is not None
    of_reports: dict[int, list[WorkPhoto]] = {ident: [] for ident in reports}
    for photo in found:
        if photo.report in reports:
            row = reports[photo.report]
            of_reports[photo.report].append(
                work_photo(
                    photo, row.DeliveryPlan, row.Contract, row.MilestoneReport, placed=placed
                )
            )
    return Album([row for row in found if row.report is None], of_reports)


def photos_of_reports(
    session: Session, work: WorkCase, reports: Sequence[MilestoneReport]
) -> dict[int, list[WorkPhoto]]:
    """The photos of reports on one milestone: one query."""
    rows = select(ReportPhoto).where(ReportPhoto.report_id.in_([one.id for one in reports]))
    found: dict[int, list[WorkPhoto]] = {one.id: [] for one in reports}
    by_id = {one.id: one for one in reports}
    if work.plan is None:
        return found
    placed = work.project.latitude is not None
    for photo in session.scalars(rows.order_by(ReportPhoto.report_id, ReportPhoto.position)):
        report = by_id[photo.report_id]
        view = work_photo(photo, work.plan, work.contract, report, placed=placed)
        found[report.id].append(view)
    return found


def work_photo(
    photo: Any,
    plan: DeliveryPlan,
    contract: Contract | None,
    report: MilestoneReport,
    *,
    placed: bool,
) -> WorkPhoto:
    """A photo of a report, with what is odd about it in words."""
    begun = min(plan.starts_on, contract.starts_on) if contract else plan.starts_on
    taken = Taken(photo.taken_on, photo.distance)
    return WorkPhoto(
        name=photo.name,
        width=photo.width,
        height=photo.height,
        alt=photo.alt,
        taken_on=photo.taken_on,
        metres=photo.distance,
        flags=flags(taken, begun=begun, reported=local_date(report.at), placed=placed),
    )
