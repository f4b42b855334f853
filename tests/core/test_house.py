"""The ground floor: health, languages, the actor, errors."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.db import transaction
from tests.factories import Factory
from transparency.log import record, timeline


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


def test_every_chinese_tag_means_simplified_chinese(client: FlaskClient) -> None:
    page = client.get("/nowhere", headers={"Accept-Language": "zh-CN"})
    assert page.status_code == 404
    assert 'lang="zh-Hans"' in page.text


def test_a_signed_in_person_is_known(
    make: Factory, sign_in: Callable[..., FlaskClient], session: Session
) -> None:
    browser = sign_in(make.person(make.area()))
    assert browser.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_the_life_of_a_thing_reads_back_newest_first(make: Factory, session: Session) -> None:
    with transaction() as writing:
        for step in ("a", "b"):
            record(writing, f"thing.{step}", [("thing", 7)], {"step": step}, make.at)
    assert [entry.body["step"] for entry in timeline(session, ("thing", 7))] == ["b", "a"]
