"""Checking real names: asked for, decided, done on the spot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import (
    Notice,
    Person,
    RegisterEntry,
    Role,
    Verification,
)
from core.outbox import deliver
from tests.accounts.checks import Place, ask, in_person, newest
from tests.accounts.pages import fill_in, messages
from tests.conftest import START
from tests.factories import Factory
from transparency.log import timeline

SignIn = Callable[..., FlaskClient]


def test_a_resident_asks_and_is_confirmed_by_the_register(
    app: Flask, make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    person = make.person(verified=False, name="", email="li@city.gov.cn")
    resident, officer = sign_in(person, strong=False), sign_in(place.officer)
    entry = place.entry()
    assert ask(resident, place) == 303
    assert "1 name to check" in officer.get("/desk").text
    asked = newest(session).id
    page = officer.get(f"/verify/{asked}").text
    assert "330106********1234" in page
    done = fill_in(officer, f"/verify/{asked}", f"/verify/{asked}/confirm", entry=entry)
    assert done.location == "/verify"
    session.rollback()
    found = session.get_one(Person, person)
    assert (found.name, found.area_id, found.birth_year) == ("李雷", place.home, 1956)
    assert found.verified_at == START
    assert session.get_one(RegisterEntry, entry).person_id == person
    deliver(START)
    assert "You can vote now." in messages(app)[-1]["text"]
    assert "Your name has been checked" in resident.get("/me/verification").text


def test_the_record_of_a_check_tells_nobody_whose_it_was(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    ask(sign_in(make.person(verified=False)), place)
    asked, officer = newest(session).id, sign_in(place.officer)
    fill_in(officer, f"/verify/{asked}", f"/verify/{asked}/confirm", entry=place.entry())
    entry = timeline(session, ("verification", asked))[0]
    assert entry.type == "verification.confirmed"
    assert entry.body == {"area": place.home, "method": "register", "by": "officer"}


def test_a_refusal_says_why_and_one_may_ask_again(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    resident, officer = sign_in(make.person(verified=False)), sign_in(place.officer)
    ask(resident, place)
    asked = newest(session).id
    page = f"/verify/{asked}"
    assert fill_in(officer, page, f"{page}/refuse", reason="").status_code == 422
    assert fill_in(officer, page, f"{page}/refuse", reason="Wrong year.").status_code == 303
    assert "Wrong year." in resident.get("/me/verification").text
    assert "Wrong year." in resident.get("/me").text
    assert ask(resident, place, birth_year="1957") == 303
    assert newest(session).id != asked


def test_only_one_request_waits_at_a_time(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    resident = sign_in(make.person(verified=False))
    assert ask(resident, place) == 303
    again = fill_in(
        resident,
        "/me/contact",
        "/me/verification",
        name="李雷",
        id_tail="1234",
        birth_year="1956",
        area=place.home,
    )
    assert again.status_code == 422
    assert len(session.scalars(select(Verification.id)).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "李" * 10_000},
        {"id_tail": "12"},
        {"id_tail": "12X4"},
        {"id_tail": "330106195601011234"},
        {"birth_year": "1066"},
        {"birth_year": "soon"},
        {"area": "999999"},
    ],
    ids=[
        "no name",
        "endless name",
        "short tail",
        "X inside",
        "whole number",
        "year too early",
        "no year",
        "unknown area",
    ],
)
def test_what_cannot_be_checked_is_not_taken(
    make: Factory, place: Place, sign_in: SignIn, session: Session, wrong: dict[str, Any]
) -> None:
    assert ask(sign_in(make.person(verified=False)), place, **wrong) == 422
    assert session.scalars(select(Verification.id)).all() == []


def test_one_line_of_the_register_verifies_one_person(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    entry, officer = place.entry(), sign_in(place.officer)
    for expected in ("Checked.", "already verified somebody else"):
        ask(sign_in(make.person(verified=False)), place)
        page = f"/verify/{newest(session).id}"
        answer = fill_in(officer, page, f"{page}/confirm", entry=entry)
        assert expected in officer.get(answer.location).text
    assert newest(session).state == "waiting"


@pytest.mark.parametrize(
    "other",
    [{"name": "韩梅"}, {"masked": "330106********9999"}],
    ids=["another name", "another number"],
)
def test_a_line_that_does_not_fit_cannot_be_chosen(
    make: Factory, place: Place, sign_in: SignIn, session: Session, other: dict[str, str]
) -> None:
    ask(sign_in(make.person(verified=False)), place)
    page, officer = f"/verify/{newest(session).id}", sign_in(place.officer)
    fill_in(officer, page, f"{page}/confirm", entry=place.entry(**other))  # type: ignore[arg-type]  # names only
    assert newest(session).state == "waiting"


def test_a_line_of_another_community_cannot_be_chosen(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    ask(sign_in(make.person(verified=False)), place)
    page, officer = f"/verify/{newest(session).id}", sign_in(place.officer)
    elsewhere = place.entry(area=make.area("Old Street", place.top))
    fill_in(officer, page, f"{page}/confirm", entry=elsewhere)
    assert newest(session).state == "waiting"


def test_officers_of_other_areas_and_residents_cannot_decide(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    ask(sign_in(make.person(verified=False)), place)
    asked = newest(session).id
    stranger = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    assert stranger.get(f"/verify/{asked}").status_code == 403
    assert "李雷" not in stranger.get("/verify").text
    assert sign_in(make.person()).get(f"/verify/{asked}").status_code == 403
    answer = fill_in(stranger, "/me/contact", f"/verify/{asked}/refuse", reason="No")
    assert answer.status_code == 403


def test_nobody_checks_their_own_name(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    own = make.staff(Role.OFFICER, place.top, verified=False, phone="+8613800138000")
    officer = sign_in(own)
    ask(officer, place)
    asked = newest(session).id
    answer = fill_in(officer, "/me/contact", f"/verify/{asked}/confirm", entry=place.entry())
    assert answer.status_code == 403
    assert in_person(officer, place).status_code == 422
    assert session.get_one(Person, own).verified_at is None


def test_a_check_on_the_spot_makes_the_account_and_takes_the_line(
    place: Place, sign_in: SignIn, session: Session
) -> None:
    entry, officer = place.entry(), sign_in(place.officer)
    assert in_person(officer, place, seen="").status_code == 422
    assert in_person(officer, place).status_code == 303
    person = session.scalars(select(Person).where(Person.phone == "+8613800138000")).one()
    assert person.verified_at == START
    assert session.get_one(RegisterEntry, entry).person_id == person.id
    assert newest(session).method == "in_person"


def test_a_check_on_the_spot_settles_the_waiting_request(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    person = make.person(verified=False, phone="+8613800138000")
    ask(sign_in(person), place, name="李雷雷")
    assert in_person(sign_in(place.officer), place).status_code == 303
    assert [v.state for v in session.scalars(select(Verification))] == ["confirmed"]
    assert session.get_one(Person, person).name == "李雷"


def test_the_same_identity_is_not_verified_under_two_phones(
    place: Place, sign_in: SignIn, session: Session
) -> None:
    officer = sign_in(place.officer)
    assert in_person(officer, place).status_code == 303
    again = in_person(officer, place, address="13800138001")
    assert again.status_code == 422
    assert "already verified somebody else" in again.text
    found = session.scalar(select(Person.id).where(Person.phone == "+8613800138001"))
    assert found is None


def test_a_name_that_is_code_stays_text(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    resident = sign_in(make.person(verified=False))
    evil = "<script>alert(1)</script>"
    assert ask(resident, place, name=evil) == 303
    officer = sign_in(place.officer)
    for page in (f"/verify/{newest(session).id}", "/verify"):
        text = officer.get(page).text
        assert evil not in text
        assert "&lt;script&gt;" in text


def test_a_notice_is_written_in_both_languages(
    make: Factory, place: Place, sign_in: SignIn, session: Session
) -> None:
    in_person(sign_in(place.officer), place)
    assert set(session.scalars(select(Notice.text)).one()) == {"zh_Hans", "en"}
