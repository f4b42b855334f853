"""Staff: set-up links, password and second factor, recovery codes, lockout."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import Credential, Membership, Role
from accounts.services.setting_up import new_link
from core.db import transaction
from tests.accounts.pages import fill_in
from tests.conftest import START, browser
from tests.factories import Factory

Clock = Callable[[datetime], None]
PASSWORD = "correct horse battery"
EMAIL = "wang@city.gov.cn"


@dataclass
class Staff:
    """A staff member who has set up password and app; ``at`` moves on with each code."""

    person: int
    area: int
    secret: str
    recovery: list[str]
    clock: Clock
    at: datetime = field(default=START)

    def later(self, **step: float) -> None:
        self.at += timedelta(**step)
        self.clock(self.at)

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.at)

    def enter(self, one: FlaskClient, code: str, password: str = PASSWORD) -> str:
        """Both steps; the text or the address of what comes last."""
        first = fill_in(one, "/staff/sign-in", email=EMAIL.upper(), password=password)
        if first.status_code != 303:
            return first.text
        second = fill_in(one, first.location, code=code)
        return second.location or second.text


def link_for(person: int) -> str:
    with transaction() as session:
        return f"/staff/set-up/{new_link(session, person, START)}"


def set_up(one: FlaskClient, link: str, at: datetime) -> tuple[str, list[str]]:
    """Go through a set-up link; the secret and the recovery codes."""
    second = fill_in(one, link, password=PASSWORD).location
    assert second == f"{link}/code"
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", one.get(second).text)
    assert secret
    plain = secret[1].replace(" ", "")
    page = fill_in(one, second, code=pyotp.TOTP(plain).at(at))
    assert page.status_code == 200
    return plain, re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", page.text)


@pytest.fixture
def staff(app: Flask, make: Factory, clock: Clock) -> Staff:
    area = make.area()
    person = make.staff(Role.OFFICER, area, email=EMAIL)
    secret, codes = set_up(browser(app), link_for(person), START)
    made = Staff(person, area, secret, codes, clock)
    made.later(seconds=60)
    return made


def test_password_and_code_open_a_session_in_which_roles_count(
    client: FlaskClient, staff: Staff
) -> None:
    assert staff.enter(client, staff.code()) == "/desk"
    assert client.get("/verify").status_code == 200


def test_a_code_counts_once(app: Flask, staff: Staff) -> None:
    code = staff.code()
    assert staff.enter(browser(app), code) == "/desk"
    assert "each counts once" in staff.enter(browser(app), code)
    staff.later(seconds=30)
    assert staff.enter(browser(app), staff.code()) == "/desk"


def test_ten_recovery_codes_replace_the_app_once_each(app: Flask, staff: Staff) -> None:
    assert len(set(staff.recovery)) == 10
    one = staff.recovery[3].lower().replace("-", " ")
    assert staff.enter(browser(app), one) == "/desk"
    assert "does not fit" in staff.enter(browser(app), one)
    assert staff.enter(browser(app), staff.recovery[4]) == "/desk"


def test_a_wrong_password_and_an_unknown_address_read_the_same(app: Flask, staff: Staff) -> None:
    wrong = fill_in(browser(app), "/staff/sign-in", email=EMAIL, password="wrong " + PASSWORD)
    unknown = fill_in(browser(app), "/staff/sign-in", email="x@y.cn", password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 422
    assert "do not fit together" in wrong.text
    assert "do not fit together" in unknown.text
    assert PASSWORD not in wrong.text


def test_ten_failures_lock_for_a_quarter_of_an_hour(app: Flask, staff: Staff) -> None:
    for _ in range(5):
        staff.enter(browser(app), "x", password="something else")
    for _ in range(4):
        staff.enter(browser(app), "000000")
    assert "come back at 12:16" in staff.enter(browser(app), "not-a-code")
    assert "come back at 12:16" in staff.enter(browser(app), staff.code())
    staff.later(minutes=15)
    assert staff.enter(browser(app), staff.code()) == "/desk"


def test_the_second_step_is_not_open_without_the_first(client: FlaskClient, staff: Staff) -> None:
    assert client.get("/staff/sign-in/code").location == "/staff/sign-in"
    fill_in(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
    staff.later(minutes=11)
    assert client.get("/staff/sign-in/code").location == "/staff/sign-in"


def test_what_is_kept_tells_neither_password_nor_secret(staff: Staff, session: Session) -> None:
    kept = session.scalars(select(Credential)).one()
    assert (kept.password_hash or "").startswith("$argon2id$")
    assert staff.secret not in (kept.totp_secret or "")
    assert kept.setup_hash is None


def test_a_set_up_link_works_once_and_for_72_hours(
    app: Flask, make: Factory, clock: Clock, client: FlaskClient
) -> None:
    person = make.staff(Role.OFFICER, make.area(), email=EMAIL)
    used, lapsed = link_for(person), ""
    set_up(browser(app), used, START)
    assert client.get(used).status_code == 404
    lapsed = link_for(person)
    clock(START + timedelta(hours=72))
    assert client.get(lapsed).status_code == 404
    assert client.get("/staff/set-up/guessed").status_code == 404


@pytest.mark.parametrize(
    "weak", ["short", "aaaaaaaaaaaaaaa", "123456789012", "Password1234", EMAIL, "x" * 201]
)
def test_a_weak_password_is_refused(make: Factory, client: FlaskClient, weak: str) -> None:
    link = link_for(make.person(make.area(), email=EMAIL))
    answer = fill_in(client, link, password=weak)
    assert answer.status_code == 422
    assert f'value="{weak}"' not in answer.text


def test_half_a_set_up_does_not_sign_in(make: Factory, client: FlaskClient) -> None:
    link = link_for(make.person(make.area(), email=EMAIL))
    assert client.get(f"{link}/code").location == link
    fill_in(client, link, password=PASSWORD)
    assert fill_in(client, f"{link}/code", code="000000").status_code == 422
    answer = fill_in(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 422


def test_a_new_password_signs_out_everywhere_else(app: Flask, staff: Staff) -> None:
    one, other = browser(app), browser(app)
    staff.enter(one, staff.code())
    staff.enter(other, staff.recovery[0])
    wrong = fill_in(one, "/me/password", old="nonsense", password="four other words here")
    assert wrong.status_code == 422
    done = fill_in(one, "/me/password", old=PASSWORD, password="four other words here")
    assert done.status_code == 303
    assert one.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    staff.later(seconds=60)
    assert staff.enter(browser(app), staff.code(), "four other words here") == "/desk"


def test_another_app_takes_over_only_when_it_is_confirmed(app: Flask, staff: Staff) -> None:
    one = browser(app)
    staff.enter(one, staff.code())
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", one.get("/me/authenticator").text)
    assert found
    new = found[1].replace(" ", "")
    bad = fill_in(one, "/me/authenticator", password=PASSWORD, code="000000")
    assert bad.status_code == 422
    staff.later(seconds=60)
    assert staff.enter(browser(app), staff.code()) == "/desk"
    code = pyotp.TOTP(new).at(staff.at)
    assert fill_in(one, "/me/authenticator", password=PASSWORD, code=code).status_code == 200
    staff.later(seconds=60)
    assert "does not fit" in staff.enter(browser(app), staff.code())
    assert "does not fit" in staff.enter(browser(app), staff.recovery[0])
    staff.secret = new
    assert staff.enter(browser(app), staff.code()) == "/desk"


def test_new_recovery_codes_need_the_password_and_end_the_old(app: Flask, staff: Staff) -> None:
    one = browser(app)
    staff.enter(one, staff.code())
    assert fill_in(one, "/me/recovery-codes", password="nonsense").status_code == 422
    assert fill_in(one, "/me/recovery-codes", password=PASSWORD).status_code == 200
    assert "does not fit" in staff.enter(browser(app), staff.recovery[0])


def test_roles_do_not_count_in_a_session_opened_with_a_code(
    make: Factory, sign_in: Callable[..., FlaskClient]
) -> None:
    weak = sign_in(make.staff(Role.OFFICER, make.area()), strong=False)
    assert weak.get("/verify").status_code == 403
    assert weak.get("/me/password").status_code == 403
    assert "Sign in with your password to use your roles" in weak.get("/desk").text


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [(0, None, 200), (0, 0, 200), (-9, -1, 403), (1, None, 403)],
    ids=["from today", "today only", "until yesterday", "from tomorrow"],
)
def test_a_role_counts_from_its_first_to_its_last_day(
    make: Factory,
    sign_in: Callable[..., FlaskClient],
    starts: int,
    ends: int | None,
    status: int,
) -> None:
    person = make.staff(Role.VERIFIER, make.area())
    today = date(2026, 3, 2)
    with transaction() as session:
        session.execute(
            update(Membership).values(
                starts_on=today + timedelta(days=starts),
                ends_on=None if ends is None else today + timedelta(days=ends),
            )
        )
    assert sign_in(person).get("/verify").status_code == status
