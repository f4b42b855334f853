"""A project's page with everything on it: read from idea to last invoice, with few questions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from budgeting.models import Outcome, Round, RoundState, SubBudget, Tally
from core.db import transaction
from projects.models import Photo, Review
from tests.factories import Factory
from tests.projects.works.yard import YUAN, Yard
from transparency.log import record

CountQueries = Callable[[], AbstractContextManager[list[str]]]
MOST_QUERIES = 13


@pytest.fixture
def whole(yard: Yard, make: Factory) -> Yard:
    """A finished project with reviews, photos, a contract, reports, disputes, changes, payments,
    a final account, ratings, and a life line of more than five hundred entries."""
    first, second = yard.begin()
    _before(yard, make)
    contract = yard.contract({first: 5000 * YUAN, second: 3000 * YUAN}, until=yard.at.date())
    yard.change("delay", {"due_on": (yard.at.date() + timedelta(days=40)).isoformat()}, second)
    for milestone in (first, second):
        report = yard.report(milestone)
        yard.answer(yard.say(report, holds=False))
        yard.say(report, yard.proposer, holds=True)
        yard.say(report, yard.stranger, holds=False)
        yard.accept(report)
    for _ in range(500):
        with transaction() as session:
            subjects = [("project", yard.project)]
            record(session, "project.translated", subjects, {"language": "en"}, yard.at)
    yard.pay(f"milestone:{first}", 4750 * YUAN)
    yard.pay(f"milestone:{second}", 2850 * YUAN)
    yard.at = yard.books.at = yard.at + timedelta(days=2)
    yard.change("retention", {"release": 400 * YUAN}, contract=contract)
    yard.pay(f"retention:{contract}", 400 * YUAN)
    yard.draw()
    yard.approve_account()
    yard.rate(yard.neighbour, 5)
    yard.rate(yard.proposer, 2)
    return yard


def _before(yard: Yard, make: Factory) -> None:
    """What happened before the work: a review, photos, and the vote's outcome."""
    for position in (1, 2):
        photo = Photo(
            project_id=yard.project, position=position, name=f"a{position}", width=4, height=3
        )
        make.add(photo)
    review = Review(
        project_id=yard.project,
        submission=1,
        organisation_id=yard.department,
        asked_by_id=yard.officer,
        asked_at=yard.at,
        due_on=yard.at.date(),
        feasible=True,
        reason="It can be built.",
        answered_at=yard.at,
        published_at=yard.at,
    )
    make.add(review)
    pot = SubBudget(round_id=yard.round, area_id=yard.books.areas[3], amount=1000)
    outcome = Outcome(
        round_id=yard.round,
        sub_budget_id=make.add(pot),
        project_id=yard.project,
        position=1,
        selected=True,
        votes=10,
        score=10,
        cost=1000,
        reason={"code": "no_support", "params": {}},
    )
    make.add(outcome)
    with transaction() as session:
        session.get_one(Round, yard.round).state = RoundState.DECIDED
        tally = Tally(round_id=yard.round, state="done", finished_at=yard.at, ballots=10)
        tally.leaf_id = record(session, "round.decided", [("round", yard.round)], {}, yard.at)
        session.add(tally)


def test_the_whole_page_asks_few_questions(
    whole: Yard, client: FlaskClient, count_queries: CountQueries
) -> None:
    with count_queries() as queries:
        shown = client.get(f"/projects/{whole.project}")
    assert shown.status_code == 200
    asked = [one for one in queries if one != "BEGIN"]
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def test_everything_is_on_one_page_from_idea_to_last_invoice(
    whole: Yard, client: FlaskClient
) -> None:
    shown = client.get(f"/projects/{whole.project}").text
    for words in (
        "What the departments say",
        "2 of 2 parts accepted",
        "What was promised, and what holds now?",
        "Later than promised: Part 2",
        "Who does the work?",
        "Final account",
        "The newest payments",
        "What do residents think of it?",
        "Accounted for",
    ):
        assert words in shown
    assert ">3.5<" in shown


def test_the_life_line_is_read_in_pages_back_to_its_beginning(
    whole: Yard, client: FlaskClient
) -> None:
    url, pages, begun = f"/projects/{whole.project}", 0, False
    seen: list[str] = []
    while url:
        shown = client.get(url).text
        life = shown.partition('id="life"')[2]
        numbers = [part.partition(" ")[0] for part in life.split("Number ")[1:]]
        seen += numbers
        begun = "Plan published: the work begins" in life
        older = life.partition('href="?before=')[2].partition("#")[0]
        url = f"/projects/{whole.project}?before={older}" if older else ""
        pages += 1
    assert begun
    assert pages >= 9
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, key=int, reverse=True)


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999", ""])
def test_a_page_of_the_life_line_that_makes_no_sense_is_the_first(
    yard: Yard, client: FlaskClient, before: str
) -> None:
    yard.begin()
    answer = client.get(f"/projects/{yard.project}?before={before}")
    assert answer.status_code == 200
    assert "Plan published" in answer.text
