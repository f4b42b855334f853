"""Who acts for a business: invited without anybody learning who has an account, never without a
manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Notice, Role
from accounts.services.erasure import erase
from core.db import db
from core.errors import Conflict, Invalid, Refused
from sponsorship.businesses import services
from sponsorship.businesses.people import managers
from sponsorship.models import Relation, RelationKind, Seat, SeatRole
from sponsorship.people import acts_for
from tests.factories import Factory
from tests.sponsorship.businesses.counter import Counter
from tests.sponsorship.ground import CODES
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def business(counter: Counter) -> int:
    return counter.verified()


@pytest.fixture
def other(make: Factory) -> int:
    return make.person()


def seats() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Seat)) or 0


def test_an_invited_person_accepts_and_acts(
    counter: Counter, business: int, other: int, session: Session
) -> None:
    seat = counter.invite(business, other, "signatory")
    assert not acts_for(session, other, business)
    told = session.scalars(select(Notice.text).where(Notice.person_id == other)).all()
    assert [one["en"] for one in told] == ["You are invited to act for Teahouse Ltd."]
    counter.do(lambda s: services.accept_seat(s, seat, other, counter.square.at))
    assert acts_for(session, other, business, SeatRole.SIGNATORY)
    assert not acts_for(session, other, business, SeatRole.PAYER)
    bodies = [one.body for one in timeline(session, ("business", business))]
    assert bodies[0] == {"business": business, "seat": seat, "role": "signatory"}


def test_an_address_without_an_account_is_answered_alike(counter: Counter, business: int) -> None:
    before = seats()
    assert counter.invite(business, "nobody@example.com") == 0
    assert counter.invite(business, "+8613900009999") == 0
    assert seats() == before
    with pytest.raises(Invalid):
        counter.invite(business, "no address")


def test_inviting_again_changes_the_open_invitation(
    counter: Counter, business: int, other: int
) -> None:
    first = counter.invite(business, other, "viewer")
    assert counter.invite(business, other, "payer") == first
    assert counter.row(Seat, first).role == SeatRole.PAYER
    counter.do(lambda s: services.accept_seat(s, first, other, counter.square.at))
    before = seats()
    assert counter.invite(business, other, "manager") == 0
    assert (seats(), counter.row(Seat, first).role) == (before, SeatRole.PAYER)


def test_only_managers_invite_change_and_end(
    counter: Counter, business: int, other: int, make: Factory
) -> None:
    mine = counter.seat(business, other, "payer")
    third = make.person()
    at = counter.square.at
    owner = counter.row(Seat, mine).invited_by_id
    assert owner == counter.owner
    first = db.session.scalar(select(Seat.id).where(Seat.person_id == owner)) or 0
    db.session.rollback()
    for verb in (
        lambda s: services.invite(s, business, "+8613900009999", other, at, role=SeatRole.VIEWER),
        lambda s: services.change_role(s, mine, SeatRole.MANAGER, other, at),
        lambda s: services.end_seat(s, first, other, at),
        lambda s: services.end_seat(s, mine, third, at),
        lambda s: services.declare(
            s, business, services.NewRelation(RelationKind.OWNER, "Li"), other, at
        ),
    ):
        with pytest.raises(Refused):
            counter.do(verb)
    counter.do(lambda s: services.end_seat(s, mine, other, at))
    assert counter.row(Seat, mine).ended_at == at


def test_nobody_accepts_for_others_nor_too_late_nor_twice(
    counter: Counter, business: int, other: int
) -> None:
    seat, at = counter.invite(business, other), counter.square.at
    with pytest.raises(Refused):
        counter.do(lambda s: services.accept_seat(s, seat, counter.owner, at))
    with pytest.raises(Conflict, match="30 days"):
        counter.do(lambda s: services.accept_seat(s, seat, other, at + timedelta(days=31)))
    counter.do(lambda s: services.accept_seat(s, seat, other, at))
    with pytest.raises(Conflict):
        counter.do(lambda s: services.accept_seat(s, seat, other, at))


def test_the_officer_who_verified_it_cannot_act_for_it(counter: Counter, business: int) -> None:
    officer = counter.square.officer
    seat = counter.invite(business, officer, "manager")
    with pytest.raises(Refused, match="as an officer"):
        counter.do(lambda s: services.accept_seat(s, seat, officer, counter.square.at))


def test_one_manager_stays(counter: Counter, business: int, other: int) -> None:
    at = counter.square.at
    first = db.session.scalar(select(Seat.id).where(Seat.person_id == counter.owner)) or 0
    for verb in (
        lambda s: services.end_seat(s, first, counter.owner, at),
        lambda s: services.change_role(s, first, SeatRole.VIEWER, counter.owner, at),
    ):
        with pytest.raises(Conflict, match="at least one manager"):
            counter.do(verb)
    second = counter.seat(business, other)
    counter.do(lambda s: services.change_role(s, second, SeatRole.MANAGER, counter.owner, at))
    counter.do(lambda s: services.end_seat(s, first, other, at))
    assert managers(db.session, business) == [other]


def test_nobody_is_invited_while_it_is_suspended(
    counter: Counter, business: int, other: int
) -> None:
    counter.decide("suspend", business)
    with pytest.raises(Conflict):
        counter.invite(business, other)


def test_relations_are_ended_and_never_deleted(
    counter: Counter, business: int, session: Session
) -> None:
    at = counter.square.at
    ident = counter.declare(business, person_name="Zhou Min", company_name="Zhou Lamps")
    with pytest.raises(Conflict, match="already"):
        counter.declare(business, person_name="Zhou Min", company_name="Zhou Lamps")
    counter.do(lambda s: services.end_relation(s, ident, counter.owner, at))
    with pytest.raises(Conflict, match="over already"):
        counter.do(lambda s: services.end_relation(s, ident, counter.owner, at))
    assert counter.row(Relation, ident).person_name == "Zhou Min"
    said = str([one.body for one in timeline(session, ("business", business))])
    assert "Zhou Lamps" in said
    assert "Zhou Min" not in said
    officer = select(Notice.text).where(Notice.person_id == counter.square.other)
    assert any("close to" in one["en"] for one in session.scalars(officer))


@pytest.mark.parametrize(
    ("whom", "field"),
    [
        ({}, "person_name"),
        ({"person_name": "Li", "company_code": "HRB 1"}, "company_name"),
        ({"company_name": "X", "company_code": CODES[0][:-1] + "A"}, "company_code"),
        ({"company_name": "X", "company_code": CODES[1]}, "company_code"),
    ],
)
def test_a_relation_names_somebody(
    counter: Counter, business: int, whom: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        counter.declare(business, **whom)
    assert set(caught.value.fields) == {field}


def test_an_officer_invites_where_nobody_manages_it(
    counter: Counter, business: int, other: int, make: Factory
) -> None:
    officer = make.staff(Role.OFFICER, counter.square.area)
    with pytest.raises(Refused):
        counter.invite(business, other, by=officer)
    counter.do(lambda s: erase(s, counter.owner, counter.square.at))
    assert managers(db.session, business) == []
    db.session.rollback()
    seat = counter.invite(business, other, "manager", by=officer)
    counter.do(lambda s: services.accept_seat(s, seat, other, counter.square.at))
    assert managers(db.session, business) == [other]
