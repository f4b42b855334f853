"""Days that come: pledges fall due, are reminded of, and lapse when nobody signs or pays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel.speaklater import LazyString
from sqlalchemy import Exists, Select, exists, func, select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.i18n import date_long, format_money, lazy_gettext
from projects.services.moves import advance
from sponsorship.firewall import check_not_under_vote, not_under_vote
from sponsorship.models import Agreement, Instalment, Opening, Pledge, PledgeKind
from sponsorship.pledges.services.steps import hold_pledge, tell_office, tell_sponsor
from sponsorship.recording import record
from sponsorship.states import PAYABLE, PLEDGE_MOVES, PledgeState

LAPSES_AFTER = timedelta(days=30)
AHEAD = timedelta(days=7)  # the first reminder comes before the day
AGAIN = timedelta(days=10)


def falling_due(session: Session, now: datetime) -> Sequence[int]:
    """Signed pledges of which something is to be paid or delivered by now."""
    today = local_date(now)
    money = Pledge.kind == PledgeKind.MONEY
    rows = _pledges(PledgeState.SIGNED).where(
        (money & _unpaid(today)) | (~money & (Pledge.due_on <= today))
    )
    return session.scalars(rows).all()


def fall_due(session: Session, pledge_id: int, now: datetime) -> None:
    """The day has come. Raises ``Conflict`` for a pledge that has moved on, or is under vote."""
    pledge = hold_pledge(session, pledge_id)
    check_not_under_vote(session, pledge.opening)
    advance(pledge, PLEDGE_MOVES, "fall_due")
    session.flush()
    record(session, pledge, "pledge.due", now, {"by": "rule", "due_on": pledge.due_on.isoformat()})
    words: LazyString = (
        lazy_gettext("The pledge %(number)s is due today. Please pay it; thank you!")
        if pledge.kind == PledgeKind.MONEY
        else lazy_gettext("What the pledge %(number)s promises is due today. Please bring it.")
    )
    tell_sponsor(session, pledge, words, now)
    if pledge.kind != PledgeKind.MONEY:
        tell_office(session, pledge, lazy_gettext("The pledge %(number)s is due today."), now)


def to_remind(session: Session, now: datetime) -> Sequence[int]:
    """Unpaid instalments within a week of their day or after it, of which nobody was reminded
    lately."""
    rows = (
        select(Instalment.id)
        .join(Pledge, Pledge.id == Instalment.pledge_id)
        .join(Opening, Opening.id == Pledge.opening_id)
        .where(
            Pledge.state.in_(PAYABLE),
            Instalment.paid < Instalment.amount,
            Instalment.due_on <= local_date(now + AHEAD),
            func.coalesce(Instalment.reminded_at, now - AGAIN) <= now - AGAIN,
            not_under_vote(),
        )
    )
    return session.scalars(rows.order_by(Instalment.id)).all()


def remind(session: Session, instalment_id: int, now: datetime) -> None:
    """Remind the sponsor of an instalment, and say when the pledge would lapse."""
    pledge_id = session.scalar(select(Instalment.pledge_id).where(Instalment.id == instalment_id))
    pledge = hold_pledge(session, pledge_id or 0)
    instalment = next(one for one in pledge.instalments if one.id == instalment_id)
    session.refresh(instalment)
    left = instalment.amount - instalment.paid
    fresh = instalment.reminded_at is not None and instalment.reminded_at > now - AGAIN
    if pledge.state not in PAYABLE or not left or fresh:
        return
    instalment.reminded_at = now
    words = lazy_gettext(
        "%(money)s of the pledge %(number)s are to be paid by %(day)s. Unpaid, it lapses on"
        " %(end)s."
    )
    ends = instalment.due_on + LAPSES_AFTER + timedelta(days=1)
    money = format_money(left, pledge.currency)
    day, end = LazyString(date_long, instalment.due_on), LazyString(date_long, ends)
    tell_sponsor(session, pledge, words, now, money=money, day=day, end=end)


def unsigned(session: Session, now: datetime) -> Sequence[int]:
    """Accepted pledges whose agreement was to be signed before today."""
    late = exists().where(Agreement.pledge_id == Pledge.id, Agreement.sign_by < local_date(now))
    return session.scalars(_pledges(PledgeState.ACCEPTED).where(late)).all()


def unpaid(session: Session, now: datetime) -> Sequence[int]:
    """Pledges of money of which something was due more than 30 days ago and is not paid."""
    rows = _pledges(*PAYABLE).where(
        Pledge.kind == PledgeKind.MONEY,
        _unpaid(local_date(now) - LAPSES_AFTER - timedelta(days=1)),
    )
    return session.scalars(rows).all()


def _pledges(*states: PledgeState) -> Select[int]:
    rows = select(Pledge.id).join(Opening, Opening.id == Pledge.opening_id)
    return rows.where(Pledge.state.in_(states), not_under_vote()).order_by(Pledge.id)


def _unpaid(until: date) -> Exists:
    return exists().where(
        Instalment.pledge_id == Pledge.id,
        Instalment.paid < Instalment.amount,
        Instalment.due_on <= until,
    )
