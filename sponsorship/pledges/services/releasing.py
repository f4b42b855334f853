"""Money of a pledge, and the public money that goes with it, on its way to a project or the pool:
asked for by one officer, approved by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import hold, lock
from core.errors import Conflict
from core.i18n import format_money, lazy_gettext
from ledger.services.contract_lines import check_open, project_centre
from projects.models import DeliveryPlan, Milestone, Project
from projects.services.moves import advance
from projects.states import MilestoneState, PlanState, State
from projects.works.services.site import check_reason, wrong
from sponsorship import bookings
from sponsorship.firewall import check_not_under_vote
from sponsorship.models import Dispute, OpeningKind, Payment, Pledge, PledgeKind, Release
from sponsorship.pledges.services.steps import (
    check_office,
    check_second,
    hold_pledge,
    tell_office,
    tell_sponsor,
)
from sponsorship.recording import record
from sponsorship.states import PLEDGE_MOVES, DisputeState, OpeningState, PledgeState

# What money may be committed to: it goes ahead, and its books are open.
TAKING = frozenset({State.SELECTED, State.FUNDED, State.DELIVERING, State.COMPLETED})
# The conditions on a release that one officer asked for and no other has decided on.
UNDECIDED = (Release.approved_at.is_(None), Release.refused_at.is_(None))


@dataclass(frozen=True, slots=True)
class AskedRelease:
    """How much of a pledge (minor units) is to go to which project, perhaps for which milestone
    of its plan; to no project where a pledge is for the pool. ``key`` is new for each form."""

    key: str
    amount: int
    project_id: int | None = None
    milestone_id: int | None = None


def ask(
    session: Session, pledge_id: int, asked: AskedRelease, by_id: int, now: datetime
) -> Release:
    """Ask for a release; the same key again gives the same one.

    Raises ``Conflict`` while nothing may be released of the pledge, ``Refused`` for the sponsor's
    people, ``Invalid`` for a project, milestone or amount that does not fit.
    """
    pledge = hold_pledge(session, pledge_id)
    check_office(session, pledge, by_id)
    known = session.scalar(select(Release).where(Release.key == asked.key))
    if known is not None:
        if known.pledge_id != pledge.id:
            raise Conflict(lazy_gettext("This form was sent already."))
        return known
    check_releasable(session, pledge)
    _check_place(session, pledge, asked)
    free = releasable(session, pledge)
    if not 0 < asked.amount <= free:
        left = format_money(free, pledge.currency)
        problem = lazy_gettext("%(left)s of this pledge can be released now.", left=left)
        raise wrong("amount", problem)
    made = Release(
        key=asked.key,
        pledge_id=pledge.id,
        project_id=asked.project_id,
        milestone_id=asked.milestone_id,
        amount=asked.amount,
        match=_match_of(session, pledge, asked.amount, whole=asked.amount == free),
        asked_by_id=by_id,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    record(session, pledge, "pledge.release_asked", now, _body(made) | {"by": by_id})
    words = lazy_gettext("Money of the pledge %(number)s is to be released. Please look at it.")
    tell_office(session, pledge, words, now, f"/office/partners/releases/{made.id}")
    return made


def approve(session: Session, release_id: int, by_id: int, now: datetime) -> Release:
    """Release what somebody else asked for, and book it; a pledge of which nothing is left is
    released.

    Raises ``Refused`` for whoever asked and for the sponsor's people, ``Conflict`` for what was
    decided already or may not be released now, ``Invalid`` when less is there.
    """
    release, pledge = _held(session, release_id)
    check_office(session, pledge, by_id)
    check_second(release.asked_by_id, by_id)
    check_releasable(session, pledge)
    asked = AskedRelease(release.key, release.amount, release.project_id, release.milestone_id)
    _check_place(session, pledge, asked)
    people = (release.asked_by_id, by_id)
    key, project = f"release:{release.id}", release.project_id
    event = "sponsor.commit" if project else "sponsor.pool"
    about = {"key": key, "people": people, "project_ref": project}
    parts = [(event, release.amount)]
    bookings.book(session, pledge, parts, now, **about)  # type: ignore[arg-type]  # by name
    if release.match:
        bookings.book_match(session, pledge, "match.commit", release.match, now, **about)  # type: ignore[arg-type]  # by name
    pledge.released += release.amount
    release.approved_by_id, release.approved_at = by_id, now
    session.flush()
    if not bookings.kept_for(session, pledge):
        advance(pledge, PLEDGE_MOVES, "release")
    body = _body(release) | {"by": release.asked_by_id, "approved_by": by_id}
    record(session, pledge, "pledge.released", now, body)
    words = lazy_gettext(
        "%(money)s of the pledge %(number)s are at work now. Its page says for what."
    )
    money = format_money(release.amount, pledge.currency)
    tell_sponsor(session, pledge, words, now, money=money)
    tell_office(session, pledge, words, now, money=money)
    return release


def refuse(session: Session, release_id: int, by_id: int, reason: str, now: datetime) -> Release:
    """Leave money where it is, with a reason; whoever asked may take it back so, too.

    Raises ``Refused`` for the sponsor's people, ``Conflict`` for what was decided already.
    """
    release, pledge = _held(session, release_id)
    check_office(session, pledge, by_id)
    check_reason("reason", reason)
    release.refused_at, release.reason = now, reason
    session.flush()
    body = _body(release) | {"by": by_id, "reason": reason}
    record(session, pledge, "pledge.release_refused", now, body)
    words = lazy_gettext("A release of the pledge %(number)s was not approved. Its page says why.")
    tell_office(session, pledge, words, now)
    return release


def _held(session: Session, release_id: int) -> tuple[Release, Pledge]:
    pledge_id = session.scalar(select(Release.pledge_id).where(Release.id == release_id))
    pledge = hold_pledge(session, pledge_id or 0)
    release = lock(session, Release, release_id)
    if release.approved_at is not None or release.refused_at is not None:
        raise Conflict(lazy_gettext("Somebody has decided on this already."))
    return release, pledge


def releasable(session: Session, pledge: Pledge) -> int:
    """What of a pledge's money is here and neither released nor asked for, in minor units."""
    rows = select(func.coalesce(func.sum(Release.amount), 0)).where(
        Release.pledge_id == pledge.id, *UNDECIDED
    )
    return bookings.kept_for(session, pledge) - int(session.scalar(rows) or 0)


def _match_of(session: Session, pledge: Pledge, amount: int, *, whole: bool) -> int:
    """What public money goes with ``amount``: its share of the pledge, and with the last of a
    pledge all that is left."""
    if pledge.opening.kind == OpeningKind.POOL:
        return 0
    rows = select(func.coalesce(func.sum(Release.match), 0)).where(
        Release.pledge_id == pledge.id, *UNDECIDED
    )
    left = bookings.match_left(session, pledge) - int(session.scalar(rows) or 0)
    if whole:
        return left
    return min(left, pledge.match * amount // pledge.amount)


def check_releasable(session: Session, pledge: Pledge) -> None:
    """Raise ``Conflict`` with what keeps a pledge's money from being released."""
    check_not_under_vote(session, pledge.opening)
    if pledge.kind != PledgeKind.MONEY or pledge.state != PledgeState.PAID:
        raise Conflict(lazy_gettext("Only money that was paid and not released yet can go on."))
    if pledge.only_if_met and pledge.opening.state != OpeningState.MET:
        raise Conflict(
            lazy_gettext("This pledge depends on a target that is not met yet, so its money stays.")
        )
    disputed = (
        select(Dispute.id)
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Payment.pledge_id == pledge.id, Dispute.state == DisputeState.OPEN)
    )
    if session.scalar(disputed.limit(1)) is not None:
        raise Conflict(
            lazy_gettext("The sponsor's bank disputes a payment of this pledge. Wait for its end.")
        )


def _check_place(session: Session, pledge: Pledge, asked: AskedRelease) -> None:
    opening = pledge.opening
    if opening.kind == OpeningKind.POOL:
        if asked.project_id is not None or asked.milestone_id is not None:
            problem = lazy_gettext("This pledge is for the pool, not for one project.")
            raise wrong("project_id", problem)
        return
    if asked.project_id is None or asked.project_id != (opening.project_id or asked.project_id):
        raise wrong("project_id", lazy_gettext("Please choose the project that it was given for."))
    project = hold(session, Project, asked.project_id)
    if opening.kind == OpeningKind.CATEGORY and not in_category(pledge, project):
        problem = lazy_gettext("This project is not of the category that the pledge is for.")
        raise wrong("project_id", problem)
    if State(project.state) not in TAKING:
        problem = lazy_gettext(
            "This project does not go ahead yet. Say first that partners pay for it."
        )
        raise wrong("project_id", problem)
    centre = project_centre(session, project.id)
    check_open(centre)
    if (centre.currency or pledge.currency) != pledge.currency:
        problem = lazy_gettext("The project is paid in another currency than this pledge.")
        raise wrong("project_id", problem)
    _check_milestone(session, project, asked.milestone_id)


def in_category(pledge: Pledge, project: Project) -> bool:
    """Whether a project lies in the call's area and its category is called as the opening's."""
    wanted = {name.casefold() for name in (pledge.opening.category or {}).values()}
    own = project.category.name.values() if project.category else ()
    inside = project.area.path.startswith(pledge.opening.call.area.path)
    return inside and bool(wanted & {name.casefold() for name in own})


def _check_milestone(session: Session, project: Project, milestone_id: int | None) -> None:
    if milestone_id is None:
        return
    rows = (
        select(Milestone.state)
        .join(DeliveryPlan, DeliveryPlan.id == Milestone.plan_id)
        .where(
            Milestone.id == milestone_id,
            DeliveryPlan.project_id == project.id,
            DeliveryPlan.state == PlanState.PUBLISHED,
        )
    )
    if session.scalar(rows) in {None, MilestoneState.CANCELLED}:
        problem = lazy_gettext("Please choose a milestone of the project's published plan.")
        raise wrong("milestone_id", problem)


def _body(release: Release) -> dict[str, object]:
    return {
        "release": release.id,
        "released": release.amount,
        "released_match": release.match,
        "to": release.project_id,
        "milestone": release.milestone_id,
    }
