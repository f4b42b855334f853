"""The demonstration's own sign-in, and nothing of it elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import (
    Role,
    UserSession,
)
from tests.accounts.pages import fill_in
from tests.conftest import START, browser
from tests.factories import Factory


def test_outside_the_demonstration_nobody_walks_in_by_a_button(
    app: Flask, make: Factory, session: Session
) -> None:
    invented = make.staff(Role.ADMIN, make.area(), email="admin@demo.invalid")
    one = browser(app)
    assert one.get("/demo").status_code == 404
    assert fill_in(one, "/sign-in", f"/demo/{invented}").status_code == 403
    assert session.scalars(select(UserSession.id)).all() == []


def test_in_the_demonstration_one_may_be_any_invented_person_and_nobody_else(
    make_app: Callable[..., Flask],
) -> None:
    demo = make_app("sqlite", demo=True)
    with demo.app_context():
        make = Factory(START)
        area = make.area()
        invented = make.staff(Role.ADMIN, area, email="admin@demo.invalid", name="钱管理")
        real = make.staff(Role.ADMIN, area, email="admin@city.gov.cn", name="真人")
        one = browser(demo)
        page = one.get("/demo").text
        assert "钱管理" in page
        assert "真人" not in page
        assert fill_in(one, "/demo", f"/demo/{real}").status_code == 404
        assert fill_in(one, "/demo", f"/demo/{invented}").location == "/desk"
        assert one.get("/manage").status_code == 200
