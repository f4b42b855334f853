"""A project's page: what everybody reads, in how many queries, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.own_data import erasers, parts
from core.db import transaction
from projects.models import Photo, Project, Review
from projects.states import PUBLIC, State
from tests.factories import Factory
from tests.projects.scenes import Scene

SignIn = Callable[..., FlaskClient]
MOST_QUERIES = 8


def furnished(make: Factory, scene: Scene, state: State = State.ELIGIBLE) -> int:
    """A project with photos and published reviews."""
    ident = make.project(
        scene.round,
        scene.community,
        state,
        proposer_id=scene.proposer,
        category_id=scene.category,
        latitude=31.2,
        longitude=121.4,
        organisation_id=scene.parks,
    )
    for number in range(6):
        photo = Photo(project_id=ident, position=number, name=f"{number}", width=4, height=3)
        make.add(photo)
    for organisation in (scene.parks, scene.roads):
        make.add(
            Review(
                project_id=ident,
                submission=1,
                organisation_id=organisation,
                asked_by_id=scene.officer,
                asked_at=make.at,
                due_on=make.at.date(),
                feasible=True,
                reason="It can be done there.",
                answered_at=make.at,
                published_at=make.at,
            )
        )
    return ident


@pytest.mark.parametrize("state", [State.ELIGIBLE, State.ON_BALLOT, State.SELECTED])
def test_a_full_page_takes_few_queries(
    make: Factory,
    scene: Scene,
    sign_in: SignIn,
    state: State,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    ident = furnished(make, scene, state)
    browser = sign_in(scene.officer)
    browser.get(f"/projects/{ident}")
    with count_queries() as seen:
        assert browser.get(f"/projects/{ident}").status_code == 200
    # What won has money, a plan, tenders, and perhaps findings.
    most = MOST_QUERIES + 5 * (state == State.SELECTED)
    assert len(seen) <= most, "\n".join(seen)


def test_the_page_says_what_where_for_whom_and_at_what_cost(
    make: Factory, scene: Scene, client: FlaskClient
) -> None:
    page = client.get(f"/projects/{furnished(make, scene)}").text
    words = ("East Bank", "Parks", "Everybody", "¥10,000", "It can be done there.", "Office")
    assert [word for word in words if word not in page] == []
    assert page.count('srcset="/media/') == 6
    assert 'property="og:image" content="http://localhost/media/0.webp"' in page


def test_the_proposers_name_is_masked(make: Factory, scene: Scene, client: FlaskClient) -> None:
    person = make.person(scene.area, name="欧阳小明", phone="+8613912345678", email="o@example.org")
    ident = make.project(scene.round, scene.area, proposer_id=person)
    page = client.get(f"/projects/{ident}").text
    assert "欧*" in page
    for secret in ("小明", "13912345678", "o@example.org"):
        assert secret not in page


def test_who_may_read_follows_from_the_state(
    make: Factory, scene: Scene, client: FlaskClient, sign_in: SignIn
) -> None:
    browsers = {"proposer": sign_in(scene.proposer), "officer": sign_in(scene.officer)}
    for state in State:
        ident = make.project(scene.round, scene.area, state, proposer_id=scene.proposer)
        open_to_all = client.get(f"/projects/{ident}").status_code == 200
        assert open_to_all == (state in PUBLIC)
        for browser in browsers.values():
            assert browser.get(f"/projects/{ident}").status_code == 200


def test_a_project_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    for number in ("0", "999", "9" * 30):
        assert client.get(f"/projects/{number}").status_code == 404
        assert client.get(f"/projects/{number}/place.json").status_code == 404


def test_its_place_is_given_to_the_map(make: Factory, scene: Scene, client: FlaskClient) -> None:
    ident = furnished(make, scene)
    place = client.get(f"/projects/{ident}/place.json").get_json()
    assert place["features"][0]["geometry"]["coordinates"] == [121.4, 31.2]
    nowhere = make.project(scene.round, scene.area)
    assert client.get(f"/projects/{nowhere}/place.json").get_json()["features"] == []


def test_a_persons_proposals_and_answers_are_in_their_download(
    make: Factory, scene: Scene, session: Session, app: Flask
) -> None:
    make.project(scene.round, scene.area, State.DRAFT, proposer_id=scene.proposer)
    ident = furnished(make, scene)
    with transaction() as writing:
        for review in writing.query(Review):
            review.answered_by_id = scene.parks_reviewer
    proposals = parts()["proposals"](session, scene.proposer)
    assert [row["state"] for row in proposals] == ["draft", "eligible"]
    answers = parts()["reviews"](session, scene.parks_reviewer)
    assert [row["project"] for row in answers] == [ident, ident]


def test_erasure_deletes_drafts_and_unlinks_what_was_handed_in(
    make: Factory, scene: Scene, session: Session, client: FlaskClient
) -> None:
    draft = make.project(scene.round, scene.area, State.DRAFT, proposer_id=scene.proposer)
    make.add(Photo(project_id=draft, position=1, name="abc", width=4, height=3))
    public = make.project(scene.round, scene.area, State.ELIGIBLE, proposer_id=scene.proposer)
    with transaction() as writing:
        for eraser in erasers():
            eraser(writing, scene.proposer, make.at)
    session.rollback()
    assert session.get(Project, draft) is None
    assert session.get_one(Project, public).proposer_id is None
    assert "A resident" in client.get(f"/projects/{public}").text
