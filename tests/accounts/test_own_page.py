"""One's own page: notices, profile, contact, sessions, and the public pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from accounts.models import (
    Notice,
    Person,
    Role,
    UserSession,
)
from core.db import db
from core.outbox import deliver
from tests.accounts.pages import PHONE, fill_in, last_code, messages, told
from tests.conftest import START
from tests.factories import Factory

SignIn = Callable[..., FlaskClient]
Clock = Callable[[datetime], None]


@pytest.mark.parametrize(
    ("locale", "says"), [("zh_Hans", "您的提案通过了。"), ("en", "Your proposal passed.")]
)
def test_a_notice_reaches_the_mailbox_in_the_persons_language(
    app: Flask, make: Factory, locale: str, says: str
) -> None:
    told(make.person(make.area(), email="li@city.gov.cn", locale=locale))
    deliver(START)
    message = messages(app)[-1]
    assert message["to"] == "li@city.gov.cn"
    assert message["text"] == f"{says}\nhttp://127.0.0.1:8000/areas"


def test_without_an_address_a_notice_only_stands_on_the_page(
    app: Flask, make: Factory, sign_in: SignIn
) -> None:
    person = make.person(make.area(), phone=None)
    told(person)
    assert deliver(START) == 1
    assert messages(app) == []
    assert "Your proposal passed." in sign_in(person).get("/me").text


def test_opening_a_notice_reads_it_and_leads_on(
    make: Factory, sign_in: SignIn, session: Session
) -> None:
    person, other = make.person(make.area()), make.person()
    told(person)
    ident = session.scalars(select(Notice.id)).one()
    thief = fill_in(sign_in(other), "/me/contact", f"/me/notices/{ident}/open")
    assert thief.status_code == 404
    one = sign_in(person)
    assert "Your proposal passed." in one.get("/desk").text
    assert fill_in(one, "/me", f"/me/notices/{ident}/open").location == "/areas"
    assert "Your proposal passed." not in one.get("/desk").text
    assert "Your proposal passed." in one.get("/me").text


def test_all_notices_can_be_read_at_once(make: Factory, sign_in: SignIn, session: Session) -> None:
    person, other = make.person(make.area()), make.person()
    for who in (person, person, other):
        told(who)
    fill_in(sign_in(person), "/me", "/me/notices/read")
    unread = select(Notice.person_id).where(Notice.read_at.is_(None))
    assert session.scalars(unread).all() == [other]


def test_name_and_community_may_be_said_until_they_are_checked(
    make: Factory, sign_in: SignIn, session: Session
) -> None:
    home = make.area()
    new, checked = make.person(verified=False), make.person(home, name="李雷")
    typed: dict[str, Any] = {"name": "<b>韩梅</b>", "area": home, "locale": "en"}
    one = sign_in(new)
    assert fill_in(one, "/me/profile", **typed).status_code == 303
    assert "&lt;b&gt;韩梅" in one.get("/me").text
    assert fill_in(one, "/me/profile", **(typed | {"name": "x" * 10_000})).status_code == 422
    fill_in(sign_in(checked), "/me/profile", **(typed | {"locale": "zh_Hans"}))
    session.rollback()
    kept = session.get_one(Person, checked)
    assert (kept.name, kept.locale) == ("李雷", "zh_Hans")
    assert session.get_one(Person, new).area_id == home


def test_a_new_phone_counts_once_its_code_was_typed(
    app: Flask, make: Factory, sign_in: SignIn, session: Session
) -> None:
    person = make.person(make.area(), phone=None, email="li@city.gov.cn")
    one = sign_in(person, strong=False)
    fill_in(one, "/me/contact", address=PHONE)
    wrong = fill_in(one, "/me/contact/code", code="x")
    assert wrong.status_code == 422
    assert session.get_one(Person, person).phone is None
    assert fill_in(one, "/me/contact/code", code=last_code(app)).status_code == 303
    session.rollback()
    assert session.get_one(Person, person).phone == "+8613800138000"


def test_somebody_elses_address_is_not_taken_over(
    app: Flask, make: Factory, sign_in: SignIn, session: Session
) -> None:
    owner = make.person(phone="+8613800138000")
    one = sign_in(make.person(make.area()))
    fill_in(one, "/me/contact", address=PHONE)
    answer = fill_in(one, "/me/contact/code", code=last_code(app))
    assert answer.status_code == 422
    assert "Another account uses this address" in answer.text
    assert session.get_one(Person, owner).phone == "+8613800138000"


def test_each_session_can_be_ended_by_its_owner_only(make: Factory, sign_in: SignIn) -> None:
    person = make.person(make.area())
    here, there, thief = sign_in(person), sign_in(person), sign_in(make.person())
    with db.session.no_autoflush:
        ids = db.session.scalars(
            select(UserSession.id).where(UserSession.person_id == person).order_by(UserSession.id)
        ).all()
    refused = fill_in(thief, "/me/contact", f"/me/sessions/{ids[1]}/end")
    assert refused.status_code == 404
    assert there.get("/me").status_code == 200
    fill_in(here, "/me/sessions", f"/me/sessions/{ids[1]}/end")
    assert there.get("/me").status_code == 302
    assert here.get("/me").status_code == 200


def test_all_other_sessions_end_together(make: Factory, sign_in: SignIn) -> None:
    person = make.person(make.area())
    here, *others = (sign_in(person) for _ in range(3))
    fill_in(here, "/me/sessions", "/me/sessions/end-others")
    assert here.get("/me").status_code == 200
    assert [one.get("/me").status_code for one in others] == [302, 302]


@pytest.mark.parametrize(("strong", "hours"), [(True, 12), (False, 30 * 24)])
def test_a_session_ends_by_itself(
    make: Factory, sign_in: SignIn, clock: Clock, *, strong: bool, hours: int
) -> None:
    one = sign_in(make.person(make.area()), strong=strong)
    clock(START + timedelta(hours=hours, minutes=-1))
    assert one.get("/me").status_code == 200
    clock(START + timedelta(hours=hours))
    assert one.get("/me").status_code == 302


@pytest.mark.parametrize(
    "page",
    ["/me", "/desk", "/me/data", "/me/erase", "/me/sessions", "/me/verification", "/manage"],
)
def test_visitors_are_asked_to_sign_in_first(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def test_the_page_and_the_desk_need_few_queries(
    make: Factory, sign_in: SignIn, session: Session
) -> None:
    person = make.staff(Role.VERIFIER, make.area())
    for _ in range(5):
        told(person)
    one = sign_in(person)
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    for page in ("/me", "/me/sessions", "/verify"):
        counted.clear()
        assert one.get(page).status_code == 200
        assert len([sql for sql in counted if sql.startswith("SELECT")]) <= 8


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
@pytest.mark.parametrize("page", ["/privacy", "/accessibility", "/sign-in", "/staff/sign-in"])
def test_the_public_pages_speak_both_languages(client: FlaskClient, page: str, locale: str) -> None:
    client.set_cookie("locale", locale)
    shown = client.get(page)
    assert shown.status_code == 200
    assert f'lang="{locale.replace("_", "-")}"' in shown.text
