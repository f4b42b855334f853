"""The market square: what is on it, how it narrows down, what it says and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.db import transaction
from projects.models import Project
from projects.search import index
from projects.states import State
from sponsorship.models import GuidanceCall, Opening, OpeningKind
from sponsorship.states import CallState, OpeningState, PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.ground import POOL, Square
from tests.sponsorship.showing.crowd import fill

Count = Callable[[], AbstractContextManager[list[str]]]
BENCHES = "Benches by the river"
MOST_QUERIES = 10


def change(model: Any, ident: int, **values: Any) -> None:
    """Set columns of a row."""
    with transaction() as session:
        row = session.get_one(model, ident)
        for name, value in values.items():
            setattr(row, name, value)


def test_it_says_what_is_missing_and_what_public_money_would_add(
    square: Square, client: FlaskClient
) -> None:
    square.add_pledge(10_000 * YUAN, PledgeState.ACCEPTED, match=5_000 * YUAN)
    page = client.get("/partners").text
    assert BENCHES in page
    assert "¥15,000 of ¥30,000 promised" in page
    assert "¥15,000 still missing" in page
    assert "Every ¥100 gets ¥50 more from public money, at most ¥15,000 more here." in page
    assert "30 days left" in page


def test_what_was_only_offered_or_came_to_nothing_does_not_count(
    square: Square, client: FlaskClient
) -> None:
    for state in (PledgeState.OFFERED, PledgeState.DECLINED, PledgeState.LAPSED):
        square.add_pledge(10_000 * YUAN, state)
    assert "¥0 of ¥30,000 promised" in client.get("/partners").text


def test_gifts_in_kind_are_never_added_to_money(square: Square, client: FlaskClient) -> None:
    square.add_pledge(9_999 * YUAN, PledgeState.ACCEPTED, kind="goods", what="Ten lamps")
    page = client.get("/partners").text
    assert "¥0 of ¥30,000 promised" in page
    assert "¥20,001 still missing" in page
    assert "Gifts in kind worth ¥9,999 count towards the target, but are no money." in page


def test_what_the_pool_no_longer_has_is_not_promised(square: Square, client: FlaskClient) -> None:
    other = square.add_opening(square.add_project())
    square.add_pledge(
        99_000 * YUAN, PledgeState.ACCEPTED, opening_id=other, match=POOL - 700 * YUAN
    )
    page = client.get("/partners").text
    assert "at most ¥700 more here" in page
    square.add_pledge(2_000 * YUAN, PledgeState.ACCEPTED, opening_id=other, match=700 * YUAN)
    assert "No public money is left to be added." in client.get("/partners").text


@pytest.mark.parametrize(
    "changed",
    [
        (Opening, {"state": OpeningState.CLOSED}),
        (Opening, {"deadline": "past"}),
        (GuidanceCall, {"state": CallState.CLOSED}),
        (Project, {"state": State.ON_BALLOT}),
        (Project, {"state": State.WITHDRAWN}),
    ],
)
def test_only_what_takes_offers_is_on_it(
    square: Square, client: FlaskClient, changed: tuple[Any, dict[str, Any]]
) -> None:
    model, values = changed
    if "deadline" in values:
        values = {"deadline": square.at - DAY}
    idents = {Opening: square.opening, GuidanceCall: square.call, Project: square.project}
    assert BENCHES in client.get("/partners").text
    change(model, idents[model], **values)
    page = client.get("/partners")
    assert page.status_code == 200
    assert BENCHES not in page.text


def test_it_narrows_down_by_the_address(square: Square, client: FlaskClient) -> None:
    category = square.make.category(square.round, "Parks")
    change(Project, square.project, category_id=category)
    with transaction() as session:
        index(session, session.get_one(Project, square.project))
    for query, there in (
        ("", True),
        (f"area={square.community}", True),
        (f"area={square.area}", True),
        (f"category={category}", True),
        ("kind=winner", True),
        ("kind=showcase", False),
        ("giving=money", True),
        ("giving=kind", True),
        ("giving=small", True),
        (f"call={square.call}", True),
        ("q=benches+river", True),
        ("q=swimming", False),
        ("order=missing", True),
        ("order=newest", True),
        ("page=99999", True),
        ("area=99999&kind=x&giving=%00&order=up&page=-1&call=9", True),
    ):
        page = client.get(f"/partners?{query}")
        assert page.status_code == 200, query
        assert (BENCHES in page.text) == there, query
    assert "Try fewer words" in client.get("/partners?kind=showcase").text
    assert "we left it out" in client.get("/partners?area=99999").text


def test_whatever_has_no_project_is_found_by_its_own_words(
    square: Square, client: FlaskClient
) -> None:
    square.add_opening(
        kind=OpeningKind.CATEGORY,
        project_id=None,
        category={"en": "Playgrounds", "zh_Hans": "儿童乐园"},
        about={"en": "Wherever children need one.", "zh_Hans": "哪里需要建在哪里。"},
    )
    assert "Playgrounds" in client.get("/partners?q=playgrounds").text
    assert BENCHES not in client.get("/partners?q=playgrounds").text
    chinese = client.get("/partners?q=乐园", headers={"Accept-Language": "zh"}).text
    assert "儿童乐园" in chinese


def test_money_that_doubles_is_not_doubled_itself(square: Square, client: FlaskClient) -> None:
    square.add_opening(kind=OpeningKind.POOL, project_id=None, target=None)
    page = client.get("/partners?kind=pool").text
    assert "No public money is added to what you give." in page
    assert "The doubling money of “Partners for small works”" in page
    assert "¥0 promised so far, without a target" in page
    assert "The doubling money" not in client.get("/partners?giving=kind&kind=pool").text


def test_it_is_sorted_by_deadline_missing_or_newest(square: Square, client: FlaskClient) -> None:
    for title, left, target, opened in (("Late", 40, 90_000, 0), ("Soon", 2, 1_000, 1)):
        project = square.add_project(title={"en": f"{title} lamps"})
        square.add_opening(
            project,
            deadline=square.at + left * DAY,
            target=target * YUAN,
            opened_at=square.at + opened * DAY,
        )
    for order, titles in (
        ("deadline", ["Soon lamps", BENCHES, "Late lamps"]),
        ("missing", ["Late lamps", BENCHES, "Soon lamps"]),
        ("newest", ["Soon lamps", BENCHES, "Late lamps"]),
    ):
        page = client.get(f"/partners?order={order}").text
        assert sorted(titles, key=page.index) == titles, order


def test_without_a_call_it_says_what_to_do_instead(square: Square, client: FlaskClient) -> None:
    change(GuidanceCall, square.call, state=CallState.CLOSED)
    page = client.get("/partners").text
    assert "No call for partners is open" in page
    assert "/projects" in page


def test_five_hundred_openings_with_twenty_thousand_pledges_cost_few_queries(
    square: Square, client: FlaskClient, count_queries: Count
) -> None:
    fill(square, 500, 20_000)
    for query in ("", "?page=20", "?order=missing", f"?area={square.community}&q=lamp"):
        with count_queries() as queries:
            page = client.get(f"/partners{query}")
        assert page.status_code == 200
        assert len(queries) <= MOST_QUERIES, queries
    with count_queries() as queries:
        assert "501 projects look for partners" in client.get("/partners").text
    sums = [one for one in queries if "GROUP BY pledge.opening_id" in one]
    assert len(sums) == 1
