"""Pages of tenders: what they cost, what they narrow down to, duties, exclusions and rules."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import transaction
from projects.models import Exclusion, ProcurementRule
from projects.tenders import services
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import Town

SignIn = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
MOST = 12


@pytest.mark.parametrize("who", [None, "resident", "officer"])
def test_a_tenders_page_asks_the_database_little(
    town: Town, client: FlaskClient, sign_in: SignIn, count_queries: Count, who: str | None
) -> None:
    tender = town.signed()
    browser = sign_in(getattr(town, who)) if who else client
    for path in (f"/tenders/{tender}", "/tenders", f"/tenders/{tender}/contract"):
        with count_queries() as queries:
            assert browser.get(path).status_code == 200
        assert len(queries) <= MOST + (2 if who == "officer" else 0), queries


def test_the_list_narrows_to_a_state_and_an_area(town: Town, client: FlaskClient) -> None:
    town.publish(title="Ten benches")
    for query, there in (
        ("", True),
        ("?state=open", True),
        ("?state=awarded", False),
        (f"?area={town.community}", True),
        ("?area=99999", False),
        ("?state=nonsense&page=x", True),
    ):
        assert ("Ten benches" in client.get(f"/tenders{query}").text) == there, query


def test_a_projects_page_shows_its_tenders_and_its_life(town: Town, client: FlaskClient) -> None:
    tender = town.awarded()
    page = client.get(f"/projects/{town.project}").text
    assert f"/tenders/{tender}" in page
    assert "Put out to tender" in page
    assert "Greenfield 2 Ltd" in page


def test_the_desk_says_what_is_next(
    town: Town, sign_in: SignIn, clock: Callable[..., None]
) -> None:
    tender = town.publish()
    with transaction() as session:
        services.ask_question(session, tender, "Which oak?", town.resident, town.at)
    assert "Answer what is asked about" in sign_in(town.officer).get("/desk").text
    town.bids(tender)
    town.open(tender)
    clock(town.opening)
    assert "Find people to judge" in sign_in(town.officer).get("/desk").text
    town.appoint(tender)
    assert "Judge the bids for" in sign_in(town.judges[0]).get("/desk").text
    town.appoint(tender, town.judges[1])
    for judge in town.judges[:2]:
        town.declare(tender, judge)
        town.score(tender, judge)
    assert "Award “Ten benches”" in sign_in(town.officer).get("/desk").text
    town.award(tender)
    clock(town.later)
    assert "Draw up the contract" in sign_in(town.author).get("/desk").text
    town.draw(tender)
    assert "Read the contract" in sign_in(town.traders[1]).get("/desk").text
    town.agree(tender, town.traders[1])
    assert "Sign the contract" in sign_in(town.officer).get("/desk").text
    assert "Sign the contract" not in sign_in(town.author).get("/desk").text


def test_officers_elsewhere_have_no_duties_here(town: Town, make: Factory, sign_in: SignIn) -> None:
    town.draft()
    assert "Read and publish" in sign_in(town.officer).get("/desk").text
    for area in (make.area("Elsewhere"), town.community):
        stranger = sign_in(make.staff(Role.OFFICER, area))
        assert "Read and publish" not in stranger.get("/desk").text


def test_exclusions_are_public_and_lifted_with_a_reason(
    town: Town, client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    officer = sign_in(town.officer)
    data = {
        "organisation": str(town.firms[0]),
        "reason": "Left a site unfinished.",
        "starts_on": "2026-03-02",
        "ends_on": "2026-06-30",
    }
    assert (
        officer.post("/tenders/exclusions/new", data=data | {"ends_on": "2026-03-01"}).status_code
        == 422
    )
    assert officer.post("/tenders/exclusions/new", data=data).status_code == 303
    page = client.get("/tenders/exclusions").text
    assert "Greenfield 1 Ltd" in page
    assert "Left a site unfinished." in page
    found = session.query(Exclusion).one().id
    session.rollback()
    assert (
        officer.post(f"/tenders/exclusions/{found}/lift", data={"reason": "Done."}).status_code
        == 303
    )
    assert "Lifted" in client.get("/tenders/exclusions").text


def test_an_administrator_sets_an_areas_rules(
    town: Town, make: Factory, sign_in: SignIn, session: Session
) -> None:
    admin = sign_in(make.staff(Role.ADMIN, town.area))
    data = {"direct_most": "5,000", "min_bids": "2", "min_reviewers": "3", "standstill_days": "7"}
    assert admin.post(f"/tenders/rules/{town.area}", data=data).status_code == 303
    assert session.get_one(ProcurementRule, town.area).direct_most == 5_000 * YUAN
    assert "¥5,000" in admin.get("/tenders/rules").text
    assert sign_in(town.officer).post(f"/tenders/rules/{town.area}", data=data).status_code == 403


def test_whoever_comes_first_after_the_deadline_finds_the_bids_open(
    town: Town, client: FlaskClient, clock: Callable[..., None]
) -> None:
    tender = town.publish()
    town.bids(tender)
    clock(town.deadline)
    assert "Bids are being opened" in client.get("/tenders").text
    assert "Greenfield 1 Ltd" in client.get(f"/tenders/{tender}").text
    bid = next(iter(client.get(f"/tenders/{tender}").text.split("/bids/")[1:])).split("/")[0]
    assert client.get(f"/bids/{bid}/envelope").mimetype == "application/octet-stream"


def test_points_are_private_until_the_award(
    town: Town, client: FlaskClient, sign_in: SignIn, clock: Callable[..., None]
) -> None:
    tender = town.opened()
    for judge in town.judges[:2]:
        town.appoint(tender, judge)
        town.declare(tender, judge)
    town.score(tender, town.judges[0], 91, 17, 23)
    clock(town.opening + DAY)
    second = sign_in(town.judges[1])
    for browser in (client, second, sign_in(town.officer)):
        assert ">91<" not in browser.get(f"/tenders/{tender}").text
    assert ">91<" not in second.get(f"/tenders/{tender}/judge").text
    town.score(tender, town.judges[1])
    assert ">91<" in second.get(f"/tenders/{tender}/judge").text
    assert ">91<" not in client.get(f"/tenders/{tender}").text
    town.award(tender)
    assert ">91<" in client.get(f"/tenders/{tender}").text
