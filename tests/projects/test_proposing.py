"""Proposing: handing in once, limits, what does not fit, who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Role
from projects.models import Project
from projects.services import drafts
from projects.states import State
from tests.factories import Factory
from tests.projects.scenes import Scene
from transparency.log import timeline

Begin = Callable[[], tuple[FlaskClient, int]]
SignIn = Callable[..., FlaskClient]


def edit(browser: FlaskClient, ident: int, data: dict[str, Any]) -> Any:
    return browser.post(f"/projects/{ident}/edit", data=data)


def test_a_complete_proposal_is_handed_in_and_public(
    begin: Begin, proposal: dict[str, Any], client: FlaskClient, session: Session
) -> None:
    browser, ident = begin()
    answer = edit(browser, ident, proposal)
    assert (answer.status_code, answer.location) == (303, f"/projects/{ident}")
    project = session.get_one(Project, ident)
    assert (project.state, project.submission, project.estimate) == ("submitted", 1, 12_000_50)
    page = client.get(f"/projects/{ident}").text
    assert "Benches by the river" in page
    assert "<strong>nowhere</strong>" in page


def test_handing_in_is_recorded_without_the_proposer(
    begin: Begin, proposal: dict[str, Any], session: Session, scene: Scene
) -> None:
    browser, ident = begin()
    edit(browser, ident, proposal)
    entry = timeline(session, ("project", ident))[0]
    assert entry.type == "project.submitted"
    assert entry.body["by"] == "proposer"
    assert len(entry.body["text"]) == 64
    assert set(entry.body) == {"by", "organisation", "submission", "text", "estimate", "currency"}
    assert timeline(session, ("round", scene.round))[0].number == entry.number


def test_handing_in_twice_moves_once(
    begin: Begin, proposal: dict[str, Any], session: Session
) -> None:
    browser, ident = begin()
    answers = [edit(browser, ident, proposal) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/projects/{ident}"] * 2
    assert [e.type for e in timeline(session, ("project", ident))] == ["project.submitted"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("title", "x" * 10_000, "At most 120 characters"),
        ("title", "", "Please fill this in."),
        ("summary", "x" * 301, "At most 300 characters"),
        ("description", "x" * 10_001, "At most 10000 characters"),
        ("beneficiaries", "x" * 301, "At most 300 characters"),
        ("estimate", "0", "at least ¥100"),
        ("estimate", "-5", "at least ¥100"),
        ("estimate", "100.005", "too many digits after the point"),
        ("estimate", "99.99", "at least ¥100"),
        ("estimate", "500001", "at most ¥500,000"),
        ("estimate", "1" + "0" * 18, "at most ¥500,000"),
        ("estimate", "1e5", "in figures"),
        ("estimate", "lots", "in figures"),
        ("latitude", "91", "choose the place on the map"),
        ("latitude", "nan", "choose the place on the map"),
        ("longitude", "1e999", "choose the place on the map"),
        ("longitude", "", "both its latitude and its longitude"),
        ("category_id", "", "Please choose one."),
        ("category_id", "999999", "Not a valid choice"),
        ("category_id", "1" + "0" * 30, "Not a valid choice"),
        ("area_id", "999999", "Not a valid choice"),
        ("language", "tlh", "Not a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_everything_typed_is_kept(
    begin: Begin, proposal: dict[str, Any], session: Session, wrong: tuple[str, str, str]
) -> None:
    field, typed, problem = wrong
    browser, ident = begin()
    answer = edit(browser, ident, proposal | {field: typed})
    assert answer.status_code == 422
    assert problem in answer.text
    for name in {"title", "summary", "beneficiaries", "estimate"} - {field}:
        assert str(proposal[name]) in answer.text
    if field not in {"category_id", "area_id", "language"}:
        assert typed[:200] in answer.text
    assert session.get_one(Project, ident).state == State.DRAFT


def test_a_foreign_categorys_number_is_refused(
    begin: Begin, proposal: dict[str, Any], make: Factory, scene: Scene
) -> None:
    foreign = make.category(make.round(scene.area))
    browser, ident = begin()
    assert edit(browser, ident, proposal | {"category_id": foreign}).status_code == 422


def test_html_and_scripts_do_no_harm_in_any_field(
    begin: Begin, proposal: dict[str, Any], client: FlaskClient
) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    texts = dict.fromkeys(("title", "summary", "description", "beneficiaries"), evil)
    texts["description"] = evil + "\n\n[press](javascript:alert(1))"
    browser, ident = begin()
    assert edit(browser, ident, proposal | texts).status_code == 303
    for page in (client.get(f"/projects/{ident}").text, browser.get("/projects/mine").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
        assert "&lt;script&gt;" in page


def test_chinese_is_kept_under_its_language_and_said_to_be_the_only_one(
    begin: Begin, proposal: dict[str, Any], client: FlaskClient
) -> None:
    browser, ident = begin()
    edit(browser, ident, proposal | {"language": "zh_Hans", "title": "河边的长椅"})
    page = client.get(f"/projects/{ident}").text
    assert '<span lang="zh-Hans">河边的长椅</span>' in page
    assert "only in Chinese" in page


def test_a_visitor_is_told_to_sign_in(client: FlaskClient, scene: Scene) -> None:
    page = client.get(f"/projects/new?round={scene.round}")
    assert page.status_code == 200
    assert "Please sign in first" in page.text
    assert client.post("/projects/new", data={"round": scene.round}).status_code == 403


@pytest.mark.parametrize("number", ["0", "-1", "999", "9" * 40, "x"])
def test_a_round_that_does_not_exist_is_said_so(
    client: FlaskClient, scene: Scene, number: str
) -> None:
    assert client.get(f"/projects/new?round={number}").status_code in {200, 404}
    assert client.post("/projects/new", data={"round": number}).status_code == 404


def test_before_and_after_the_phase_the_page_says_when(
    scene: Scene, sign_in: SignIn, clock: Callable[[Any], None], make: Factory
) -> None:
    clock(make.at + timedelta(days=20))
    browser = sign_in(scene.proposer)
    assert "takes proposals from" in browser.get(f"/projects/new?round={scene.round}").text
    assert browser.post("/projects/new", data={"round": scene.round}).status_code == 403


def test_there_is_a_limit_to_the_proposals_of_one_person(
    scene: Scene, make: Factory, sign_in: SignIn, session: Session
) -> None:
    for _ in range(drafts.MOST_PER_ROUND):
        make.project(scene.round, scene.area, State.SUBMITTED, proposer_id=scene.proposer)
    answer = sign_in(scene.proposer).post("/projects/new", data={"round": scene.round})
    assert answer.status_code == 429
    assert "20 proposals in this round" in answer.text
    other = sign_in(make.person(scene.area)).post("/projects/new", data={"round": scene.round})
    assert other.status_code == 303
    count = select(func.count()).where(Project.proposer_id == scene.proposer)
    assert session.scalar(count) == drafts.MOST_PER_ROUND


def test_a_proposer_withdraws_and_the_page_is_gone(
    begin: Begin, proposal: dict[str, Any], client: FlaskClient, session: Session
) -> None:
    browser, ident = begin()
    edit(browser, ident, proposal)
    assert browser.post(f"/projects/{ident}/withdraw").status_code == 303
    assert client.get(f"/projects/{ident}").status_code == 404
    assert browser.get(f"/projects/{ident}").status_code == 200
    types = [entry.type for entry in timeline(session, ("project", ident))]
    assert types == ["project.withdrawn", "project.submitted"]


def test_a_project_on_the_ballot_cannot_be_withdrawn(
    scene: Scene, make: Factory, sign_in: SignIn
) -> None:
    ident = make.project(scene.round, scene.area, State.ON_BALLOT, proposer_id=scene.proposer)
    answer = sign_in(scene.proposer).post(f"/projects/{ident}/withdraw")
    assert answer.status_code == 403
    assert "on the ballot can no longer be withdrawn" in answer.text


def test_a_proposal_on_behalf_of_an_organisation_shows_its_name(
    begin: Begin, scene: Scene, make: Factory, proposal: dict[str, Any], sign_in: SignIn
) -> None:
    _, ident = begin()
    club = make.organisation(scene.area, "social", name={"en": "Riverside Club"})
    make.member(scene.proposer, Role.SOCIAL, scene.area, club)
    browser = sign_in(scene.proposer)
    assert edit(browser, ident, proposal | {"organisation_id": scene.parks}).status_code == 422
    answer = edit(browser, ident, proposal | {"organisation_id": club, "version": "1"})
    assert answer.status_code == 303
    assert "Riverside Club" in browser.get(f"/projects/{ident}").text
