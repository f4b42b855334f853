"""Taking one's data along, and being forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import own_data
from accounts.models import (
    Membership,
    Notice,
    Person,
    RegisterEntry,
    RegisterUpload,
    Role,
    UserSession,
    Verification,
)
from tests.accounts.pages import TEXT, ask_code, fill_in, last_code, told
from tests.conftest import START, browser
from tests.factories import Factory
from transparency.models import Leaf

SignIn = Callable[..., FlaskClient]


def test_the_copy_holds_what_every_room_keeps(
    make: Factory, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(own_data._PARTS, "hats", lambda session, ident: [{"of": ident}])
    person = make.staff(Role.OFFICER, make.area(), name="李雷", email="li@city.gov.cn")
    told(person)
    answer = sign_in(person).get("/me/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    copy = json.loads(answer.text)
    assert copy["hats"] == [{"of": person}]
    mine = copy["accounts"]
    assert mine["person"][0]["name"] == "李雷"
    assert mine["roles"][0]["role"] == "officer"
    assert mine["notices"][0]["text"] == TEXT
    assert len(mine["sessions"]) == 1


def verified(make: Factory, area: int) -> int:
    """A person with everything that can be known about one."""
    person = make.staff(Role.OFFICER, area, name="李雷", email="li@city.gov.cn")
    values: dict[str, Any] = {"area_id": area, "name": "李雷", "birth_year": 1980}
    upload = make.add(
        RegisterUpload(
            area_id=area, uploaded_by_id=make.person(), uploaded_at=START, sha256="", people=1
        )
    )
    entry = make.add(
        RegisterEntry(upload_id=upload, masked_id="***1234", person_id=person, **values)
    )
    make.add(
        Verification(person_id=person, id_tail="1234", requested_at=START, entry_id=entry, **values)
    )
    told(person)
    return person


def test_erasure_leaves_nothing_that_tells_who_it_was(
    make: Factory, sign_in: SignIn, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(own_data, "_ERASERS", [lambda writing, ident, at: seen.append(ident)])
    area = make.area()
    person = verified(make, area)
    one, other = sign_in(person), sign_in(person)
    answer = fill_in(one, "/me/erase", word="ERASE", understood="y")
    assert answer.status_code == 303
    kept = session.get_one(Person, person)
    assert (kept.name, kept.phone, kept.email, kept.area_id) == ("", None, None, None)
    assert (kept.birth_year, kept.verified_at, kept.erased_at) == (None, None, START)
    assert session.scalars(select(UserSession.id)).all() == []
    assert session.scalars(select(Notice.id)).all() == []
    assert session.scalars(select(RegisterEntry.person_id)).all() == [None]
    check = session.scalars(select(Verification)).one()
    assert (check.name, check.id_tail, check.state) == ("", "", "refused")
    assert session.scalars(select(Membership.ends_on)).one() is not None
    assert seen == [person]
    assert one.get("/me").status_code == other.get("/me").status_code == 302
    assert "李雷" not in " ".join(session.scalars(select(Leaf.body)))


@pytest.mark.parametrize("typed", [{"word": "yes", "understood": "y"}, {"word": "erase"}])
def test_erasure_has_to_be_meant(
    make: Factory, sign_in: SignIn, session: Session, typed: dict[str, str]
) -> None:
    person = make.person(make.area())
    assert fill_in(sign_in(person), "/me/erase", **typed).status_code == 422
    assert session.get_one(Person, person).erased_at is None


def test_after_erasure_the_same_phone_makes_a_new_account(
    app: Flask, make: Factory, sign_in: SignIn, session: Session
) -> None:
    person = make.person(make.area(), phone="+8613800138000")
    fill_in(sign_in(person), "/me/erase", word="注销", understood="y")
    one = browser(app)
    ask_code(one)
    fill_in(one, "/sign-in/code", code=last_code(app))
    assert one.get("/me").status_code == 200
    assert session.scalar(select(func.count(Person.id))) == 2
