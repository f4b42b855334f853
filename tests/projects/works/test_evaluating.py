"""Rating a finished project, hiding comments, one's own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.services.erasure import erase, own_copy
from core.db import transaction
from core.errors import Conflict, Invalid, Refused
from projects.models import Confirmation, Evaluation
from projects.works import services as do
from tests.factories import Factory
from tests.projects.works.yard import WHY, YUAN, Yard


@pytest.fixture
def finished(yard: Yard) -> Yard:
    """A project of which everything was accepted."""
    for milestone in yard.begin():
        yard.finish(milestone, by=yard.reviewer)
    return yard


def test_only_verified_residents_of_the_area_rate_a_finished_project(
    yard: Yard, make: Factory
) -> None:
    first, second = yard.begin()
    with pytest.raises(Conflict):
        yard.rate(yard.neighbour)
    for milestone in (first, second):
        yard.finish(milestone, by=yard.reviewer)
    unchecked = make.person(yard.books.areas[3], verified=False)
    for person in (yard.stranger, unchecked, make.person(yard.books.areas[2])):
        with pytest.raises(Refused):
            yard.rate(person)
    yard.rate(yard.neighbour)


def test_a_rating_may_be_changed_for_thirty_days(finished: Yard) -> None:
    yard = finished
    rated = yard.rate(yard.neighbour, 2)
    yard.at += timedelta(days=30)
    assert yard.rate(yard.neighbour, 4) == rated
    yard.at += timedelta(seconds=1)
    with pytest.raises(Conflict):
        yard.rate(yard.neighbour, 5)
    assert yard.rate(yard.neighbour, 4) == rated


@pytest.mark.parametrize(
    ("rating", "promised", "comment"),
    [(0, "yes", ""), (6, "yes", ""), (3, "perhaps", ""), (3, "no", "x" * 2001)],
)
def test_a_rating_that_does_not_fit_is_refused(
    finished: Yard, rating: int, promised: Any, comment: str
) -> None:
    opinion = do.Opinion(rating, promised, comment)
    with pytest.raises(Invalid), transaction() as session:
        do.evaluate(session, finished.project, opinion, finished.neighbour, finished.at)


def test_a_hidden_comment_stays_hidden_and_its_rating_counts(
    finished: Yard, client: FlaskClient
) -> None:
    yard = finished
    rated = yard.rate(yard.neighbour, 1, "An insult to somebody")
    with pytest.raises(Invalid):
        yard.hide(rated, "short")
    yard.hide(rated)
    yard.hide(rated)
    with pytest.raises(Conflict):
        yard.hide(rated, by=yard.second_officer)
    with pytest.raises(Conflict):
        yard.rate(yard.neighbour, 1, "The same insult again")
    shown = client.get(f"/projects/{yard.project}").text
    assert "insult" not in shown
    assert ">1.0<" in shown


def test_a_person_takes_along_what_they_said_and_lets_go_of_it(
    finished: Yard, session: Session
) -> None:
    yard = finished
    yard.rate(yard.neighbour, 3)
    mine = own_copy(session, yard.neighbour, yard.at)["delivery"]
    assert mine["evaluations"][0]["rating"] == 3
    session.rollback()
    with transaction() as writing:
        erase(writing, yard.neighbour, yard.at)
    session.rollback()
    assert session.scalars(select(Evaluation.person_id)).all() == [None]


def test_what_an_erased_neighbour_said_stays_by_nobody(
    yard: Yard, session: Session, client: FlaskClient
) -> None:
    first, _second = yard.begin()
    yard.say(yard.report(first, yard.reviewer), holds=False)
    with transaction() as writing:
        erase(writing, yard.neighbour, yard.at)
    session.rollback()
    assert session.scalars(select(Confirmation.person_id)).all() == [None]
    assert WHY in client.get(f"/milestones/{first}").text


def test_everybody_finds_what_they_have_to_do(
    yard: Yard, session: Session, app: Any, sign_in: Callable[..., FlaskClient]
) -> None:
    yard.write(6000 * YUAN)
    desk = sign_in(yard.second_officer).get("/desk").text
    assert f"/projects/{yard.project}/plan/publish" in desk
    yard.publish()
    (first,) = yard.milestones()
    contract = yard.contract({first: 5000 * YUAN}, until=yard.at.date())
    assert f"/milestones/{first}/report" in sign_in(yard.worker).get("/desk").text
    report = yard.report(first)
    dispute = yard.say(report, holds=False)
    for person in (yard.officer, yard.reviewer, yard.committee):
        assert f"/reports/{report}/accept" in sign_in(person).get("/desk").text
    assert f"/reports/{report}/accept" not in sign_in(yard.worker).get("/desk").text
    assert f"/confirmations/{dispute}/answer" in sign_in(yard.officer).get("/desk").text
    yard.answer(dispute)
    change = yard.ask("delay", {"due_on": "2026-12-01"}, first)
    assert f"/changes/{change}" in sign_in(yard.second_officer).get("/desk").text
    assert f"/changes/{change}" not in sign_in(yard.officer).get("/desk").text
    yard.decide(change)
    yard.accept(report)
    assert f"/contracts/{contract}/retention" in sign_in(yard.officer).get("/desk").text
    assert f"/projects/{yard.project}/account" in sign_in(yard.officer).get("/desk").text
