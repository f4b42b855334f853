"""The page of one opening: who gives, what is added, what one needs, and silence under vote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from projects.models import Project
from projects.states import State
from sponsorship.models import Business, GuidanceCall, Opening, OpeningKind
from sponsorship.states import BusinessState, CallState, OpeningState, PledgeState
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.ground import Square
from tests.sponsorship.showing.crowd import fill
from tests.sponsorship.showing.test_square import MOST_QUERIES, Count, change

SignIn = Callable[..., FlaskClient]


def page_of(square: Square, browser: FlaskClient) -> str:
    """What the opening's page says."""
    answer = browser.get(f"/partners/openings/{square.opening}")
    assert answer.status_code == 200
    return answer.text


def test_named_partners_stand_there_and_unnamed_ones_are_counted(
    square: Square, client: FlaskClient
) -> None:
    neighbour = square.make.person(square.community, name="欧阳修")
    square.add_pledge(10_000 * YUAN, PledgeState.ACCEPTED, message="For the old people")
    square.add_pledge(300 * YUAN, PledgeState.PAID, person_id=neighbour, paid=300 * YUAN)
    square.add_pledge(140 * YUAN, PledgeState.SIGNED, person_id=neighbour, anonymous=True)
    square.add_pledge(5_555 * YUAN, PledgeState.OFFERED, message="Not decided on")
    square.add_pledge(2_000 * YUAN, PledgeState.DELIVERED, kind="goods", what="Ten lamps")
    page = page_of(square, client)
    assert "Lantern Ltd" in page
    assert f"/partners/sponsors/{square.business}" in page
    assert "For the old people" in page
    assert "欧*" in page
    assert "欧阳修" not in page
    assert "1 partner does not want to be named." in page
    assert "¥140<" not in page
    assert "¥5,555" not in page
    assert "Not decided on" not in page
    assert "Ten lamps" in page
    assert "worth ¥2,000" in page
    assert "¥10,440 of ¥30,000 promised" in page
    assert "¥300 of it is paid." in page


def test_the_rules_are_worked_out_with_what_is_left(square: Square, client: FlaskClient) -> None:
    square.add_pledge(30_000 * YUAN, PledgeState.ACCEPTED, match=15_000 * YUAN)
    page = page_of(square, client)
    assert "Of each gift of money, 50 % are added, rounded down." in page
    for give, added, together, why in (
        ("¥100", "¥50", "¥150", "the whole of it"),
        ("¥1,000", "¥500", "¥1,500", "the whole of it"),
        ("¥10,000", "¥5,000", "¥15,000", "the most for one project"),
    ):
        cells = "".join(f">{one}<.*?" for one in (give, added, together, why))
        import re  # noqa: PLC0415 - only here

        assert re.search(cells, page, re.DOTALL), give
    assert "Tobacco" in page
    assert "No say in the vote." in page


@pytest.mark.parametrize(
    ("who", "says"),
    [
        (None, ("You need to sign in first.", "/sign-in?next=/sponsor/openings/")),
        ("resident", ("A business is registered once", "/sponsor/businesses/new")),
        ("manager", ("You can offer for Lantern Ltd", "/offer")),
        ("signatory", ("You can offer for Lantern Ltd", "/offer")),
        ("payer", ("only those who manage it or sign for it", "/offer")),
    ],
)
def test_it_says_what_one_needs_to_give(
    square: Square, client: FlaskClient, sign_in: SignIn, who: str | None, says: tuple[str, ...]
) -> None:
    browser = sign_in(getattr(square, who)) if who else client
    page = page_of(square, browser)
    for words in says:
        assert words in page


def test_whoever_may_not_give_reads_why(square: Square, sign_in: SignIn) -> None:
    browser = sign_in(square.manager)
    change(Business, square.business, state=BusinessState.SUBMITTED)
    assert "is not verified by an officer yet" in page_of(square, browser)
    change(Business, square.business, state=BusinessState.VERIFIED, sector="tobacco")
    assert "of a sector that this call takes nothing from" in page_of(square, browser)


@pytest.mark.parametrize(
    ("model", "values", "says"),
    [
        (Opening, {"state": OpeningState.MET}, "The target was met."),
        (Opening, {"state": OpeningState.MISSED}, "The target was not met in time."),
        (Opening, {"state": OpeningState.CLOSED, "reason": "Built."}, "Reason: Built."),
        (GuidanceCall, {"state": CallState.CLOSED}, "Nothing can be offered here just now"),
    ],
)
def test_what_is_over_says_so_and_offers_nothing(
    square: Square, client: FlaskClient, model: type, values: dict[str, str], says: str
) -> None:
    change(model, square.opening if model is Opening else square.call, **values)
    page = page_of(square, client)
    assert says in page
    assert "/offer" not in page


def test_after_the_deadline_nothing_can_be_offered(
    square: Square, client: FlaskClient, clock: Callable[..., None]
) -> None:
    clock(square.at + 31 * DAY)
    assert "/offer" not in page_of(square, client)


def test_under_vote_it_says_only_that_sponsorship_rests(
    square: Square, client: FlaskClient, sign_in: SignIn
) -> None:
    square.add_pledge(12_345 * YUAN, PledgeState.PAID, message="For the old people")
    change(Project, square.project, state=State.ON_BALLOT)
    for browser in (client, sign_in(square.resident), sign_in(square.manager)):
        page = page_of(square, browser)
        assert "Sponsorship rests while the vote runs" in page
        for secret in ("12,345", "Lantern", "old people", "¥30,000", "Every ¥100", "/offer"):
            assert secret not in page
    change(Project, square.project, state=State.SELECTED)
    page = page_of(square, client)
    assert "¥12,345" in page
    assert "For the old people" in page


def test_an_opening_nobody_may_see_is_not_found(square: Square, client: FlaskClient) -> None:
    change(Project, square.project, state=State.WITHDRAWN)
    for ident in (square.opening, 999_999, 2**70):
        assert client.get(f"/partners/openings/{ident}").status_code == 404


def test_without_a_project_it_shows_what_is_meant(square: Square, client: FlaskClient) -> None:
    for kind, said in ((OpeningKind.POOL, "The doubling money"), (OpeningKind.CATEGORY, "Parks")):
        category = {"en": "Parks"} if kind == OpeningKind.CATEGORY else None
        ident = square.add_opening(kind=kind, project_id=None, category=category, target=None)
        answer = client.get(f"/partners/openings/{ident}")
        assert answer.status_code == 200
        assert said in answer.text


def test_it_costs_few_queries_however_many_give(
    square: Square, client: FlaskClient, sign_in: SignIn, count_queries: Count
) -> None:
    opening = fill(square, 1, 500)[0]
    for browser, most in ((client, MOST_QUERIES), (sign_in(square.manager), MOST_QUERIES + 2)):
        with count_queries() as queries:
            assert browser.get(f"/partners/openings/{opening}").status_code == 200
        assert len(queries) <= most, queries
