"""Looking through projects: what is shown, in which order, and what never is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from budgeting.models import SubBudget
from core.db import transaction
from projects.filters import GROUPS
from projects.models import Photo, Project
from projects.states import PUBLIC, WINNING, State
from tests.factories import Factory
from tests.projects.scenes import named


@pytest.fixture
def round_id(make: Factory, area: int) -> int:
    return make.round(area)


def shown(client: FlaskClient, **query: Any) -> list[int]:
    """The projects on a page of the list, in their order."""
    page = client.get("/projects", query_string=query)
    assert page.status_code == 200
    return [int(i) for i in re.findall(r'data-map-item="(\d+)"', page.text)]


def mapped(client: FlaskClient, **query: Any) -> list[int]:
    """The projects that the map shows."""
    found = client.get("/projects/map.json", query_string=query).json
    assert found is not None
    return [feature["properties"]["id"] for feature in found["features"]]


def many(round_id: int, area: int, count: int, at: datetime) -> None:
    """That many projects, each with a place and a photo."""
    rows = [
        {
            "round_id": round_id,
            "area_id": area,
            "state": State.ELIGIBLE,
            "title": {"en": f"Bench {i}"},
            "summary": {"en": "A bench."},
            "description": {},
            "beneficiaries": {},
            "currency": "CNY",
            "cost": 1000 + i,
            "shuffle": i * 7919 % 1000,
            "latitude": 30.6,
            "longitude": 119.9,
            "created_at": at,
            "updated_at": at,
            "submitted_at": at + timedelta(seconds=i),
        }
        for i in range(count)
    ]
    with transaction() as session:
        session.execute(insert(Project), rows)
        photo = {"position": 1, "name": "a", "width": 4, "height": 3}
        idents = session.scalars(select(Project.id)).all()
        session.execute(insert(Photo), [photo | {"project_id": ident} for ident in idents])


def test_every_public_state_can_be_asked_for() -> None:
    asked = [state for _label, states in GROUPS.values() for state in states]
    assert set(asked) == PUBLIC
    # What is being carried out or completed was chosen as well.
    assert {state for state in asked if asked.count(state) > 1} < WINNING


def test_drafts_and_withdrawn_projects_are_nowhere(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    place = {"latitude": 30.6, "longitude": 119.9}
    for state in State:
        named(make, round_id, area, "Bench", state=state, **place)
    public = len(PUBLIC)
    assert len(shown(client)) == len(shown(client, q="bench")) == public
    assert len(mapped(client)) == len(mapped(client, q="bench")) == public
    assert len(shown(client, order="newest")) == public


def test_filters_combine(client: FlaskClient, make: Factory, round_id: int, area: int) -> None:
    inside = make.area("Pine Lane", parent=area)
    make.add(SubBudget(round_id=round_id, area_id=inside, amount=1_000_00))
    parks = make.category(round_id)
    values = {"category_id": parks, "state": State.SELECTED, "cost": 500_00}
    wanted = named(make, round_id, inside, "A park", **values)
    named(make, round_id, area, "A park", **values)
    named(make, round_id, inside, "A park", **(values | {"cost": 600_00}))
    named(make, round_id, inside, "A park", **(values | {"state": State.NOT_SELECTED}))
    named(make, round_id, inside, "A park", **(values | {"category_id": None}))
    named(make, make.round(area), inside, "A park", state=State.SELECTED, cost=500_00)
    named(make, round_id, inside, "A lamp", **values)
    query = {"round": round_id, "area": inside, "category": parks, "state": "chosen", "q": "park"}
    assert shown(client, **query, **{"from": "100", "to": "500"}) == [wanted]


def test_an_area_includes_those_below_it(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    inside = make.project(round_id, make.area("Pine Lane", parent=area))
    make.project(round_id, make.area("Elsewhere"))
    assert shown(client, area=area) == [inside]


def test_the_estimate_counts_until_there_is_a_cost(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    costed = make.project(round_id, area, estimate=100_00, cost=300_00)
    guessed = make.project(round_id, area, estimate=200_00, cost=None)
    unknown = make.project(round_id, area, estimate=None, cost=None)
    assert shown(client, order="cheapest") == [guessed, costed, unknown]
    assert shown(client, order="dearest") == [costed, guessed, unknown]
    assert shown(client, to="200") == [guessed]
    assert shown(client, **{"from": "200.01"}) == [costed]


def test_the_newest_come_first_when_asked(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    old = make.project(round_id, area, submitted_at=datetime(2026, 1, 1, tzinfo=UTC))
    new = make.project(round_id, area, submitted_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert shown(client, order="newest") == [new, old]


def test_each_project_is_on_one_page_of_the_random_order(
    client: FlaskClient, round_id: int, area: int, make: Factory
) -> None:
    many(round_id, area, 65, make.at)
    pages = [shown(client, page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 20, 5]
    together = [ident for page in pages for ident in page]
    assert len(set(together)) == 65
    assert together != sorted(together)
    assert shown(client, page=99) == pages[3]


def test_the_random_order_holds_for_a_day_and_differs_by_seed(
    client: FlaskClient, clock: Callable[[datetime], None], round_id: int, area: int, make: Factory
) -> None:
    many(round_id, area, 20, make.at)
    today = shown(client)
    assert shown(client) == today
    clock(make.at + timedelta(days=1))
    assert shown(client) != today
    assert shown(client, seed=5) == shown(client, seed=5) != shown(client, seed=6)


def test_where_no_project_has_all_words_those_with_some_are_shown_and_it_is_said(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    park = named(make, round_id, area, "A park")
    lamp = named(make, round_id, area, "A lamp")
    page = client.get("/projects?q=park+lamp")
    assert "No project has all these words" in page.text
    assert sorted(shown(client, q="park lamp")) == [park, lamp]
    assert "No project has all these words" not in client.get("/projects?q=park").text


NONSENSE = (
    "page=abc page=-1 page=0 page=1000000000000000000000 from=-1 from=1e9 to=abc seed=x "
    "from=1000000000000000000 category=77 category=x area=999 round=0 round=99999999999999999999 "
    "round=999999999999999999 seed=999999999999999999 state=draft order=sideways order=match "
    'view=x q=%00 q=NEAR( q=* q="+OR+1=1+-- q=' + "园" * 999
)


@pytest.mark.parametrize("query", NONSENSE.split())
def test_values_that_make_no_sense_never_break_the_page(
    client: FlaskClient, make: Factory, round_id: int, area: int, query: str
) -> None:
    make.project(round_id, area)
    assert client.get(f"/projects?{query}").status_code == 200
    assert client.get(f"/projects/map.json?{query}").status_code == 200


def test_what_was_left_out_of_the_search_is_said(client: FlaskClient, round_id: int) -> None:
    page = client.get("/projects?from=abc&round=77")
    assert "we left it out: Round, Cost from" in page.text
    assert 'value="abc"' in page.text


def test_what_is_typed_is_shown_as_text(client: FlaskClient, round_id: int) -> None:
    page = client.get("/projects", query_string={"q": '"><script>x</script>', "from": '"><b>'})
    assert "<script>x" not in page.text
    assert '"><b>' not in page.text


def test_a_card_tells_the_cost_the_area_and_the_photo(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    ident = make.project(round_id, area, code="7")
    for name, position in (("second", 2), ("first", 1)):
        make.add(Photo(project_id=ident, position=position, name=name, width=4, height=3))
    page = client.get("/projects").text
    assert "¥10,000" in page
    assert "No. 7 · Riverside" in page
    assert "/media/first-s.webp" in page
    assert "second" not in page
    assert f'href="/projects/{ident}"' in page


def test_points_name_the_project_and_nobody(
    client: FlaskClient, make: Factory, round_id: int, area: int
) -> None:
    person = make.person(area)
    ident = make.project(
        round_id, area, latitude=30.6, longitude=119.9, proposer_id=person, cost=500_00
    )
    make.project(round_id, area)
    answer = client.get("/projects/map.json")
    assert answer.mimetype == "application/geo+json"
    assert "max-age" in answer.headers["Cache-Control"]
    [feature] = json.loads(answer.text)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [119.9, 30.6]}
    properties = feature["properties"]
    assert properties.pop("title").startswith("Project")
    assert properties == {
        "id": ident,
        "url": f"/projects/{ident}",
        "category": None,
        "cost": 500_00,
        "currency": "CNY",
        "state": "eligible",
    }


def test_the_ground_of_the_map_is_the_areas_with_a_boundary(
    client: FlaskClient, make: Factory
) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
    whole = make.area("Whole", boundary=square)
    make.area("Part", parent=whole, boundary=square)
    make.area("Unknown", parent=whole)
    found = client.get("/map/base.json").json
    assert found is not None
    assert [f["properties"]["name"] for f in found["features"]] == [None, "Part"]
    assert found["features"][0]["geometry"] == square


def test_a_thousand_projects_take_no_more_queries_than_one(
    sign_in: Callable[..., FlaskClient],
    make: Factory,
    round_id: int,
    area: int,
    count_queries: Callable[[], Any],
) -> None:
    many(round_id, area, 1000, make.at)
    client = sign_in(make.person(area))
    for query in ("", "?q=bench+lamp", f"?round={round_id}&q=bench&page=3&order=dearest"):
        with count_queries() as queries:
            assert client.get(f"/projects{query}").status_code == 200
        assert len(queries) <= 8, "\n".join(queries)
    with count_queries() as queries:
        assert len(mapped(client)) == 1000
    assert len(queries) <= 8
