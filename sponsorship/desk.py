"""Whether anything of sponsorship concerns somebody's desk, asked once for it: most people neither
give nor decide about money here, and their desk is not to wait for a question from each part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from sponsorship.models import BankConfirmation, BankReturn, Pledge, Refund, Seat
from sponsorship.states import RefundState, SeatState

_NAME = "sponsorship_desk"


@dataclass(frozen=True, slots=True)
class Waiting:
    """``gives``: they act for a business, are invited to, or gave something themselves. ``moving``:
    some refund or transfer, anybody's, waits for a second person or has failed."""

    gives: bool
    moving: bool


def waiting(session: Session, person_id: int | None, now: datetime) -> Waiting:
    """What may concern somebody; one query for all who ask for the same desk."""
    if person_id is None:
        return Waiting(False, False)
    key = (person_id, now)
    known: tuple[tuple[int, datetime], Waiting] | None = g.get(_NAME)
    if known is not None and known[0] == key:
        return known[1]
    gives, moving = session.execute(select(_gives(person_id), _MOVING)).one()
    found = Waiting(bool(gives), bool(moving))
    setattr(g, _NAME, (key, found))
    return found


def _gives(person_id: int) -> ColumnElement[bool]:
    seat = exists().where(Seat.person_id == person_id, Seat.state != SeatState.ENDED)
    return or_(seat, exists().where(Pledge.person_id == person_id))


_MOVING = or_(
    exists().where(Refund.state.in_((RefundState.ASKED, RefundState.FAILED))),
    exists().where(BankConfirmation.confirmed_at.is_(None)),
    exists().where(BankReturn.confirmed_at.is_(None)),
)
