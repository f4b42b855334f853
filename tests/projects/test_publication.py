"""Publishing a review: one decision with every answer, and one chance to revise."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Notice
from projects.states import State
from tests.factories import Factory
from tests.projects.desk import ROADS_SAY, SECRET, Desk, SignIn
from tests.projects.scenes import Scene
from transparency.log import timeline


def test_a_decision_needs_an_answer(review: Desk, scene: Scene) -> None:
    assert review.publish().status_code == 409  # nobody was asked
    review.ask(scene.parks)
    answer = review.publish()
    assert answer.status_code == 422
    assert "No department has answered yet" in answer.text
    assert "It can be built." in answer.text


def test_missing_answers_are_published_without_only_when_the_officer_says_so(
    review: Desk, scene: Scene, client: FlaskClient
) -> None:
    review.ask(scene.parks, scene.roads)
    review.answer(review.parks, scene.parks, feasible="yes")
    answer = review.publish()
    assert answer.status_code == 422
    assert "publish without them" in answer.text
    assert review.publish(without_missing="y").status_code == 303
    assert SECRET in client.get(f"/projects/{review.project}").text
    assert review.answer(review.roads, scene.roads).status_code == 409


def test_the_highest_costing_counts_unless_the_officer_picks_one(
    review: Desk, scene: Scene
) -> None:
    review.ask(scene.parks, scene.roads)
    review.answer(review.parks, scene.parks, feasible="yes", cost="15000")
    review.answer(review.roads, scene.roads, feasible="yes", cost="9000.50", reason=ROADS_SAY)
    assert 'value="15000"' in review.officer.get(f"/projects/{review.project}/review").text
    review.publish()
    assert review.row().cost == 15_000_00


def test_without_a_costing_the_estimate_counts(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks)
    review.answer(review.parks, scene.parks, feasible="yes")
    review.publish()
    assert (review.row().state, review.row().cost) == (State.ELIGIBLE, 10_000_00)


def test_a_project_dearer_than_the_round_allows_does_not_go_on(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks)
    review.answer(review.parks, scene.parks, feasible="yes", cost="600000")
    answer = review.publish()
    assert answer.status_code == 422
    assert "at most ¥500,000" in answer.text
    assert review.publish(cost="500000").status_code == 303


def test_publication_shows_every_answer_and_is_recorded_with_its_reason(
    review: Desk, scene: Scene, client: FlaskClient
) -> None:
    review.ask(scene.parks, scene.roads)
    review.answer(review.parks, scene.parks, cost="4321.09", conditions="Only in autumn")
    review.answer(review.roads, scene.roads, feasible="yes", reason=ROADS_SAY)
    review.publish(eligible="no", reason="The slope cannot be made safe.")
    page = client.get(f"/projects/{review.project}").text
    for words in (
        SECRET,
        ROADS_SAY,
        "¥4,321.09",
        "Only in autumn",
        "The slope cannot be made safe.",
    ):
        assert words in page
    newest, published = timeline(review.session, ("project", review.project))[:2]
    assert (newest.type, newest.body["reason"]) == (
        "project.ineligible",
        "The slope cannot be made safe.",
    )
    assert [a["organisation"] for a in published.body["answers"]] == [scene.parks, scene.roads]
    assert str(scene.officer) not in newest.body.values()


def test_the_proposer_is_told_why_and_until_when_to_revise(review: Desk, scene: Scene) -> None:
    review.ask(scene.parks)
    review.answer(review.parks, scene.parks)
    review.publish(eligible="no", reason="The slope cannot be made safe.")
    rows = select(Notice).where(Notice.person_id == scene.proposer)
    notice = review.session.scalars(rows).one()
    assert "The slope cannot be made safe." in notice.text["en"]
    assert "until Tuesday 17 March" in notice.text["en"]
    assert "revise" in review.proposer.get("/desk").text


def test_a_refused_proposal_is_revised_in_private_and_handed_in_once_more(
    review: Desk, scene: Scene, client: FlaskClient, proposal: dict[str, Any]
) -> None:
    review.ask(scene.parks)
    review.answer(review.parks, scene.parks)
    review.publish(eligible="no")
    form = f"/projects/{review.project}/edit"
    typed = proposal | {"action": "save", "version": "0", "title": "Benches on the flat bank"}
    assert review.proposer.post(form, data=typed).status_code == 303
    assert "Benches on the flat bank" in review.proposer.get(form).text
    assert "Benches on the flat bank" not in client.get(f"/projects/{review.project}").text
    assert (
        review.proposer.post(form, data=typed | {"action": "submit", "version": "1"}).status_code
        == 303
    )
    assert "Benches on the flat bank" in client.get(f"/projects/{review.project}").text
    assert (review.row().state, review.row().submission) == (State.SUBMITTED, 2)
    review.ask(scene.parks)
    review.answer(review.parks, scene.parks)
    review.publish(eligible="no")
    last = review.proposer.post(form, data=typed | {"action": "submit", "version": "2"})
    assert last.location == f"/projects/{review.project}"
    assert (review.row().state, review.row().submission) == (State.INELIGIBLE, 2)


def test_nobody_decides_on_their_own_proposal(
    review: Desk, scene: Scene, make: Factory, sign_in: SignIn
) -> None:
    own = make.project(scene.round, scene.area, State.IN_REVIEW, proposer_id=scene.officer)
    answer = review.officer.post(f"/projects/{own}/review", data={"eligible": "yes"})
    assert answer.status_code == 403
    assert "Somebody else has to decide" in answer.text


def test_an_officer_adds_and_takes_away_a_translation(review: Desk, client: FlaskClient) -> None:
    path = f"/projects/{review.project}/translation"
    data = {"title": "河边的长椅", "summary": "", "description": "", "beneficiaries": ""}
    assert review.officer.post(path, data=data).status_code == 303
    page = client.get(f"/projects/{review.project}", headers={"Accept-Language": "zh-CN"}).text
    assert "河边的长椅" in page
    entry = timeline(review.session, ("project", review.project))[0]
    assert (entry.type, entry.body["language"]) == ("project.translated", "zh_Hans")
    review.officer.post(path, data=data | {"title": ""})
    assert set(review.row().title) == {"en"}
