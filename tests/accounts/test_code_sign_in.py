"""Signing in with a one-time code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import LoginCode, Person, UserSession
from tests.accounts.pages import PHONE, ask_code, fill_in, last_code, messages, other_than
from tests.conftest import START, browser
from tests.factories import Factory

Clock = Callable[[datetime], None]


def test_the_first_sign_in_makes_the_account_and_the_second_finds_it(
    app: Flask, session: Session
) -> None:
    for spelling in ("138 0013 8000", "+86 138-0013-8000"):
        one = browser(app)
        assert ask_code(one, spelling).location.startswith("/sign-in/code")
        answer = fill_in(one, "/sign-in/code", code=last_code(app))
        assert (answer.status_code, answer.location) == (303, "/me")
        assert one.get("/me").status_code == 200
    assert session.scalars(select(Person.phone)).all() == ["+8613800138000"]


def test_a_mailbox_signs_in_too_in_any_case_of_letters(
    client: FlaskClient, app: Flask, make: Factory
) -> None:
    make.person(make.area(), phone=None, email="li@city.gov.cn", name="Li Ming")
    ask_code(client, "Li@City.gov.cn")
    fill_in(client, "/sign-in/code", code=last_code(app))
    assert "Li Ming" in client.get("/me").text


@pytest.mark.parametrize(
    "typed", ["", "12345", "+1", "li@", "li@@b.cn", "<script>", "1" * 10_000, "a@demo.invalid"]
)
def test_what_is_no_address_is_refused_and_kept(
    client: FlaskClient, app: Flask, typed: str
) -> None:
    answer = ask_code(client, typed)
    assert answer.status_code == 422
    assert (f'value="{typed}"' in answer.text) or "&lt;script&gt;" in answer.text or not typed
    assert "<script>" not in answer.text
    assert messages(app) == []


def test_a_wrong_code_says_how_many_tries_are_left_and_five_end_it(
    client: FlaskClient, app: Flask
) -> None:
    ask_code(client)
    right = last_code(app)
    for left in (4, 3, 2, 1, 0):
        answer = fill_in(client, "/sign-in/code", code=other_than(right))
        assert answer.status_code == 422
        assert f"Tries left: {left}" in answer.text
    assert "wrong five times" in fill_in(client, "/sign-in/code", code=right).text
    assert client.get("/me").status_code == 302


def test_an_expired_code_is_refused(client: FlaskClient, app: Flask, clock: Clock) -> None:
    ask_code(client)
    clock(START + timedelta(minutes=10))
    assert "older than 10 minutes" in fill_in(client, "/sign-in/code", code=last_code(app)).text


def test_a_double_click_is_harmless_but_a_used_code_is_not_good_again(
    client: FlaskClient, app: Flask, clock: Clock, session: Session
) -> None:
    ask_code(client)
    other = browser(app)
    with client.session_transaction() as old, other.session_transaction() as copy:
        copy.update(old)
    code = last_code(app)
    assert fill_in(client, "/sign-in/code", code=code).status_code == 303
    assert fill_in(other, "/sign-in/code", code=code).status_code == 303
    assert session.scalar(select(func.count(Person.id))) == 1
    clock(START + timedelta(minutes=2))
    late = browser(app)
    with late.session_transaction() as copy:
        copy.update(old)
    assert "used already" in fill_in(late, "/sign-in/code", code=code).text


def test_only_the_newest_code_counts(client: FlaskClient, app: Flask) -> None:
    ask_code(client)
    first = last_code(app)
    ask_code(browser(app))
    assert "newer code" in fill_in(client, "/sign-in/code", code=first).text


def test_a_code_is_bound_to_the_browser_that_asked(client: FlaskClient, app: Flask) -> None:
    ask_code(client)
    assert browser(app).get("/sign-in/code").location == "/sign-in"


def test_after_five_codes_in_an_hour_one_has_to_wait(
    app: Flask, clock: Clock, session: Session
) -> None:
    for _ in range(5):
        assert ask_code(browser(app)).status_code == 303
    answer = ask_code(browser(app))
    assert answer.status_code == 429
    assert "at 13:00" in answer.text
    assert PHONE in answer.text
    assert session.scalar(select(func.count(LoginCode.id))) == 5
    clock(START + timedelta(hours=1))
    assert ask_code(browser(app)).status_code == 303


def test_nobody_learns_whether_an_account_exists(app: Flask, make: Factory) -> None:
    make.person(make.area(), phone="+8613800138000")
    pages = []
    for address in (PHONE, "13800138001"):
        one = browser(app)
        answer = ask_code(one, address)
        pages.append((answer.status_code, answer.location, len(one.get("/sign-in/code").text)))
    assert pages[0] == pages[1]


def test_the_code_itself_is_kept_nowhere(client: FlaskClient, app: Flask, session: Session) -> None:
    ask_code(client)
    kept = session.scalars(select(LoginCode)).one()
    assert last_code(app) not in kept.code_hash
    with client.session_transaction() as cookie:
        assert last_code(app) not in str(dict(cookie))


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/areas", "/areas"),
        ("https://evil.example/", "/me"),
        ("//evil.example", "/me"),
        ("/\\evil.example", "/me"),
        ("javascript:alert(1)", "/me"),
    ],
)
def test_one_comes_back_to_this_site_only(
    client: FlaskClient, app: Flask, target: str, lands: str
) -> None:
    answer = fill_in(client, "/sign-in", f"/sign-in?next={target}", address=PHONE)
    done = fill_in(client, answer.location, code=last_code(app))
    assert done.location == lands


def test_the_cookie_is_a_new_one_after_signing_in(client: FlaskClient, app: Flask) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    ask_code(client)
    fill_in(client, "/sign-in/code", code=last_code(app))
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "sign_in" not in cookie


def test_signing_out_ends_the_session_on_the_server(
    make: Factory, sign_in: Callable[..., FlaskClient], session: Session
) -> None:
    one = sign_in(make.person(make.area()))
    with one.session_transaction() as cookie:
        stolen = dict(cookie)
    assert fill_in(one, "/me/contact", "/sign-out").status_code == 303
    with one.session_transaction() as cookie:
        cookie.update(stolen)
    assert one.get("/me").status_code == 302
    assert session.scalars(select(UserSession.revoked_at)).all() == [START]


def test_a_gateway_that_is_down_is_said_and_can_be_tried_again(
    client: FlaskClient, app: Flask
) -> None:
    class Down:
        def send(self, address: str, subject: str, text: str) -> None:
            raise ConnectionError(address)

    working = app.extensions.pop("message_provider", None)
    app.extensions["message_provider"] = Down()
    try:
        answer = ask_code(client)
    finally:
        app.extensions.pop("message_provider")
        if working is not None:
            app.extensions["message_provider"] = working
    assert answer.status_code == 503
    assert "could not be sent" in answer.text
    assert PHONE in answer.text
    assert ask_code(client).status_code == 303
