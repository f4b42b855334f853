"""The review: departments are asked side by side and answer in private."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice, Role
from projects.models import Review
from projects.states import State
from tests.factories import Factory
from tests.projects.desk import SECRET, Desk, SignIn
from tests.projects.scenes import Scene
from transparency.log import timeline


def test_departments_are_asked_side_by_side_with_a_day_in_working_days(
    review: Desk, scene: Scene, session: Session
) -> None:
    assert review.ask(scene.parks, scene.roads, days=5).status_code == 303
    assert review.row().state == State.IN_REVIEW
    due = session.scalars(select(Review.due_on)).all()
    assert due == [date(2026, 3, 9)] * 2  # a week after Monday 2 March
    told = session.scalars(select(Notice.person_id)).all()
    assert sorted(told) == sorted([scene.parks_reviewer, scene.roads_reviewer])


def test_a_department_may_be_asked_later_and_none_twice(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks)
    review.ask(scene.parks, scene.roads)
    entries = timeline(review.session, ("project", review.project))
    assert [entry.body["organisations"] for entry in entries] == [[scene.roads], [scene.parks]]
    assert review.ask(scene.roads).status_code == 303
    assert len(timeline(review.session, ("project", review.project))) == 2


def test_several_proposals_are_sent_out_at_once(review: Desk, scene: Scene, make: Factory) -> None:
    other = make.project(scene.round, scene.area, State.SUBMITTED)
    data = {"projects": [review.project, other], "organisations": [scene.parks], "working_days": 3}
    answer = review.officer.post(f"/review?round={scene.round}", data=data)
    assert answer.status_code == 303
    page = review.officer.get(f"/review?round={scene.round}&state=in_review").text
    assert page.count("0 of 1") == 2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"organisations": []}, "at least one department"),
        ({"projects": []}, "tick at least one project"),
        ({"working_days": "0"}, "Between 1 and 60"),
        ({"working_days": "9" * 30}, "Between 1 and 60"),
        ({"organisations": ["999999"]}, "not a valid choice"),
    ],
)
def test_a_wrong_question_is_refused_and_asks_nobody(
    review: Desk, scene: Scene, data: dict[str, Any], problem: str
) -> None:
    whole = {
        "projects": [review.project],
        "organisations": [scene.parks],
        "working_days": "10",
    } | data
    answer = review.officer.post(f"/review?round={scene.round}", data=whole)
    assert answer.status_code == 422
    assert problem in answer.text
    assert review.row().state == State.SUBMITTED


def test_nothing_of_an_answer_leaks_before_it_is_published(
    review: Desk, scene: Scene, client: FlaskClient, sign_in: SignIn, make: Factory
) -> None:
    review.ask(scene.parks, scene.roads)
    review.answer(review.parks, scene.parks, cost="4321.09", conditions="Only in autumn")
    neighbour = sign_in(make.person(scene.community))
    verifier = sign_in(make.staff(Role.VERIFIER, scene.area))
    own = review.review_of(scene.parks)
    pages = [
        "/",
        "/projects",
        "/desk",
        f"/projects/{review.project}",
        f"/review?round={scene.round}",
    ]
    pages += [f"/projects/{review.project}/review", f"/reviews/{own}", "/projects/map.json"]
    pages += [f"/reviews/{review.review_of(scene.roads)}"]
    for browser in (client, neighbour, verifier, review.proposer, review.roads):
        for page in pages:
            text = browser.get(page, follow_redirects=True).text
            assert not [secret for secret in (SECRET, "4,321", "autumn") if secret in text], page
    records = [str(entry.body) for entry in timeline(review.session, ("project", review.project))]
    assert not [body for body in records if "steep" in body or "432109" in body]
    for browser in (review.parks, review.officer):
        texts = [browser.get(page).text for page in pages]
        assert any(SECRET in text for text in texts)


def test_a_department_answers_only_for_itself(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks, scene.roads)
    assert review.answer(review.roads, scene.parks).status_code == 403
    assert review.answer(review.proposer, scene.parks).status_code == 403
    assert review.answer(review.officer, scene.parks).status_code == 403


def test_a_reviewer_needs_a_strong_session(review: Desk, scene: Scene, sign_in: SignIn) -> None:
    review.ask(scene.parks)
    weak = sign_in(scene.parks_reviewer, strong=False)
    assert review.answer(weak, scene.parks).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"reason": ""}, "Please fill this in."),
        ({"reason": "too short"}, "between 10 and 4000"),
        ({"reason": "x" * 4001}, "between 10 and 4000"),
        ({"cost": "0"}, "at least"),
        ({"cost": "-1"}, "at least"),
        ({"cost": "1" + "0" * 18}, "at most"),
        ({"cost": "12.345"}, "too many digits"),
        ({"conditions": "x" * 4001}, "At most 4000"),
        ({"feasible": ""}, "Please choose one."),
        ({"feasible": "maybe"}, "Not a valid choice"),
    ],
)
def test_an_answer_that_does_not_fit_is_kept_on_the_page_but_not_saved(
    review: Desk, scene: Scene, wrong: dict[str, str], problem: str
) -> None:
    review.ask(scene.parks)
    answer = review.answer(review.parks, scene.parks, **({"conditions": "Only in May"} | wrong))
    assert answer.status_code == 422
    assert problem in answer.text
    assert "conditions" in wrong or "Only in May" in answer.text
    assert review.session.scalars(select(Review.feasible)).one() is None


def test_an_answer_can_be_changed_until_it_is_published(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks)
    review.answer(review.parks, scene.parks)
    assert (
        review.answer(review.parks, scene.parks, reason="On second thoughts, no.").status_code
        == 303
    )
    review.publish()
    late = review.answer(review.parks, scene.parks, reason="But then again, yes.")
    assert late.status_code == 409
    assert "On second thoughts, no." in late.text


def test_an_officer_of_another_area_sees_and_decides_nothing(
    review: Desk, scene: Scene, make: Factory, sign_in: SignIn
) -> None:
    stranger = sign_in(make.staff(Role.OFFICER, make.area("Elsewhere")))
    community = sign_in(make.staff(Role.OFFICER, scene.community))
    for browser in (stranger, community, review.proposer, review.parks):
        assert browser.get(f"/review?round={scene.round}").status_code == 403
        for path in ("review", "review/ask", "translation"):
            assert browser.post(f"/projects/{review.project}/{path}").status_code == 403


def test_outside_of_its_phases_nothing_is_reviewed(
    review: Desk,
    scene: Scene,
    make: Factory,
    clock: Callable[[Any], None],
    sign_in: SignIn,
) -> None:
    clock(make.at + timedelta(days=20))
    review.officer = sign_in(scene.officer)  # a strong session does not last that long
    answer = review.ask(scene.parks)
    assert answer.status_code == 409
    assert "not reviewing proposals now" in answer.text


def test_a_withdrawn_proposal_takes_no_answer(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks)
    review.proposer.post(f"/projects/{review.project}/withdraw")
    assert review.answer(review.parks, scene.parks).status_code == 409


def test_desks_show_what_waits_for_whom(review: Desk, scene: Scene) -> None:
    assert "1 proposal to send to departments" in review.officer.get("/desk").text
    review.ask(scene.parks)
    assert f"/reviews/{review.review_of(scene.parks)}" in review.parks.get("/desk").text
    assert "/reviews/" not in review.roads.get("/desk").text
    review.answer(review.parks, scene.parks)
    assert "/reviews/" not in review.parks.get("/desk").text
    assert "1 reviewed proposal to decide on" in review.officer.get("/desk").text
