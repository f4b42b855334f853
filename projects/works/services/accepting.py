"""Accepting work by two people; the second one's yes lets it be invoiced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, Refused
from core.i18n import lazy_gettext, ngettext
from ledger.services.contracting import book_acceptance
from projects.models import Acceptance, Contract, Milestone, MilestoneReport
from projects.services.moves import advance
from projects.states import MILESTONE_MOVES, ContractState
from projects.works.payments import retained
from projects.works.services.confirming import check_current, open_disputes, site_of_report
from projects.works.services.ending import complete_if_done
from projects.works.services.site import (
    LONGEST,
    Site,
    check_delivering,
    check_not_contractor,
    check_reason,
    contract_of,
    note,
    wrong,
)
from projects.works.services.telling import tell_all


@dataclass(frozen=True, slots=True)
class _Judged:
    """A report with all that it is about."""

    site: Site
    milestone: Milestone
    report: MilestoneReport
    contract: Contract | None


def accept(
    session: Session, report_id: int, person_id: int, *, accepted: bool, reason: str, now: datetime
) -> Acceptance:
    """Say yes or no to a report. One no sends it back with its reason; with the second yes the
    milestone is accepted, and its price less the retention may be invoiced.

    Raises ``Refused`` for whoever reported or acts for the contractor, ``Conflict`` when it was
    decided, the same person said otherwise before, or a neighbour's dispute is unanswered, and
    ``Invalid`` for a no without a reason.
    """
    site, milestone, report = site_of_report(session, report_id)
    own = (Acceptance.report_id == report_id, Acceptance.person_id == person_id)
    if known := session.scalar(select(Acceptance).where(*own)):
        if known.accepted == accepted:
            return known
        raise Conflict(lazy_gettext("You have said what you think of this report already."))
    check_delivering(site.project)
    check_current(session, milestone, report)
    contract = contract_of(session, milestone)
    _check_who(session, report, contract, person_id, now)
    if not accepted:
        check_reason("reason", reason)
    elif len(reason) > LONGEST:
        raise wrong("reason", lazy_gettext("Please write between 10 and 2,000 characters."))
    if accepted and (number := open_disputes(session, report_id)):
        raise Conflict(
            ngettext(
                "%(num)s dispute of a neighbour has to be answered first.",
                "%(num)s disputes of neighbours have to be answered first.",
                number,
            )
        )
    made = Acceptance(
        report_id=report_id,
        reported_by_id=report.by_id,
        person_id=person_id,
        accepted=accepted,
        reason=reason,
        at=now,
    )
    session.add(made)
    session.flush()
    _follow(session, _Judged(site, milestone, report, contract), made, now)
    return made


def _check_who(
    session: Session,
    report: MilestoneReport,
    contract: Contract | None,
    person_id: int,
    now: datetime,
) -> None:
    if report.by_id == person_id:
        raise Refused(lazy_gettext("Others have to accept what you reported yourself."))
    check_not_contractor(session, contract, person_id, now)


def _follow(session: Session, judged: _Judged, said: Acceptance, now: datetime) -> None:
    site, milestone, report = judged.site, judged.milestone, judged.report
    body: dict[str, object] = {"milestone": milestone.id, "title": milestone.title}
    body |= {"report": report.id, "by": said.person_id, "reason": said.reason or None}
    about = [("contract", judged.contract.id)] if judged.contract else []
    if not said.accepted:
        advance(milestone, MILESTONE_MOVES, "send_back")
        note(session, site.project, "delivery.sent_back", body, now, *about)
        words = lazy_gettext("“%(part)s” was not accepted. Reason: %(reason)s")
        values = {"part": milestone.title, "reason": said.reason}
        tell_all(session, [report.by_id], words, f"/milestones/{milestone.id}", now, **values)
        return
    first = _other_yes(session, report.id, said.person_id)
    if first is None:
        note(session, site.project, "delivery.accepted_once", body, now, *about)
        return
    advance(milestone, MILESTONE_MOVES, "accept")
    milestone.accepted_at = now
    amount = _book(session, judged, (first, said.person_id), now)
    body |= {"also_by": first, "amount": amount, "currency": site.project.currency}
    note(session, site.project, "delivery.accepted", body, now, *about)
    words = lazy_gettext("“%(part)s” was accepted.")
    tell_all(
        session, [report.by_id], words, f"/milestones/{milestone.id}", now, part=milestone.title
    )
    complete_if_done(session, site, now)


def _other_yes(session: Session, report_id: int, person_id: int) -> int | None:
    rows = select(Acceptance.person_id).where(
        Acceptance.report_id == report_id, Acceptance.accepted, Acceptance.person_id != person_id
    )
    return session.scalar(rows.order_by(Acceptance.id).limit(1))


def _book(session: Session, judged: _Judged, people: tuple[int, int], now: datetime) -> int | None:
    """Let the work be invoiced; nothing where the department does it by itself."""
    milestone, contract, project = judged.milestone, judged.contract, judged.site.project
    if contract is None:
        return None
    if contract.state != ContractState.SIGNED:
        raise Conflict(lazy_gettext("The contract for this work is not in force."))
    price = milestone.price or 0
    amount = price - retained(price, contract.retention_bp)
    if amount:
        ref = f"milestone:{milestone.id}"
        book_acceptance(
            session,
            key=ref,
            project_ref=project.id,
            payee_id=contract.payee_id,
            amount=amount,
            title={project.language: milestone.title},
            ref=ref,
            people=people,
            source_ref=f"contract:{contract.id}",
            now=now,
        )
    return amount
