"""Areas, organisations and roles: who may arrange what, and what is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Area, Membership, Organisation, Person, Role
from tests.accounts.pages import fill_in, messages
from tests.factories import Factory
from transparency.log import timeline

SignIn = Callable[..., FlaskClient]
TODAY = date(2026, 3, 2)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}


@dataclass
class Town:
    """A sub-district with a community, and its administrator's browser."""

    top: int
    home: int
    admin: int
    browser: FlaskClient

    def grant(self, area: int | None = None, **other: Any) -> TestResponse:
        typed: dict[str, Any] = {
            "email": "zhao@city.gov.cn",
            "name": "赵一",
            "role": "officer",
            "organisation": "0",
            "starts_on": "2026-03-02",
            "ends_on": "",
        }
        page = f"/manage/areas/{area or self.top}/roles/new"
        return fill_in(self.browser, page, **(typed | other))


@pytest.fixture
def town(make: Factory, sign_in: SignIn) -> Town:
    top = make.area("Xinghe")
    admin = make.staff(Role.ADMIN, top, email="admin@city.gov.cn")
    return Town(top, make.area("Riverside", top), admin, sign_in(admin))


def held(session: Session, role: str = "officer") -> Membership:
    """The newest membership of this role."""
    session.rollback()
    rows = select(Membership).where(Membership.role == role).order_by(Membership.id.desc())
    return session.scalars(rows).first() or pytest.fail("no such role")


def test_a_new_colleague_gets_the_role_and_a_link(
    app: Flask, town: Town, session: Session, client: FlaskClient
) -> None:
    assert town.grant().status_code == 303
    membership = held(session)
    assert (membership.area_id, membership.granted_by_id) == (town.top, town.admin)
    person = session.get_one(Person, membership.person_id)
    assert (person.name, person.email) == ("赵一", "zhao@city.gov.cn")
    message = messages(app)[-1]
    assert message["to"] == "zhao@city.gov.cn"
    link = message["text"].split()[-1].removeprefix("http://127.0.0.1:8000")
    assert client.get(link).status_code == 200
    assert "not set up yet" in town.browser.get(f"/manage/areas/{town.top}").text


def test_the_record_names_the_role_and_not_the_person(town: Town, session: Session) -> None:
    town.grant(ends_on="2026-12-31")
    membership = held(session)
    entry = timeline(session, ("membership", membership.id))[0]
    assert entry.type == "role.granted"
    assert entry.body == {
        "membership": membership.id,
        "role": "officer",
        "area": town.top,
        "organisation": None,
        "from": "2026-03-02",
        "to": "2026-12-31",
        "by": "admin",
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "admin@city.gov.cn", "role": "verifier"}, "Nobody can give a role"),
        ({"email": "nobody"}, "does not look like an e-mail"),
        ({"name": "赵" * 10_000}, "At most 80 characters"),
        ({"role": "emperor"}, "Not a valid choice"),
        ({"role": "reviewer"}, "choose an organisation"),
        ({"ends_on": "2026-03-01"}, "last day lies before"),
        ({"starts_on": "2025-01-01", "ends_on": "2025-02-01"}, "last day lies before"),
        ({"starts_on": "soon"}, "Not a valid date"),
        ({"organisation": "999999"}, "Not a valid choice"),
    ],
    ids=[
        "oneself",
        "no e-mail",
        "endless name",
        "unknown role",
        "department missing",
        "ends before it starts",
        "all in the past",
        "no date",
        "unknown organisation",
    ],
)
def test_a_role_that_makes_no_sense_is_not_given(
    town: Town, session: Session, wrong: dict[str, Any], says: str
) -> None:
    answer = town.grant(**wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert session.scalars(select(Membership.role)).all() == ["admin"]


def test_a_role_is_held_for_an_organisation_of_its_kind(
    town: Town, make: Factory, session: Session
) -> None:
    department = make.organisation(town.home)
    shop = make.organisation(town.home, "business")
    elsewhere = make.organisation(make.area("Elsewhere"))
    assert town.grant(role="reviewer", organisation=shop).status_code == 422
    assert town.grant(role="reviewer", organisation=elsewhere).status_code == 422
    assert town.grant(role="verifier", organisation=department).status_code == 422
    assert town.grant(role="officer", organisation=shop).status_code == 422
    assert town.grant(role="auditor", organisation=department).status_code == 422
    assert town.grant(role="reviewer", organisation=department).status_code == 303
    assert held(session, "reviewer").organisation_id == department
    office = make.organisation(town.home, "audit")
    assert town.grant(role="auditor", organisation=office).status_code == 303
    assert town.grant(role="finance", organisation=department).status_code == 303


def test_the_same_role_is_not_given_twice(town: Town) -> None:
    assert town.grant().status_code == 303
    answer = town.grant()
    assert answer.status_code == 422
    assert "has that role already" in answer.text


def test_an_ended_role_stops_at_once_and_stays_on_record(
    town: Town, make: Factory, sign_in: SignIn, session: Session
) -> None:
    officer = sign_in(make.staff(Role.OFFICER, town.home))
    assert officer.get("/verify").status_code == 200
    ident = held(session).id
    page = f"/manage/areas/{town.home}"
    assert fill_in(town.browser, page, f"/manage/roles/{ident}/end").status_code == 303
    assert officer.get("/verify").status_code == 403
    assert held(session).ends_on == date(2026, 3, 1)
    assert timeline(session, ("membership", ident))[0].type == "role.ended"


def test_a_role_given_today_can_be_ended_today(town: Town, session: Session) -> None:
    town.grant()
    page = f"/manage/areas/{town.top}"
    fill_in(town.browser, page, f"/manage/roles/{held(session).id}/end")
    ended = held(session).ends_on
    assert ended is not None
    assert ended < TODAY


def test_nobody_changes_their_own_roles(town: Town, session: Session) -> None:
    own = held(session, "admin").id
    for verb in ("end", "invite"):
        answer = fill_in(town.browser, "/me/contact", f"/manage/roles/{own}/{verb}")
        assert answer.status_code == 403
    assert held(session, "admin").ends_on is None


def test_a_lost_phone_gets_a_new_link_while_the_old_password_still_works(
    app: Flask, town: Town, session: Session
) -> None:
    town.grant()
    before = len(messages(app))
    page = f"/manage/areas/{town.top}"
    fill_in(town.browser, page, f"/manage/roles/{held(session).id}/invite")
    assert len(messages(app)) == before + 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.VERIFIER, Role.AUDITOR, None])
def test_only_administrators_arrange_and_only_their_area(
    town: Town, make: Factory, sign_in: SignIn, session: Session, role: Role | None
) -> None:
    person = make.staff(role, town.top) if role else make.person(town.top)
    other = make.staff(Role.ADMIN, make.area("Elsewhere"))
    for stranger in (sign_in(person), sign_in(other)):
        for page in ("", "/edit", "/new", "/organisations/new", "/roles/new"):
            assert stranger.get(f"/manage/areas/{town.top}{page}").status_code == 403
    below = sign_in(make.staff(Role.ADMIN, town.home))
    assert below.get(f"/manage/areas/{town.home}").status_code == 200
    assert below.get(f"/manage/areas/{town.top}").status_code == 403


def test_a_new_area_lies_one_level_below(town: Town, session: Session) -> None:
    page = f"/manage/areas/{town.top}/new"
    answer = fill_in(town.browser, page, name_zh="老街社区", boundary=json.dumps(SQUARE))
    made = session.scalars(select(Area).order_by(Area.id.desc())).first()
    assert made is not None
    assert answer.location == f"/manage/areas/{made.id}"
    assert (made.kind, made.path) == ("community", f"/{town.top}/{made.id}/")
    assert made.boundary == SQUARE
    nothing_below = fill_in(town.browser, f"/manage/areas/{made.id}/new", name_en="Yard")
    assert "Nothing lies below a community" in nothing_below.text


@pytest.mark.parametrize(
    "boundary",
    [
        "{",
        "[]",
        "7",
        '{"type": "Point", "coordinates": [0, 0]}',
        "[" * 5000,
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [0, 99], [1, 1], [0, 0]]]}',
    ],
    ids=["json", "list", "number", "point", "deep", "empty", "no ring", "short", "off the globe"],
)
def test_an_outline_that_is_none_is_refused_and_kept(
    town: Town, session: Session, boundary: str
) -> None:
    page = f"/manage/areas/{town.home}/edit"
    answer = fill_in(town.browser, page, name_en="R", parent=town.top, boundary=boundary)
    assert answer.status_code == 422
    assert session.get_one(Area, town.home).boundary is None


def test_moving_an_area_takes_along_what_lies_in_it(
    make: Factory, sign_in: SignIn, session: Session
) -> None:
    city = make.area("City", kind="city")
    old, new = (make.area(n, city, kind="district") for n in ("Old", "New"))
    street = make.area("Street", old, kind="sub_district")
    home = make.area("Home", street, kind="community")
    admin = sign_in(make.staff(Role.ADMIN, city))
    page = f"/manage/areas/{street}/edit"
    assert fill_in(admin, page, name_en="Street", parent=new).status_code == 303
    assert session.get_one(Area, street).path == f"/{city}/{new}/{street}/"
    assert session.get_one(Area, home).path == f"/{city}/{new}/{street}/{home}/"
    wrong = fill_in(admin, page, name_en="Street", parent=city)
    assert "one of the level just above" in wrong.text


def test_an_organisation_is_entered_described_and_shown(
    town: Town, session: Session, client: FlaskClient
) -> None:
    page = f"/manage/areas/{town.home}/organisations/new"
    assert fill_in(town.browser, page, kind="department").status_code == 422
    fill_in(town.browser, page, kind="department", name_zh="城建办", about_en="Builds.")
    made = session.scalars(select(Organisation)).one()
    edit = f"/manage/organisations/{made.id}/edit"
    evil = "<img src=x onerror=alert(1)>"
    assert fill_in(town.browser, edit, name_zh=evil).status_code == 303
    shown = client.get(f"/organisations/{made.id}").text
    assert evil not in shown
    assert "&lt;img" in shown
    assert f"/organisations/{made.id}" in client.get(f"/areas/{town.home}").text


def test_areas_are_public_and_unknown_ones_are_not_found(town: Town, client: FlaskClient) -> None:
    assert "Riverside" in client.get(f"/areas/{town.top}").text
    assert "Riverside" in client.get("/areas").text
    assert client.get("/areas/999999").status_code == 404
    assert client.get("/organisations/999999").status_code == 404


def test_the_first_administrator_comes_from_the_command_line(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["accounts", "admin", "First@City.gov.cn", "--create", "澄江市"])
    assert made.exit_code == 0, made.output
    link = made.output.split()[-1].removeprefix("http://127.0.0.1:8000")
    assert client.get(link).status_code == 200
    membership = held(session, "admin")
    assert membership.granted_by_id is None
    assert session.get_one(Area, membership.area_id).name == {"zh_Hans": "澄江市"}
    again = run(args=["accounts", "admin", "first@city.gov.cn", "--area", str(membership.area_id)])
    assert "administers that area already" in again.output
    assert "澄江市" in run(args=["accounts", "areas"]).output
    for bad in (["x@y.cn"], ["x@y.cn", "--area", "999999"], ["nobody", "--create", "X"]):
        assert run(args=["accounts", "admin", *bad]).exit_code != 0
