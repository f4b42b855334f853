"""Reporting what has been done, with photos; sent twice, it is one report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.i18n import lazy_gettext
from core.images import StoredImage
from projects.models import Contract, Milestone, MilestoneReport, ReportPhoto, Tender
from projects.services.moves import advance
from projects.states import MILESTONE_MOVES, ContractState, TenderState
from projects.works.services.site import Site, check_delivering, check_reason, note, site_of, wrong
from projects.works.services.telling import tell_all

MOST_PHOTOS = 6
MOST_REPORTS = 100
_ELSEWHERE = frozenset({TenderState.OPEN, TenderState.OPENED, TenderState.AWARDED})


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A stored photo, what it shows, and what the camera noted: the day, and how many metres from
    the project's place."""

    stored: StoredImage
    alt: str = ""
    taken_on: date | None = None
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class SentReport:
    """What somebody reports. ``key`` is new for each form; ``organisation_id`` is the contractor
    for which they report, or nothing for the department."""

    key: str
    text: str
    photos: tuple[SentPhoto, ...] = ()
    organisation_id: int | None = None


def report(
    session: Session, milestone_id: int, sent: SentReport, by_id: int, now: datetime
) -> MilestoneReport:
    """Report a milestone as done, or report once more; everybody can read it at once.

    Raises ``Conflict`` when the milestone is accepted or cancelled, out for tender or its contract
    not signed, or when the project is not being carried out; ``Invalid`` for a text of the wrong
    length or too many photos.
    """
    site, milestone = site_of(session, milestone_id)
    if known := _sent_before(session, milestone, sent, by_id):
        return known
    check_delivering(site.project)
    check_reason("text", sent.text)
    if len(sent.photos) > MOST_PHOTOS:
        raise wrong("photos", lazy_gettext("At most %(most)s photos, please.", most=MOST_PHOTOS))
    _check_whose(session, milestone, sent)
    advance(milestone, MILESTONE_MOVES, "report")
    made = _made(session, milestone, sent, by_id, now)
    body = {
        "milestone": milestone.id,
        "title": milestone.title,
        "report": made.id,
        "number": made.number,
        "by": by_id,
        "organisation": sent.organisation_id or site.plan.organisation_id,
        "text_sha256": hashlib.sha256(sent.text.encode()).hexdigest(),
        "photos": [photo.stored.name for photo in sent.photos],
    }
    note(session, site.project, "delivery.reported", body, now, *_contract_subject(milestone))
    _tell(session, site, milestone, by_id, now)
    return made


def _sent_before(
    session: Session, milestone: Milestone, sent: SentReport, by_id: int
) -> MilestoneReport | None:
    known = session.scalar(select(MilestoneReport).where(MilestoneReport.key == sent.key))
    if known and (known.milestone_id, known.by_id) != (milestone.id, by_id):
        raise Conflict(lazy_gettext("This form was sent before. Please open it anew."))
    return known


def _check_whose(session: Session, milestone: Milestone, sent: SentReport) -> None:
    """Work under contract is reported once that is signed; what is out for tender has nobody yet
    to do it."""
    if milestone.contract_id:
        contract = session.get_one(Contract, milestone.contract_id)
        if contract.state != ContractState.SIGNED:
            raise Conflict(lazy_gettext("The contract for this work is not in force."))
        if sent.organisation_id not in {None, contract.organisation_id}:
            raise Conflict(lazy_gettext("This work is done by somebody else."))
        return
    if milestone.tender_id:
        tender = session.get_one(Tender, milestone.tender_id)
        if tender.state in _ELSEWHERE:
            raise Conflict(lazy_gettext("Somebody to do this work is still being looked for."))


def _made(
    session: Session, milestone: Milestone, sent: SentReport, by_id: int, now: datetime
) -> MilestoneReport:
    own = MilestoneReport.milestone_id == milestone.id
    number = (session.scalar(select(func.max(MilestoneReport.number)).where(own)) or 0) + 1
    if number > MOST_REPORTS:
        raise Conflict(lazy_gettext("There are too many reports on this milestone already."))
    made = MilestoneReport(
        milestone_id=milestone.id,
        number=number,
        key=sent.key,
        text=sent.text,
        by_id=by_id,
        organisation_id=sent.organisation_id,
        at=now,
    )
    names = dict.fromkeys(photo.stored.name for photo in sent.photos)
    kept = {photo.stored.name: photo for photo in reversed(sent.photos)}
    made.photos = [_photo(kept[name], place) for place, name in enumerate(names, 1)]
    session.add(made)
    session.flush()
    return made


def _photo(photo: SentPhoto, position: int) -> ReportPhoto:
    return ReportPhoto(
        position=position,
        name=photo.stored.name,
        width=photo.stored.width,
        height=photo.stored.height,
        alt=photo.alt,
        taken_on=photo.taken_on,
        distance=photo.distance,
    )


def _contract_subject(milestone: Milestone) -> list[tuple[str, int]]:
    return [("contract", milestone.contract_id)] if milestone.contract_id else []


def _tell(session: Session, site: Site, milestone: Milestone, by_id: int, now: datetime) -> None:
    project, responsible_id = site.project, site.plan.responsible_id
    if responsible_id == by_id:
        return
    words = lazy_gettext("“%(part)s” of “%(title)s” is reported as done. Please look at it.")
    url, values = f"/milestones/{milestone.id}", {"part": milestone.title, "title": project.title}
    tell_all(session, [responsible_id], words, url, now, **values)


def latest_report(session: Session, milestone_id: int) -> MilestoneReport | None:
    """The report that counts: the last one."""
    rows = select(MilestoneReport).where(MilestoneReport.milestone_id == milestone_id)
    return session.scalar(rows.order_by(MilestoneReport.number.desc()).limit(1))
