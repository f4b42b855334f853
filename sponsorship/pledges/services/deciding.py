"""The office accepts a pledge, which reserves its match and draws its agreement, or declines it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import Conflict, Invalid
from core.i18n import format_money, lazy_gettext
from projects.services.moves import advance
from sponsorship import bookings
from sponsorship.businesses.conflicts import conflicts_of
from sponsorship.businesses.giving import check_may_give
from sponsorship.firewall import check_not_under_vote
from sponsorship.guidance.queries import terms_of
from sponsorship.models import Pledge
from sponsorship.pledges.matching import match_of
from sponsorship.pledges.rules import room_for_sponsors
from sponsorship.pledges.services.holding import check_opening, wanted_by
from sponsorship.pledges.services.signing import draw
from sponsorship.pledges.services.steps import check_office, hold_pledge, tell_office, tell_sponsor
from sponsorship.recording import record
from sponsorship.states import PLEDGE_MOVES
from sponsorship.terms import Terms


def accept(session: Session, pledge_id: int, reason: str, by_id: int, now: datetime) -> Pledge:
    """Accept a pledge for reasons that everybody reads: by the version of the call that it was
    offered under, what public money adds is reserved, and the agreement is drawn up.

    Raises ``Refused`` for somebody of the sponsor's side and for a business that may not give any
    more, ``Conflict`` when the pledge or its opening has moved on, or when too little public money
    would be left in its project.
    """
    pledge = hold_pledge(session, pledge_id)
    advance(pledge, PLEDGE_MOVES, "accept")
    check_office(session, pledge, by_id)
    check_opening(session, pledge.opening, now)
    terms = terms_of(pledge.version)
    if pledge.business is not None:
        check_may_give(session, pledge.business, terms)
    _check_room(session, pledge, terms)
    _check_reason(reason)
    pledge.match = match_of(session, pledge, terms, local_date(now)).amount
    pledge.decided_by_id, pledge.decided_at, pledge.reason = by_id, now, reason
    session.flush()
    if pledge.match:
        people = (pledge.by_id, by_id) if pledge.by_id else (None, None)
        amount = pledge.match
        bookings.book_match(session, pledge, "match", amount, now, key="accept", people=people)
    body = {"by": "officer", "reason": reason, "conflicts": _conflicts(session, pledge, now)}
    record(session, pledge, "pledge.accepted", now, body)
    draw(session, pledge, now)
    message = lazy_gettext(
        "Your pledge %(number)s is accepted. Please read and sign the agreement."
    )
    tell_sponsor(session, pledge, message, now)
    message = lazy_gettext(
        "The pledge %(number)s is accepted. An officer signs its agreement, too."
    )
    tell_office(session, pledge, message, now)
    return pledge


def decline(session: Session, pledge_id: int, reason: str, by_id: int, now: datetime) -> Pledge:
    """Say no, with the reason. Raises ``Refused`` for somebody of the sponsor's side, ``Conflict``
    when it is decided already or a vote runs."""
    pledge = hold_pledge(session, pledge_id)
    advance(pledge, PLEDGE_MOVES, "decline")
    check_office(session, pledge, by_id)
    check_not_under_vote(session, pledge.opening)
    _check_reason(reason)
    pledge.decided_by_id, pledge.decided_at, pledge.reason = by_id, now, reason
    pledge.ended_at = now
    record(session, pledge, "pledge.declined", now, {"by": "officer", "reason": reason})
    message = lazy_gettext("Your pledge %(number)s was declined. The reason stands on its page.")
    tell_sponsor(session, pledge, message, now)
    tell_office(session, pledge, lazy_gettext("The pledge %(number)s was declined."), now)
    return pledge


def _conflicts(session: Session, pledge: Pledge, now: datetime) -> list[dict[str, Any]]:
    """Whom the business is close to, as the record says it: what kind, and no private names."""
    if pledge.business is None:
        return []
    found = conflicts_of(session, pledge.business, pledge.opening.project, now)
    return [{"kind": one.kind} for one in found]


def _check_room(session: Session, pledge: Pledge, terms: Terms) -> None:
    room = room_for_sponsors(terms, wanted_by(session, pledge.opening, but=pledge.id))
    if room is not None and pledge.amount > room:
        raise Conflict(
            lazy_gettext(
                "At least %(percent)s %% of this project stay public money. Sponsors can still give"
                " %(room)s.",
                percent=terms.public_least,
                room=format_money(room, pledge.currency),
            )
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        problem = lazy_gettext("Please say why; everybody reads it.")
        raise Invalid(problem, fields={"reason": problem})
