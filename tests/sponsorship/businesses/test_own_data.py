"""What businesses keep about a person, and how they let go of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice, Person
from accounts.services.erasure import erase, own_copy
from core.db import transaction
from core.web import settings
from sponsorship.businesses.people import managers
from sponsorship.models import Relation, Seat
from sponsorship.states import SeatState
from tests.sponsorship.businesses.counter import Counter


def gone(counter: Counter, person: int) -> None:
    counter.do(lambda s: erase(s, person, counter.square.at))


def test_the_copy_has_seats_businesses_papers_and_relations(
    counter: Counter, session: Session
) -> None:
    ident = counter.verified()
    counter.declare(ident, person_name="Zhou Min")
    mine = own_copy(session, counter.owner, counter.square.at)["businesses"]
    assert [one["role"] for one in mine["seats"]] == ["manager"]
    assert mine["registered"][0]["contact_phone"] == "+8613800000001"
    assert [one["title"] for one in mine["papers"]] == ["Licence"]
    assert [one["person_name"] for one in mine["relations"]] == ["Zhou Min"]
    nobody = own_copy(session, counter.square.resident, counter.square.at)["businesses"]
    assert nobody == {"seats": [], "registered": [], "papers": [], "relations": []}


def test_whoever_goes_leaves_their_seats_contacts_and_name(
    counter: Counter, session: Session
) -> None:
    with transaction() as writing:
        person = writing.get_one(Person, counter.owner)
        person.name, person.phone = "Wang Fang", "+8613800000001"
    ident = counter.verified()
    relation = counter.declare(ident, person_name="Wang Fang")
    gone(counter, counter.owner)
    found = counter.business(ident)
    assert (found.contact_name, found.contact_phone) == ("", "")
    assert counter.row(Relation, relation).person_name == "Wang F."
    seats = session.scalars(select(Seat.state).where(Seat.business_id == ident)).all()
    assert seats == [SeatState.ENDED]
    told = session.scalars(select(Notice.text).where(Notice.person_id == counter.square.officer))
    assert any("Nobody manages Teahouse Ltd" in one["en"] for one in told)


def test_contacts_of_others_stay(counter: Counter, session: Session) -> None:
    ident = counter.verified()
    other = counter.square.make.person()
    counter.seat(ident, other)
    gone(counter, other)
    found = counter.business(ident)
    assert found.contact_name == "Wang Fang"
    assert managers(session, ident) == [counter.owner]


def test_a_draft_that_nobody_manages_loses_its_papers(counter: Counter) -> None:
    ident = counter.register()
    counter.add_paper(ident)
    gone(counter, counter.owner)
    folder = settings().instance / "documents" / "businesses" / str(ident)
    assert [one for one in folder.rglob("*") if one.is_file()] == []
    found = counter.business(ident)
    assert (found.contact_name, found.contact_phone, found.address) == ("", "", "")
