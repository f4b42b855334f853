"""What everybody reads of rounds, in both languages, and what officers are told is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from accounts.models import Role
from budgeting.models import BallotType, PhaseKind, Round, RoundState
from core.db import transaction
from core.jobs import run_due
from projects.states import State
from tests.budgeting.office import Office, dates, stored
from tests.budgeting.polls import AFTER, everybody, open_poll
from tests.budgeting.voting import make_vote
from tests.conftest import START
from tests.factories import Factory

DAY = timedelta(days=1)
Counter = Callable[[], AbstractContextManager[list[str]]]


def chinese(client: FlaskClient) -> FlaskClient:
    """The same browser, in Chinese."""
    client.set_cookie("locale", "zh_Hans")
    return client


def test_rounds_are_listed_as_open_coming_and_past(make: Factory, client: FlaskClient) -> None:
    area = make.area()
    make.round(area, PhaseKind.VOTING, state="frozen", title={"en": "Open one"})
    make.round(area, PhaseKind.RESULTS, state="decided", title={"en": "Past one"})
    make.round(area, PhaseKind.REVIEW, state="cancelled", title={"en": "Called-off one"})
    make.round(area, state="draft", title={"en": "Secret one"})
    coming = make.round(area, title={"en": "Coming one"})
    with transaction() as session:
        for phase in reversed(session.get_one(Round, coming).phases):
            phase.ends_at += 30 * DAY
            phase.starts_at += 30 * DAY
    page = client.get("/rounds").text
    marks = ["Open one", "What comes next?", "Coming one", "What was decided?"]
    assert sorted(marks, key=page.index) == marks
    assert page.index("What was decided?") < page.index("Past one")
    assert page.index("What was decided?") < page.index("Called-off one")
    assert "Secret one" not in page


def test_a_draft_is_seen_by_its_officers_only(office: Office, client: FlaskClient) -> None:
    ident = office.drafted()
    for path in (f"/rounds/{ident}", f"/rounds/{ident}/manifest.json"):
        assert client.get(path).status_code == 404
    assert "Small works" not in client.get("/").text + client.get("/rounds").text
    assert client.get(f"/rounds/{ident}/preview").location.startswith("/sign-in")
    preview = office.client.get(f"/rounds/{ident}/preview").text
    assert "This is a preview" in preview
    assert office.client.get(f"/rounds/{ident}/manifest.json").status_code == 404


def test_a_preview_is_the_public_page_and_a_banner(office: Office) -> None:
    ident = office.drafted()
    office.post(f"/rounds/{ident}/publish")
    preview = office.client.get(f"/rounds/{ident}/preview").text.split("<main")[1]
    page = office.client.get(f"/rounds/{ident}").text.split("<main")[1]
    banner = preview.split('<div class="notice info">')[1].split("</div></div>")[0]
    assert "This is a preview" in banner
    for part in ("How is it decided?", "¥1,200,000", "Everybody living in Xinghe"):
        assert part in preview
        assert part in page


@pytest.mark.parametrize(
    ("kind", "english"),
    [
        (BallotType.APPROVAL, "Pick at most 5 projects for each budget."),
        (BallotType.KNAPSACK, "Pick projects as long as the budget lasts, for each budget."),
        (BallotType.POINTS, "Share out 10 points for each budget."),
        (BallotType.RANKED, "Put at most 5 projects in order for each budget"),
    ],
)
def test_rules_are_told_in_plain_words(
    make: Factory, client: FlaskClient, kind: BallotType, english: str
) -> None:
    rule = {"rule": "greedy", "misfit": "stop", "min_votes": 7, "ties": "cost,votes,seed"}
    ident = make.round(make.area("Riverside"), ballot_type=kind, rule=rule, min_age=16)
    page = client.get(f"/rounds/{ident}").text
    assert english in page
    assert "Counting stops at the first project that no longer fits." in page
    assert "A project needs at least 7 supporters." in page
    assert "a lot drawn from the seal of the rules" in page
    assert "who is 16 or older and whose real name was checked" in page


def test_pages_are_read_in_either_language(office: Office, client: FlaskClient) -> None:
    ident = office.drafted(title_en="", summary_en="")
    office.post(f"/rounds/{ident}/publish")
    page = client.get(f"/rounds/{ident}").text
    assert '<span lang="zh-Hans">微实事</span>' in page
    assert "(only in Chinese)" in page
    page = chinese(client).get(f"/rounds/{ident}").text
    assert '<html lang="zh-Hans"' in page
    assert "微实事" in page
    assert "(only in" not in page
    assert "微实事" in client.get("/rounds").text


def test_an_open_vote_is_the_first_thing_on_the_home_page(
    make: Factory, client: FlaskClient
) -> None:
    vote = make_vote(make, BallotType.KNAPSACK, lambda _vote: None)
    make.round(vote.area, PhaseKind.SUBMISSION, title={"en": "Ideas wanted"})
    page = client.get("/").text
    assert "¥70,000: the residents of Xinghe decide together." in page
    assert page.index("Go and vote") < page.index("Ideas wanted") < page.index("Propose a project")
    assert "5 days left" in page


def test_the_sealed_rules_are_served_byte_for_byte(make: Factory, client: FlaskClient) -> None:
    vote = make_vote(make, BallotType.APPROVAL, lambda _vote: None)
    sealed = stored(vote.round_id)
    answer = client.get(f"/rounds/{vote.round_id}/manifest.json")
    assert answer.mimetype == "application/json"
    assert hashlib.sha256(answer.data).hexdigest() == sealed.manifest_hash
    assert sealed.manifest_hash in client.get(f"/rounds/{vote.round_id}").text
    manifest = json.loads(answer.data)
    assert manifest["rule"]["ties"] == "cost,votes,id"
    assert [row["code"] for row in manifest["projects"]] == ["1", "2", "3", "4", "5", "6"]
    assert manifest["eligibility"] == {"min_age": 18, "verified_only": True}


def test_a_round_shows_its_projects_and_budgets(make: Factory, client: FlaskClient) -> None:
    area = make.area()
    ident = make.round(area, PhaseKind.REVIEW)
    make.project(ident, area, title={"en": "Benches"})
    make.project(ident, area, State.DRAFT, title={"en": "Hidden draft"})
    for number in range(20):
        make.project(ident, area, title={"en": f"More {number}"})
    page = client.get(f"/rounds/{ident}").text
    assert page.count('<article class="card pick') == 6
    assert "Hidden draft" not in page
    assert ">21</a>" in page
    assert f'href="/projects?round={ident}"' in page


@pytest.mark.parametrize("phase", [PhaseKind.SUBMISSION, PhaseKind.VOTING])
def test_pages_of_rounds_ask_the_database_little(
    make: Factory,
    sign_in: Callable[..., FlaskClient],
    count_queries: Counter,
    phase: PhaseKind,
) -> None:
    states = {PhaseKind.VOTING: "frozen"}
    area = make.area()
    east = make.area("East", area)
    idents = [make.round(area, phase, state=states.get(phase, "published")) for _ in range(8)]
    for ident in idents:
        make.project(ident, area)
    browser = sign_in(make.person(east))
    for path in (f"/rounds/{idents[0]}", "/rounds", "/"):
        browser.get(path)
        with count_queries() as queries:
            assert browser.get(path).status_code == 200
        assert len(queries) <= 8, (path, queries)


def test_the_page_of_a_decided_round_asks_the_database_little(
    make: Factory,
    sign_in: Callable[..., FlaskClient],
    clock: Callable[[datetime], None],
    count_queries: Counter,
) -> None:
    area = make.area()
    poll = open_poll(make, {"Benches": 10_000_00, "Lamps": 20_000_00}, {area: 12})
    poll.vote_all({person: ["1"] for person in everybody(poll)})
    clock(AFTER)
    run_due(AFTER)
    assert stored(poll.round_id).state == RoundState.DECIDED
    browser = sign_in(make.person(area))
    with count_queries() as queries:
        page = browser.get(f"/rounds/{poll.round_id}")
    assert "Benches" in page.text
    assert len([query for query in queries if query != "BEGIN"]) <= 9, queries


def test_the_check_list_names_what_is_missing_and_where_to_see_to_it(
    office: Office, make: Factory
) -> None:
    ident = office.drafted(title_en="", cost_max="9000000")
    page = office.client.get(f"/rounds/{ident}/check").text
    assert "before it can be published" in page
    assert "missing in one language" in page
    assert "the largest budget is ¥1,200,000" in page
    assert "no department here" in page
    assert "Only one officer" in page
    assert "passed the review" not in page
    make.organisation(make.area("Elsewhere"))
    assert "no department here" in office.client.get(f"/rounds/{ident}/check").text
    make.organisation(office.east)
    make.staff(Role.OFFICER, office.area)
    page = office.client.get(f"/rounds/{ident}/check").text
    assert "no department here" not in page
    assert "Only one officer" not in page


def test_a_public_round_is_told_which_projects_are_not_ready(office: Office, make: Factory) -> None:
    ident = office.drafted()
    office.post(f"/rounds/{ident}/publish")
    check = f"/rounds/{ident}/check"
    assert "No project has passed the review yet." in office.client.get(check).text
    make.project(ident, office.east, State.ELIGIBLE, title={"en": "Dear"}, cost=300_001_00)
    unpriced = make.project(ident, office.area, State.ELIGIBLE, title={"en": "Free"}, cost=None)
    make.project(ident, office.area, State.SUBMITTED)
    page = office.client.get(check).text
    assert "No project has passed the review yet." in page
    assert "“Dear” cannot be on the ballot" in page
    assert "“Free” cannot be on the ballot" in page
    assert f"/projects/{unpriced}/review" in page
    assert "1 proposal still waits for its review." in page
    make.project(ident, office.west, State.ELIGIBLE)
    assert "No project has passed" not in office.client.get(check).text


def test_a_round_whose_vote_would_have_begun_is_not_published(office: Office) -> None:
    ident = office.drafted(**dates(START - 25 * DAY))
    assert "The vote would already have begun" in office.client.get(f"/rounds/{ident}/check").text
    answer = office.post(f"/rounds/{ident}/publish")
    assert answer.status_code == 422
    assert "The vote would already have begun" in answer.text
    assert stored(ident).state == RoundState.DRAFT


def test_officers_find_their_rounds_and_duties_on_the_desk(
    office_at: Callable[[datetime], Office], office: Office, make: Factory
) -> None:
    mine = office.drafted(title_en="Mine")
    office.post(f"/rounds/{mine}/publish")
    make.round(make.area("Elsewhere"), title={"en": "Foreign"}, state="draft")
    desk = office.client.get("/desk").text
    assert "/rounds/manage" in desk
    assert "The vote cannot open yet" not in desk
    page = office.client.get("/rounds/manage").text
    assert "Mine" in page
    assert "Foreign" not in page
    later = office_at(START + 8 * DAY)
    assert "The vote cannot open yet: Mine" in later.client.get("/desk").text
    make.project(mine, office.area)
    assert "The vote cannot open yet" not in later.client.get("/desk").text


@pytest.mark.parametrize("path", ["/rounds/999", "/rounds/99999999999999999999"])
def test_a_round_that_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get(path + "/manifest.json").status_code == 404
