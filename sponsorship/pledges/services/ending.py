"""Pledges that come to nothing: called off by either side, or lapsed by the rules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.i18n import lazy_gettext
from projects.services.moves import advance
from projects.works.services.site import check_reason
from sponsorship import bookings
from sponsorship.firewall import check_not_under_vote
from sponsorship.models import Pledge, PledgeKind, SeatRole
from sponsorship.payments.services.refunding import refund_by_rule
from sponsorship.people import speaks_for
from sponsorship.pledges.services.steps import (
    check_office,
    hold_pledge,
    in_both,
    tell_office,
    tell_sponsor,
)
from sponsorship.recording import record
from sponsorship.states import PLEDGE_MOVES, PledgeState

# From the signature on, what is not paid is owed in the books.
_OWED = frozenset({PledgeState.SIGNED, PledgeState.DUE})


class Why(StrEnum):
    """By which rule a pledge lapses."""

    TARGET = "target"
    UNSIGNED = "unsigned"
    UNPAID = "unpaid"


LAPSED: dict[Why, LazyString] = {
    Why.TARGET: lazy_gettext("The target was not met, and the pledge depended on it."),
    Why.UNSIGNED: lazy_gettext("The agreement was not signed in time."),
    Why.UNPAID: lazy_gettext("It was not paid within 30 days after it was due."),
}


def cancel(session: Session, pledge_id: int, by_id: int, reason: str, now: datetime) -> Pledge:
    """Call a pledge off: an officer at any time before it is paid in full, the sponsor as long as
    nothing was paid. What was paid of it goes back.

    Raises ``Conflict`` for a pledge that has moved on, is under vote, or of which the sponsor has
    paid; ``Invalid`` for too short a reason.
    """
    pledge = hold_pledge(session, pledge_id)
    check_not_under_vote(session, pledge.opening)
    check_reason("reason", reason)
    by = "officer"
    if speaks_for(session, by_id, pledge, SeatRole.SIGNATORY):
        by = "sponsor"
        if pledge.paid:
            raise Conflict(
                lazy_gettext(
                    "Something was paid for this pledge already. Please ask the office to call it"
                    " off: it gives back what was paid."
                )
            )
    else:
        check_office(session, pledge, by_id)
    _end(session, pledge, "cancel", reason, now)
    record(session, pledge, "pledge.cancelled", now, {"by": by, "reason": reason})
    words = lazy_gettext("The pledge %(number)s was called off. Its page says why.")
    tell_sponsor(session, pledge, words, now)
    tell_office(session, pledge, words, now)
    return pledge


def lapse(session: Session, pledge_id: int, why: Why, now: datetime) -> Pledge:
    """Let a pledge lapse by a rule. Raises ``Conflict`` as ``cancel``."""
    pledge = hold_pledge(session, pledge_id)
    check_not_under_vote(session, pledge.opening)
    lapse_held(session, pledge, why, now)
    return pledge


def lapse_held(session: Session, pledge: Pledge, why: Why, now: datetime) -> None:
    """The same with a pledge that is held already. What was paid of it goes back by itself."""
    reason = in_both(LAPSED[why])
    paid = pledge.paid
    _end(session, pledge, "lapse", reason, now)
    record(session, pledge, "pledge.lapsed", now, {"by": "rule", "why": why, "reason": reason})
    words = (
        lazy_gettext("The pledge %(number)s has lapsed; what was paid goes back. %(why)s")
        if paid
        else lazy_gettext("The pledge %(number)s has lapsed. %(why)s")
    )
    tell_sponsor(session, pledge, words, now, why=LAPSED[why])
    tell_office(session, pledge, words, now, why=LAPSED[why])


def _end(session: Session, pledge: Pledge, verb: str, reason: str, now: datetime) -> None:
    """Nothing is owed or reserved any more, and what is still kept goes back."""
    owed = pledge.amount - pledge.paid if PledgeState(pledge.state) in _OWED else 0
    advance(pledge, PLEDGE_MOVES, verb)
    pledge.ended_at, pledge.ended_reason = now, reason
    session.flush()
    if pledge.kind != PledgeKind.MONEY:
        return
    if owed:
        bookings.book(session, pledge, [("unpledge", owed)], now, key="end")
    if left := bookings.match_left(session, pledge):
        bookings.book_match(session, pledge, "unmatch", left, now, key="end")
        pledge.match -= left
        session.flush()
    if pledge.paid > pledge.refunded + pledge.disputed:
        refund_by_rule(session, pledge, reason, now)
