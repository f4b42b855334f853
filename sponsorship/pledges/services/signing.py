"""The agreement of an accepted pledge: drawn up, signed by the sponsor and by the office. Once both
have signed, the pledge is owed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.canonical import digest
from core.clock import local_date
from core.db import lock
from core.errors import Conflict, NotFound, Refused
from core.i18n import lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.firewall import check_not_under_vote
from sponsorship.guidance.queries import terms_of
from sponsorship.models import Agreement, Pledge, PledgeKind
from sponsorship.pledges.agreement_facts import agreement_texts
from sponsorship.pledges.services.holding import check_speaks
from sponsorship.pledges.services.steps import check_office, hold_pledge, tell_office, tell_sponsor
from sponsorship.pledges.services.templates import template_for
from sponsorship.recording import record
from sponsorship.states import PLEDGE_MOVES, PledgeState


def draw(session: Session, pledge: Pledge, now: datetime) -> Agreement:
    """Draw up the agreement of a pledge that was just accepted, from the template of its area. Its
    text never changes from here on, whatever becomes of the template."""
    template = template_for(session, pledge.opening.call.area, now)
    days = terms_of(pledge.version).sign_days
    made = Agreement(
        pledge_id=pledge.id,
        template_id=template.id,
        drawn_at=now,
        sign_by=local_date(now) + timedelta(days=days),
    )
    made.text = agreement_texts(template.text, pledge, made)
    made.sha256 = digest(made.text)
    session.add(made)
    session.flush()
    body = {
        "agreement": made.id,
        "template": template.id,
        "sha256": made.sha256,
        "sign_by": made.sign_by.isoformat(),
    }
    record(session, pledge, "agreement.drawn", now, body)
    return made


def agreement_of(session: Session, pledge_id: int) -> Agreement | None:
    """The agreement of a pledge, if one was drawn up."""
    return session.scalar(select(Agreement).where(Agreement.pledge_id == pledge_id))


def sign_for_sponsor(session: Session, pledge_id: int, by_id: int, now: datetime) -> Agreement:
    """A signatory signs for the business. Raises ``Refused`` for others, ``Conflict`` when the
    pledge has moved on, the time is over, or it is signed already."""
    pledge, agreement = _to_sign(session, pledge_id, now)
    check_speaks(session, by_id, pledge)
    if agreement.sponsor_signed_at is not None:
        raise Conflict(lazy_gettext("Your side has signed already."))
    if by_id == agreement.office_signed_by_id:
        raise Refused(lazy_gettext("You signed for the office; somebody else signs here."))
    agreement.sponsor_signed_by_id, agreement.sponsor_signed_at = by_id, now
    _signed(session, pledge, agreement, "sponsor", now)
    return agreement


def sign_for_office(session: Session, pledge_id: int, by_id: int, now: datetime) -> Agreement:
    """An officer who is not of the sponsor's side signs for the authority. Raises as
    ``sign_for_sponsor``."""
    pledge, agreement = _to_sign(session, pledge_id, now)
    check_office(session, pledge, by_id)
    if agreement.office_signed_at is not None:
        raise Conflict(lazy_gettext("The office has signed already."))
    agreement.office_signed_by_id, agreement.office_signed_at = by_id, now
    _signed(session, pledge, agreement, "officer", now)
    return agreement


def _to_sign(session: Session, pledge_id: int, now: datetime) -> tuple[Pledge, Agreement]:
    pledge = hold_pledge(session, pledge_id)
    found = agreement_of(session, pledge_id)
    if found is None:
        raise NotFound(lazy_gettext("No agreement is drawn up yet."))
    agreement = lock(session, Agreement, found.id)
    check_not_under_vote(session, pledge.opening)
    if pledge.state != PledgeState.ACCEPTED:
        raise Conflict(lazy_gettext("This agreement is not open for signing any more."))
    if local_date(now) > agreement.sign_by:
        raise Conflict(lazy_gettext("The time for signing is over."))
    return pledge, agreement


def _signed(
    session: Session, pledge: Pledge, agreement: Agreement, side: str, now: datetime
) -> None:
    """One side has signed; with the second one the pledge is owed."""
    session.flush()
    body = {"by": side, "agreement": agreement.id, "sha256": agreement.sha256}
    record(session, pledge, "agreement.signed", now, body)
    sponsor, office = agreement.sponsor_signed_by_id, agreement.office_signed_by_id
    if sponsor is None or office is None:
        told = lazy_gettext(
            "One side has signed the agreement of %(number)s. The other one is next."
        )
    else:
        advance(pledge, PLEDGE_MOVES, "sign")
        session.flush()
        if pledge.kind == PledgeKind.MONEY:
            parts = [("pledge", pledge.amount)]
            bookings.book(session, pledge, parts, now, key="sign", people=(sponsor, office))
        record(session, pledge, "pledge.signed", now, body)
        told = lazy_gettext("Both sides have signed the agreement of %(number)s. It holds now.")
    tell_sponsor(session, pledge, told, now)
    tell_office(session, pledge, told, now)
