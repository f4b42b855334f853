"""The ballot screen: what it shows, with JavaScript and without, and what nobody is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role
from audit.desk import looks
from budgeting.ballots import flush_commitments
from budgeting.models import BallotType, Round
from core.db import transaction
from tests.budgeting.conftest import OpenVote
from tests.budgeting.voting import Vote, Voter, make_vote
from tests.factories import Factory
from transparency.models import Leaf

A, K, P, R = BallotType.APPROVAL, BallotType.KNAPSACK, BallotType.POINTS, BallotType.RANKED
# What differs each time: tokens, and the number of a request that failed.
FRESH = re.compile(r'(value|content)="[^"]{60,}"|[0-9a-f]{16}')
FRAGMENT = {"X-Requested-With": "ballot"}


def cards(page: str) -> list[str]:
    """The codes on a page, in the order shown."""
    return re.findall(r'<article class="card pick[^"]*" id="card-(\w+)"', page)


@pytest.mark.parametrize(
    ("kind", "press", "words"),
    [
        (A, ("add", "1"), ["Choose at most 5 projects.", "4 of 5 choices left", "Remove Project"]),
        (K, ("add", "3"), ["Together at most ¥50,000.", "1 chosen, ¥30,000; ¥20,000 left"]),
        (K, ("add", "4"), ["Not enough money left: ¥10,000 short."]),
        (P, ("points 4", "1"), ["Share out up to 10 points.", "6 of 10 points left", "4 points"]),
        (R, ("add", "2"), ["Put at most 5 projects in order", "Your order", "Place 1"]),
    ],
)
def test_the_screen_says_what_was_chosen_and_what_is_left(
    open_vote: OpenVote, kind: BallotType, press: tuple[str, str], words: list[str]
) -> None:
    voter = open_vote(kind)
    voter.mark(*press)
    page = voter.page().text
    assert [word for word in words if word not in page] == []
    assert re.search(r"Saved 12:00 · receipt \w{4}-\w{4}-\w{4}", page)
    assert 'href="#card-' in page


def test_a_screen_without_choices_says_so(open_vote: OpenVote) -> None:
    page = open_vote().page().text
    assert "Nothing chosen yet" in page
    assert "Withdraw my ballot" not in page


def test_a_screen_has_the_voters_own_budgets_only(open_vote: OpenVote) -> None:
    page = open_vote().page().text
    assert sorted(cards(page)) == ["1", "2", "3", "4", "5"]
    assert "You vote on 2 budgets, each by itself." in page


def test_the_order_is_the_same_each_time_and_another_for_others(
    make: Factory, come: Callable[[Vote, int], Voter]
) -> None:
    people: list[int] = []
    vote = make_vote(make, A, lambda v: people.extend(make.person(v.east) for _ in range(6)))
    voters = [come(vote, person) for person in people]
    orders = [cards(voter.page().text) for voter in voters]
    assert orders == [cards(voter.page().text) for voter in voters]
    assert len({tuple(order) for order in orders}) > 1


def test_without_javascript_a_choice_comes_back_to_its_card(open_vote: OpenVote) -> None:
    voter = open_vote()
    answer = voter.mark("add", "2")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{voter.vote.path}#card-2")


def test_with_javascript_the_answer_is_the_stored_ballot_alone(open_vote: OpenVote) -> None:
    voter = open_vote(K)
    data = {"csrf_token": voter.token, "choice": "add", "item": "3"}
    answer = voter.client.post(voter.vote.path, data=data, headers=FRAGMENT)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'data-announce="Saved. 1 chosen, ¥30,000; ¥20,000 left;' in answer.text
    refused = voter.client.post(voter.vote.path, data=data | {"item": "4"}, headers=FRAGMENT)
    assert refused.status_code == 422
    assert 'data-announce="Not enough money left: ¥20,000 short."' in refused.text


def test_no_screen_of_a_ballot_is_kept_by_a_browser(open_vote: OpenVote) -> None:
    assert "no-store" in open_vote().page().headers["Cache-Control"]


def test_scripts_in_titles_are_shown_as_text(open_vote: OpenVote) -> None:
    voter = open_vote()
    with transaction() as session:
        made = session.get_one(Round, voter.vote.round_id)
        made.title = {"en": "<script>alert(1)</script>"}
    assert "<script>alert" not in voter.page().text


@pytest.mark.parametrize(("query", "ticked"), [("", 1), ("?empty=1", 0)])
def test_the_ballot_can_be_printed_with_and_without_choices(
    open_vote: OpenVote, query: str, ticked: int
) -> None:
    voter = open_vote()
    voter.mark("add", "2")
    page = voter.client.get(f"{voter.vote.path}/print{query}").text
    assert page.count("bi-check-square") == ticked
    assert page.count("No. 5 ·") == 1


@pytest.mark.parametrize("kind", list(BallotType))
def test_a_screen_costs_few_queries_however_many_projects(
    open_vote: OpenVote,
    make: Factory,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    kind: BallotType,
) -> None:
    voter = open_vote(kind)
    voter.mark("points 1" if kind == P else "add", "1")
    with count_queries() as queries:
        voter.page()
    assert len(queries) <= 6


def test_the_round_page_and_the_desk_lead_to_the_ballot(
    open_vote: OpenVote, app: Flask, session: Session, make: Factory, sign_in: Any
) -> None:
    voter = open_vote()
    assert "You can vote: Small works 2026" in voter.client.get("/desk").text
    voter.mark("add", "1")
    assert "You can vote" not in voter.client.get("/desk").text


def the_world(app: Flask, clients: list[FlaskClient], values: dict[str, int]) -> Iterator[str]:
    """Every page that a GET gives to any of ``clients``, without what differs each time.

    The log is not among them: it shows that commitments entered it, and is looked at by itself.
    """
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if rule.rule.startswith("/log/"):
            continue
        filled = {name: values.get(name, 1) for name in rule.arguments}
        _domain, url = rule.build(filled) or ("", rule.rule)
        for client in clients:
            with client.get(url) as answer:
                body = re.sub(FRESH, "", answer.get_data().decode(errors="replace"))
            yield f"{url} {answer.status_code} {body}"


@pytest.fixture
def unnoted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What auditors open is noted, and told by pages that would differ each time; not now."""
    kept = [one for one in app.after_request_funcs[None] if one is not looks._note]
    monkeypatch.setitem(app.after_request_funcs, None, kept)


@pytest.mark.usefixtures("unnoted")
def test_no_page_changes_while_others_vote(
    app: Flask,
    make: Factory,
    client: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    come: Callable[[Vote, int], Voter],
) -> None:
    people: list[int] = []
    vote = make_vote(make, K, lambda v: people.extend(make.person(v.east) for _ in range(12)))
    roles = (Role.OFFICER, Role.ADMIN, Role.AUDITOR, Role.COMMITTEE, Role.VERIFIER)
    watching = [client, *(sign_in(make.staff(role, vote.area)) for role in roles)]
    values = {"round_id": vote.round_id, "area_id": vote.area}
    before = list(the_world(app, watching, values))
    for voter in (come(vote, person) for person in people):
        voter.mark("add", "1")
    with transaction() as session:
        assert flush_commitments(session, vote.round_id, make.at) == 12
    assert list(the_world(app, watching, values)) == before


def test_the_log_tells_of_votes_nothing_but_commitments_of_ten_voters_at_once(
    app: Flask, make: Factory, session: Session, come: Callable[[Vote, int], Voter]
) -> None:
    """Twelve people, one of whom votes again and again; what entered says no more than hashes."""
    people: list[int] = []
    vote = make_vote(make, K, lambda v: people.extend(make.person(v.east) for _ in range(12)))
    before = set(session.scalars(select(Leaf.id)))
    first = come(vote, people[0])
    for verb in ("add", "remove") * 8:
        first.mark(verb, "1")
    with transaction() as writing:
        assert flush_commitments(writing, vote.round_id, make.at) == 0
    for voter in (come(vote, person) for person in people[1:]):
        voter.mark("add", "1")
    with transaction() as writing:
        flush_commitments(writing, vote.round_id, make.at)
    session.rollback()
    new = session.scalars(select(Leaf).where(Leaf.id.not_in(before))).all()
    assert {leaf.type for leaf in new} == {"ballot.cast"}
    assert {frozenset(json.loads(leaf.body)) for leaf in new} == {
        frozenset({"round", "commitment"})
    }
    assert len({leaf.occurred_at for leaf in new}) == 1


def test_no_command_tells_counts_while_others_vote(
    app: Flask, make: Factory, come: Callable[[Vote, int], Voter]
) -> None:
    people: list[int] = []
    vote = make_vote(make, K, lambda v: people.extend(make.person(v.east) for _ in range(3)))
    runner = app.test_cli_runner()
    commands = [["rounds", "list"], ["rounds", "export", str(vote.round_id)]]
    before = [runner.invoke(args=args).output for args in commands]
    for voter in (come(vote, person) for person in people):
        voter.mark("add", "1")
    assert [runner.invoke(args=args).output for args in commands] == before
