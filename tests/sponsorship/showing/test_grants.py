"""Accepted pledges as grants of the 360Giving Data Standard: what is in them, and what is not."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.db import db
from projects.models import Project
from projects.states import State
from sponsorship.models import Business, OpeningKind
from sponsorship.showing.grants.rows import AT_ONCE, grants
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import CODES, Square
from tests.sponsorship.showing.crowd import fill
from tests.sponsorship.showing.test_square import Count, change

# What the standard's JSON schema asks for, and of which type.
REQUIRED: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "title": str,
    "description": str,
    "currency": str,
    "amountAwarded": (int, float),
    "awardDate": str,
    "fundingOrganization": list,
    "recipientOrganization": list,
}


def package(client: FlaskClient) -> dict[str, Any]:
    """The JSON file."""
    answer = client.get("/partners/grants.json")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_an_accepted_pledge_is_a_grant_with_every_required_field(
    square: Square, client: FlaskClient
) -> None:
    ident = square.add_pledge(
        1_234_56, PledgeState.RELEASED, released=1_000_00, decided_at=square.at
    )
    found = package(client)
    assert re.fullmatch(r"\d+\.\d+", found["version"])
    (grant,) = found["grants"]
    for name, kind in REQUIRED.items():
        assert isinstance(grant[name], kind), name
        assert grant[name], name
    assert grant["id"] == f"360G-placeholder-PL-{ident:06d}"
    assert len(grant["title"]) < 140
    assert grant["amountAwarded"] == 1234.56
    assert grant["amountDisbursed"] == 1000
    assert grant["awardDate"] == "2026-03-02"
    assert grant["fundingOrganization"] == [{"id": f"CN-USCC-{CODES[0]}", "name": "Lantern Ltd"}]
    (recipient,) = grant["recipientOrganization"]
    assert recipient["id"] == f"360G-placeholder-ORG-{square.department}"
    assert grant["grantProgramme"][0]["title"] == "Partners for small works"


def test_the_table_has_the_same_rows_under_the_standards_titles(
    square: Square, client: FlaskClient
) -> None:
    square.add_pledge(1_234_56, PledgeState.ACCEPTED)
    change(Business, square.business, name={"en": "=1+1 Ltd"})
    text = client.get("/partners/grants.csv").data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    (grant,) = package(client)["grants"]
    assert row["Identifier"] == grant["id"]
    assert row["Amount Awarded"] == "1234.56"
    assert row["Award Date"] == grant["awardDate"]
    assert row["Funding Org:Identifier"] == grant["fundingOrganization"][0]["id"]
    assert row["Funding Org:Name"] == "'=1+1 Ltd"
    assert row["Recipient Org:Name"] == grant["recipientOrganization"][0]["name"]


def test_people_and_the_unnamed_are_one_funder_without_a_name(
    square: Square, client: FlaskClient
) -> None:
    neighbour = square.make.person(square.community, name="欧阳修")
    square.add_pledge(300 * YUAN, PledgeState.SIGNED, person_id=neighbour)
    square.add_pledge(100 * YUAN, PledgeState.SIGNED, anonymous=True)
    text = client.get("/partners/grants.json").text
    assert {one["fundingOrganization"][0]["id"] for one in json.loads(text)["grants"]} == {
        "360G-placeholder-UNNAMED"
    }
    for secret in ("欧", "Lantern", CODES[0]):
        assert secret not in text


def test_what_is_not_accepted_in_kind_or_came_to_nothing_is_no_grant(
    square: Square, client: FlaskClient
) -> None:
    square.add_pledge(2_000 * YUAN, PledgeState.DELIVERED, kind="goods", what="Ten lamps")
    for state in (PledgeState.OFFERED, PledgeState.DECLINED, PledgeState.LAPSED):
        square.add_pledge(2_000 * YUAN, state)
    for name in ("json", "csv"):
        answer = client.get(f"/partners/grants.{name}")
        assert answer.status_code == 404
        assert "No money has been accepted from partners yet." in answer.text


@pytest.mark.parametrize("state", [State.ON_BALLOT, State.WITHDRAWN])
def test_what_is_under_vote_or_withdrawn_is_left_out(
    square: Square, client: FlaskClient, state: State
) -> None:
    pool = square.add_opening(kind=OpeningKind.POOL, project_id=None, target=None)
    square.add_pledge(500 * YUAN, PledgeState.PAID, opening_id=pool)
    square.add_pledge(7_771 * YUAN, PledgeState.PAID)
    assert len(package(client)["grants"]) == 2
    change(Project, square.project, state=state)
    (left,) = package(client)["grants"]
    assert left["recipientOrganization"][0]["id"] == f"360G-placeholder-AREA-{square.area}"
    for name in ("json", "csv"):
        assert "7771" not in client.get(f"/partners/grants.{name}").text


def test_very_many_grants_are_written_while_they_are_read(
    square: Square, client: FlaskClient, count_queries: Count
) -> None:
    fill(square, 10, 2_000)
    with count_queries() as queries:
        assert len(package(client)["grants"]) == 2_000
    assert len(queries) <= 2_000 // AT_ONCE + 4
    few, many = (_peak(most) for most in (400, 2_000))
    assert many < few * 1.5


def _peak(most: int) -> int:
    """How much memory it takes at most to read so many."""
    tracemalloc.start()
    for place, _grant in enumerate(grants(db.session, "x"), 1):
        if place == most:
            break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    db.session.rollback()
    return peak
