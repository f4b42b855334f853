"""What every verb after the signature begins and ends with: rows held in their order, people who
do not decide on their own matters, and both sides told."""

from __future__ import annotations

from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import hold, lock
from core.errors import Refused
from core.i18n import both, lazy_gettext
from sponsorship.models import GuidanceCall, Opening, Pledge, Seat
from sponsorship.people import FINANCE, OFFICERS, givers, staff_of, tell_all
from sponsorship.states import SeatState


def hold_pledge(session: Session, pledge_id: int) -> Pledge:
    """A pledge for change, its call and its opening held before it. Raises ``NoResultFound``."""
    rows = (
        select(Opening.call_id, Opening.id)
        .join(Pledge, Pledge.opening_id == Opening.id)
        .where(Pledge.id == pledge_id)
    )
    call_id, opening_id = session.execute(rows).one()
    hold(session, GuidanceCall, call_id)
    hold(session, Opening, opening_id)
    return lock(session, Pledge, pledge_id)


def check_office(session: Session, pledge: Pledge, person_id: int) -> None:
    """Raise ``Refused`` for somebody who is, or was, on the sponsor's side."""
    rows = select(Seat.id).where(
        Seat.business_id == pledge.business_id,
        Seat.person_id == person_id,
        Seat.state != SeatState.INVITED,
    )
    if person_id in {pledge.person_id, pledge.by_id} or session.scalar(rows.limit(1)):
        raise Refused(lazy_gettext("You act, or acted, for this sponsor. Others decide here."))


def check_second(first_id: int, second_id: int) -> None:
    """Raise ``Refused`` when somebody would confirm what they did themselves."""
    if first_id == second_id:
        raise Refused(lazy_gettext("Somebody else has to confirm what you asked for yourself."))


def tell_sponsor(
    session: Session, pledge: Pledge, words: LazyString, now: datetime, **values: object
) -> None:
    """Tell everybody on the sponsor's side; ``words`` may name the ``number`` of the pledge."""
    texts = both(words, number=pledge.number, **values)
    tell_all(session, givers(session, pledge), texts, f"/sponsor/pledges/{pledge.id}", now)


def tell_office(
    session: Session,
    pledge: Pledge,
    words: LazyString,
    now: datetime,
    url: str = "",
    **values: object,
) -> None:
    """Tell the officers and the finance officers of the call's area."""
    people = staff_of(session, pledge.opening.call.area.path, OFFICERS | FINANCE, now)
    texts = both(words, number=pledge.number, **values)
    tell_all(session, people, texts, url or f"/office/partners/pledges/{pledge.id}", now)


def in_both(words: LazyString, **values: object) -> str:
    """A sentence in both languages, for reasons that the rules give and everybody reads."""
    return " / ".join(dict.fromkeys(both(words, **values).values()))
