"""Several officers at the same moment, with real threads on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import db, transaction
from core.errors import DomainError
from sponsorship.guidance import services
from sponsorship.guidance.services import Wanted
from sponsorship.models import Opening
from tests.sponsorship.guidance.office import Office
from tests.together import together
from transparency.log import timeline


def attempt(work: Callable[[Session], object]) -> str:
    """Do something in a transaction; gives what came of it."""
    try:
        with transaction() as session:
            work(session)
    except DomainError as error:
        return type(error).__name__
    return "done"


def test_two_publishing_at_once_publish_once(app: Flask, office: Office, session: Session) -> None:
    call = office.draft()
    people = iter([office.officer, office.other] * 2)

    def publish() -> str:
        by = next(people)
        return attempt(lambda s: services.publish(s, call, by, office.at))

    assert Counter(together(app, publish, 4)) == {"done": 1, "Conflict": 3}
    assert len(timeline(session, ("call", call), types=("call.published",))) == 1
    assert [one.number for one in office.versions(call)] == [1]


def test_two_beginning_a_version_at_once_write_one_draft(app: Flask, office: Office) -> None:
    call = office.published()
    seen = office.versions(call)[0].sha256
    people = iter([office.author, office.other] * 2)
    said = office.said(reason="Why not")

    def write() -> str:
        by = next(people)
        return attempt(lambda s: services.redraft(s, call, said, by, office.at, seen=seen))

    came = Counter(together(app, write, 4))
    assert came["done"] == 1, came
    assert [one.number for one in office.versions(call)] == [1, 2]


def test_publishing_against_closing_ends_closed(app: Flask, office: Office) -> None:
    call = office.published()
    office.redraft(call, office.said(reason="More."))
    works = iter(
        [
            lambda s: services.publish(s, call, office.officer, office.at),
            lambda s: services.close_call(s, call, "Over.", office.other, office.at),
        ]
    )

    def either() -> str:
        return attempt(next(works))

    together(app, either, 2)
    assert office.call_row(call).state == "closed"


def test_a_project_is_opened_once_by_two_calls_at_once(app: Flask, office: Office) -> None:
    project = office.runner_up()
    calls = iter([office.call, office.published()] * 2)

    def look() -> str:
        wanted = Wanted(office.deadline, project_id=project)
        call = next(calls)
        return attempt(lambda s: services.open_opening(s, call, wanted, office.author, office.at))

    assert Counter(together(app, look, 4)) == {"done": 1, "Invalid": 3}
    db.session.rollback()
    rows = select(Opening.id).where(Opening.project_id == project)
    assert len(db.session.scalars(rows).all()) == 1
