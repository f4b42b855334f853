"""What was proposed already, shown to whoever is about to propose it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from projects.states import State
from tests.factories import Factory
from tests.projects.scenes import named


@pytest.fixture
def round_id(make: Factory, area: int) -> int:
    return make.round(area)


def test_similar_proposals_are_a_part_of_a_page_for_whoever_has_signed_in(
    client: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Factory,
    round_id: int,
    area: int,
) -> None:
    ident = named(make, round_id, area, "A pocket park by the river")
    query = {"round": round_id, "title": "Pocket park at the river", "latitude": "nan"}
    assert client.get("/projects/similar", query_string=query).status_code in {302, 303, 401, 403}
    member = sign_in(make.person(area))
    page = member.get("/projects/similar", query_string=query)
    assert f'href="/projects/{ident}"' in page.text
    assert "<html" not in page.text
    assert member.get("/projects/similar").text.strip() == ""
    odd = {"q": '" OR 1', "round": "9" * 30, "category_id": "-5", "latitude": "1e999"}
    assert member.get("/projects/similar", query_string=odd).status_code == 200


def test_a_saved_draft_says_what_is_like_it_without_scripts(
    sign_in: Callable[..., FlaskClient], make: Factory, round_id: int, area: int
) -> None:
    other = named(make, round_id, area, "A pocket park by the river")
    person = make.person(area)
    draft = {"state": State.DRAFT, "proposer_id": person, "language": "en", "summary": {}}
    own = named(make, round_id, area, "Pocket park at the river", **draft)
    page = sign_in(person).get(f"/projects/{own}/edit").text
    assert "Perhaps somebody has proposed this already" in page
    assert f'href="/projects/{other}"' in page
