"""The sponsor wall and each business's page: who is named, with what, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from projects.models import Project
from projects.states import State
from sponsorship.models import Business, KindReceipt, Release
from sponsorship.states import BusinessState, PledgeState
from tests.ledger.books import YUAN
from tests.sponsorship.ground import CODES, Square
from tests.sponsorship.showing.crowd import fill
from tests.sponsorship.showing.test_square import MOST_QUERIES, Count, change

HOUR = timedelta(hours=1)


def profile_of(square: Square, browser: FlaskClient) -> str:
    """What the business's page says."""
    answer = browser.get(f"/partners/sponsors/{square.business}")
    assert answer.status_code == 200
    return answer.text


def add_other(square: Square, name: str, place: int, **about: object) -> int:
    """Another verified business that gives."""
    first = square.business
    square.business = other = square.add_business(
        CODES[place], name={"en": name, "zh_Hans": name}, **about
    )
    square.add_pledge(500 * YUAN, PledgeState.PAID, paid=500 * YUAN)
    square.business = first
    return other


def test_the_wall_is_by_name_and_no_ranking_by_money(square: Square, client: FlaskClient) -> None:
    square.add_pledge(9_000 * YUAN, PledgeState.ACCEPTED)
    add_other(square, "Apricot Ltd", 1)
    page = client.get("/partners/sponsors").text
    assert page.index("Apricot Ltd") < page.index("Lantern Ltd")
    newest = client.get("/partners/sponsors?order=newest").text
    assert newest.index("Apricot Ltd") < newest.index("Lantern Ltd")
    assert "¥9,000 in money" in page
    assert "for 1 project or purpose" in page


def test_the_wall_names_nobody_before_the_authority_said_yes(
    square: Square, client: FlaskClient
) -> None:
    assert "No business gives yet" in client.get("/partners/sponsors").text
    square.add_pledge(9_000 * YUAN, PledgeState.OFFERED)
    square.add_pledge(100 * YUAN, PledgeState.SIGNED, anonymous=True)
    page = client.get("/partners/sponsors").text
    assert "Lantern Ltd" not in page
    assert "And 1 gift without a name." in page


def test_neighbours_stand_on_the_wall_by_their_masked_names(
    square: Square, client: FlaskClient
) -> None:
    neighbour = square.make.person(square.community, name="欧阳修")
    for _ in range(2):
        square.add_pledge(300 * YUAN, PledgeState.SIGNED, person_id=neighbour)
    page = client.get("/partners/sponsors").text
    assert page.count("欧*") == 1
    assert "欧阳修" not in page


def test_the_wall_narrows_down(square: Square, client: FlaskClient) -> None:
    square.add_pledge(9_000 * YUAN, PledgeState.ACCEPTED)
    for query, there in (
        ("", True),
        ("q=lantern", True),
        ("q=明灯", True),
        ("q=100%25", False),
        ("q=nobody", False),
        ("sector=retail", True),
        ("sector=health", False),
        (f"area={square.area}", True),
        (f"area={square.community}", False),
        ("giving=money", True),
        ("giving=kind", False),
        ("sector=x&giving=y&order=z&page=-2", True),
    ):
        answer = client.get(f"/partners/sponsors?{query}")
        assert answer.status_code == 200
        assert ("Lantern Ltd" in answer.text) == there, query


def release(square: Square, paid: int) -> None:
    """What reached the project, for the first part of the work."""
    square.make.add(
        Release(
            key="r",
            pledge_id=paid,
            project_id=square.project,
            milestone_id=square.milestones[0],
            amount=6_000 * YUAN,
            match=3_000 * YUAN,
            asked_by_id=square.author,
            asked_at=square.at,
            approved_by_id=square.officer,
            approved_at=square.at,
        )
    )


def receive(square: Square, kind: int) -> None:
    """What was received in kind, as two people found."""
    square.make.add(
        KindReceipt(
            key="k",
            pledge_id=kind,
            text="Ten lamps came.",
            value=1_900 * YUAN,
            method="invoice",
            complete=True,
            received_on=square.today(),
            received_by_id=square.author,
            received_at=square.at,
            confirmed_by_id=square.officer,
            confirmed_at=square.at,
        )
    )


def test_a_business_page_follows_each_gift_to_what_became_of_it(
    square: Square, client: FlaskClient
) -> None:
    paid = square.add_pledge(
        10_000 * YUAN,
        PledgeState.PAID,
        paid=10_000 * YUAN,
        released=6_000 * YUAN,
        refunded=1_000 * YUAN,
        match=5_000 * YUAN,
        message="For the old people",
    )
    kind = square.add_pledge(2_000 * YUAN, PledgeState.DELIVERED, kind="goods", what="Ten lamps")
    release(square, paid)
    receive(square, kind)
    page = profile_of(square, client)
    for words in (
        "Benches by the river",
        f"/projects/{square.project}",
        f"/milestones/{square.milestones[0]}",
        "¥9,000 for",
        "¥10,000 paid",
        "¥1,000 given back",
        "worth ¥1,900 received, as two people found",
        "For the old people",
        "Ten lamps",
        "Verified by",
        CODES[0],
        "It declared nobody.",
    ):
        assert words in page, words
    assert "worth ¥2,000 promised" in page


def test_what_is_offered_declined_or_unnamed_is_not_on_it(
    square: Square, client: FlaskClient
) -> None:
    square.add_pledge(7_771 * YUAN, PledgeState.OFFERED)
    square.add_pledge(7_772 * YUAN, PledgeState.DECLINED)
    square.add_pledge(7_773 * YUAN, PledgeState.PAID, anonymous=True)
    page = profile_of(square, client)
    assert "¥7,77" not in page
    assert "Nothing to show yet" in page


def test_during_a_vote_neither_the_wall_nor_the_page_tells_of_it(
    square: Square, client: FlaskClient
) -> None:
    square.add_pledge(7_771 * YUAN, PledgeState.PAID, paid=7_771 * YUAN)
    change(Project, square.project, state=State.ON_BALLOT)
    assert "Lantern Ltd" not in client.get("/partners/sponsors").text
    assert "7,771" not in profile_of(square, client)
    change(Project, square.project, state=State.NOT_SELECTED)
    assert "Lantern Ltd" in client.get("/partners/sponsors").text
    assert "7,771" in profile_of(square, client)


@pytest.mark.parametrize("state", [BusinessState.DRAFT, BusinessState.SUBMITTED])
def test_a_business_that_was_never_verified_has_no_page(
    square: Square, client: FlaskClient, state: BusinessState
) -> None:
    change(
        Business,
        square.business,
        state=state,
        organisation_id=None,
        decided_by_id=None,
        decided_at=None,
    )
    for ident in (square.business, 999_999, 2**70):
        assert client.get(f"/partners/sponsors/{ident}").status_code == 404


def test_a_suspended_business_keeps_its_page_and_says_why(
    square: Square, client: FlaskClient
) -> None:
    change(Business, square.business, state=BusinessState.SUSPENDED, reason="False papers.")
    assert "Reason: False papers." in profile_of(square, client)


def test_very_many_gifts_cost_no_more_queries(
    square: Square, client: FlaskClient, count_queries: Count
) -> None:
    fill(square, 20, 2_000)
    for path in (
        "/partners/sponsors",
        "/partners/sponsors?order=newest&giving=money&q=lantern",
        f"/partners/sponsors/{square.business}",
        f"/partners/sponsors/{square.business}?page=100",
    ):
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= MOST_QUERIES, queries
