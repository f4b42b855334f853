"""What of a project's money came from where, on its page; who is looked for, on the first."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from core.db import transaction
from projects.models import Project
from projects.states import State
from sponsorship import bookings
from sponsorship.models import Pledge
from sponsorship.states import PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import Square
from tests.sponsorship.showing.crowd import fill
from tests.sponsorship.showing.test_square import Count, change

TITLE = "What comes from where?"


def release(square: Square, ident: int, amount: int, match: int) -> None:
    """Book what reached the project of a signed pledge that was paid."""
    with transaction() as session:
        pledge = session.get_one(Pledge, ident)
        bookings.book(session, pledge, [("settle", amount)], square.at, key="1")
        bookings.book_match(session, pledge, "match", match, square.at, key="m")
        asked: dict[str, Any] = {
            "key": "r",
            "people": (square.author, square.officer),
            "project_ref": square.project,
        }
        bookings.book(session, pledge, [("sponsor.commit", amount)], square.at, **asked)
        bookings.book_match(session, pledge, "match.commit", match, square.at, **asked)
        pledge.paid = pledge.released = amount
        pledge.match = match


def test_a_project_says_what_of_its_money_came_from_where(
    square: Square, client: FlaskClient
) -> None:
    first = square.add_signed(10_000 * YUAN)
    release(square, first, 10_000 * YUAN, 5_000 * YUAN)
    square.add_pledge(2_000 * YUAN, PledgeState.ACCEPTED, match=1_000 * YUAN)
    square.add_pledge(700 * YUAN, PledgeState.DELIVERED, kind="goods", what="Ten lamps")
    page = client.get(f"/projects/{square.project}").text
    part = page[page.index(TITLE) : page.index("</section>", page.index(TITLE))]
    for words in ("¥100,000", "¥12,000", "¥10,000", "¥6,000", "¥5,000", "¥118,000"):
        assert words in part, words
    assert "In kind, worth ¥700" in part
    assert "That is no money, and is not added to it." in part
    assert f"/partners/openings/{square.opening}" in part
    for code in ("commit", "sponsor_commit", "match_commit"):
        address = next(one for one in part.split('"') if one.endswith(f"code={code}"))
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200


def test_a_project_that_never_looked_for_partners_has_no_such_part(
    square: Square, client: FlaskClient
) -> None:
    other = square.add_project()
    assert TITLE not in client.get(f"/projects/{other}").text


def test_during_the_vote_neither_page_says_anything(square: Square, client: FlaskClient) -> None:
    square.add_pledge(7_771 * YUAN, PledgeState.ACCEPTED)
    change(Project, square.project, state=State.ON_BALLOT)
    for path in (f"/projects/{square.project}", "/", f"/rounds/{square.round}"):
        page = client.get(path).text
        assert TITLE not in page
        assert "7,771" not in page
        assert "Lantern" not in page


def test_the_first_page_shows_what_ends_soonest_and_who_is_new(
    square: Square, client: FlaskClient
) -> None:
    assert "Benches by the river" in client.get("/").text
    assert "Thank you to our newest partners" not in client.get("/").text
    square.add_pledge(1_000 * YUAN, PledgeState.ACCEPTED)
    page = client.get("/").text
    assert "¥29,000 still missing" in page
    assert "Lantern Ltd" in page


def test_both_panels_ask_little_however_many_give(
    square: Square, client: FlaskClient, count_queries: Count
) -> None:
    with count_queries() as before:
        client.get("/")
    opening = fill(square, 30, 3_000)[0]
    with count_queries() as queries:
        client.get("/")
    assert len(queries) <= len(before)
    with count_queries() as queries:
        assert TITLE in client.get(f"/projects/{opening}").text
    assert len(queries) <= 12
