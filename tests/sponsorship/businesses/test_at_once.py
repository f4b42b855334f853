"""Several at the same moment, with real threads on both databases."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Callable
from itertools import cycle
from threading import Lock

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import DomainError
from sponsorship.businesses import services
from sponsorship.businesses.people import managers
from sponsorship.models import Business, Seat, SeatRole
from tests.sponsorship.businesses.counter import Counter
from tests.together import together


def tried(verb: Callable[[Session], object]) -> str:
    """Do something in a transaction; gives what came of it."""
    try:
        with transaction() as session:
            verb(session)
    except DomainError as error:
        return type(error).__name__
    return "done"


def turns(*values: int) -> Callable[[], int]:
    """Each thread the next of some values."""
    order, lock = cycle(values), Lock()

    def take() -> int:
        with lock:
            return next(order)

    return take


def test_one_number_registered_by_many_at_once_is_one_business(
    app: Flask, counter: Counter
) -> None:
    people = [counter.square.make.person() for _ in range(6)]
    mine, details, at = turns(*people), counter.details(), counter.square.at
    came = together(
        app, lambda: tried(lambda s: services.register(s, details, mine(), at)), len(people)
    )
    assert Count(came) == {"done": 1, "Conflict": 5}
    db.session.rollback()
    same = select(func.count()).where(Business.code == details.code)
    assert db.session.scalar(same) == 1
    owner = db.session.scalars(select(Business).where(Business.code == details.code)).one()
    assert managers(db.session, owner.id) == [owner.created_by_id]


def test_two_managers_who_end_each_other_leave_one(app: Flask, counter: Counter) -> None:
    business = counter.verified()
    other, at = counter.square.make.person(), counter.square.at
    second = counter.seat(business, other, "manager")
    rows = select(Seat.id).where(Seat.business_id == business, Seat.person_id == counter.owner)
    first = db.session.scalar(rows) or 0
    mine = turns(first, second)
    ended = {first: other, second: counter.owner}

    def end() -> str:
        seat = mine()
        return tried(lambda s: services.end_seat(s, seat, ended[seat], at))

    came = together(app, end, 2)
    assert Count(came)["done"] == 1
    db.session.rollback()
    assert len(managers(db.session, business)) == 1


def test_two_managers_who_leave_at_once_leave_one(app: Flask, counter: Counter) -> None:
    business = counter.verified()
    other, at = counter.square.make.person(), counter.square.at
    counter.seat(business, other, "manager")
    rows = select(Seat.id, Seat.person_id).where(Seat.business_id == business)
    held: dict[int, int] = {row[0]: row[1] for row in db.session.execute(rows)}
    mine = turns(*held)

    def leave() -> str:
        seat = mine()
        return tried(lambda s: services.end_seat(s, seat, held[seat], at))

    assert Count(together(app, leave, 2)) == {"done": 1, "Conflict": 1}


def test_one_person_invited_by_many_at_once_has_one_seat(app: Flask, counter: Counter) -> None:
    business = counter.verified()
    other, at = counter.square.make.person(), counter.square.at
    phone = counter.address(other)

    def invite() -> str:
        return tried(
            lambda s: services.invite(s, business, phone, counter.owner, at, role=SeatRole.VIEWER)
        )

    assert Count(together(app, invite, 4)) == {"done": 4}
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(Seat.person_id == other)) == 1


def test_two_officers_who_decide_at_once_decide_once(app: Flask, counter: Counter) -> None:
    business, at = counter.submitted(), counter.square.at
    mine = turns(counter.square.officer, counter.square.other)

    def decide() -> str:
        return tried(lambda s: services.verify(s, business, mine(), at))

    assert Count(together(app, decide, 4)) == {"done": 1, "Conflict": 3}
