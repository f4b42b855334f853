"""The result page told from the tally's report: how it came about, what else could have been."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select, update

from budgeting.closing import close_due
from budgeting.models import Phase, PhaseKind, Round, Tally
from budgeting.result_words import amount, money_text, percent, supported
from core.db import transaction
from projects.models import Project
from tests.budgeting.polls import AFTER, Poll, decide, open_poll, town_poll
from tests.budgeting.reports import rule_report, share_out, step, tell
from tests.factories import Factory

Clock = Callable[..., None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def shared_out(decided: Poll) -> Poll:
    """The same as equal shares would have left it."""
    share_out(decided)
    return decided


def page(client: FlaskClient, poll: Poll, suffix: str = "") -> str:
    """The words of a page of the result, without its markup."""
    answer = client.get(f"/rounds/{poll.round_id}/result{suffix}")
    assert answer.status_code == 200
    words = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(words.replace("&#34;", '"').split())


def test_a_round_without_a_report_says_how_most_votes_went(
    decided: Poll, client: FlaskClient
) -> None:
    with transaction() as edge:
        edge.execute(update(Tally).values(report=None))
    shown = page(client, decided)
    assert "Projects were taken in the order of their votes, the most first." in shown
    assert "One that no longer fitted was skipped" in shown
    assert "What would another rule have chosen?" not in shown
    steps = page(client, decided, "/steps")
    assert "The projects in the order of counting" in steps
    assert steps.index("Park") < steps.index("Lamp") < steps.index("Bench")
    assert "only ¥30,000 was left at its turn, ¥10,000 too little" in steps


def test_the_page_says_how_equal_shares_went(shared_out: Poll, client: FlaskClient) -> None:
    shown = page(client, shared_out)
    assert "equal share of the money: ¥2,500, raised to ¥3,125.01 because" in shown
    assert "Those whose cost was spread over the most supporters came first." in shown
    assert "What was left of the budget in the end was filled up in the order of votes." in shown


def test_a_loser_shows_how_near_it_came(shared_out: Poll, client: FlaskClient) -> None:
    shown = page(client, shared_out)
    assert "Its supporters could pay 62% of it" in shown
    assert "could pay 100%" not in shown  # a winner is not asked how near it came


def test_both_rules_stand_side_by_side(shared_out: Poll, client: FlaskClient) -> None:
    shown = page(client, shared_out)
    assert "Only by “Equal shares” Bench" in shown
    assert "Only by “Most votes first” Lamp" in shown
    assert "Projects chosen 2 2 Money used ¥90,000 ¥110,000" in shown
    assert "Voters with none of theirs chosen 50% 0%" in shown
    assert "on average 44% 61%" in shown
    assert "Up to three quarters 0% less than 1%" in shown
    assert "28% of voters got more money for their choices by “Equal shares”, 50% would" in shown


def test_places_are_compared_too(shared_out: Poll, client: FlaskClient) -> None:
    """By the other rule nothing is known of the budget that has no report."""
    shown = page(client, shared_out)
    assert "Town ¥90,000 ¥110,000 East ¥20,000" in shown


def test_a_reader_finds_the_one_project(shared_out: Poll, client: FlaskClient) -> None:
    for wanted in ("laMp", shared_out.codes["Lamp"], f" {shared_out.codes['Lamp']} "):
        shown = page(client, shared_out, f"?q={wanted}")
        found = shown[shown.index("Show all projects") : shown.index("What would another")]
        assert "Lamp" in found
        assert "its supporters still had ¥24,800" in found
        assert "Park ¥" not in found
        assert "Tree" not in found
    assert "No project on the ballot is called that." in page(client, shared_out, "?q=zzz")


def test_every_row_can_be_linked_to(shared_out: Poll, client: FlaskClient) -> None:
    text = client.get(f"/rounds/{shared_out.round_id}/result").get_data(as_text=True)
    steps = client.get(f"/rounds/{shared_out.round_id}/result/steps").get_data(as_text=True)
    targets = set(re.findall(r'id="(project-\d+)"', text))
    assert len(targets) == 4
    assert set(re.findall(r'/result#(project-\d+)"', steps)) == targets - {
        f"project-{project_id(shared_out, 'Lamp')}"
    }


def project_id(poll: Poll, title: str) -> int:
    with transaction() as edge:
        found = edge.scalar(select(Project.id).where(Project.code == poll.codes[title]))
    assert found is not None
    return found


def test_the_page_of_a_loser_says_how_near_it_came(shared_out: Poll, client: FlaskClient) -> None:
    text = client.get(f"/projects/{project_id(shared_out, 'Lamp')}").get_data(as_text=True)
    assert '<progress value="62" max="100" aria-label="Its supporters could pay 62% of it">' in text
    assert "“Park” and “Bench”" in text
    winner = client.get(f"/projects/{project_id(shared_out, 'Park')}").get_data(as_text=True)
    assert "<progress" not in winner


def test_the_steps_are_told_one_by_one(shared_out: Poll, client: FlaskClient) -> None:
    shown = page(client, shared_out, "/steps")
    assert (
        "Bench ¥20,000 11 supporters paid ¥1,818.18 each. ¥80,000 of the budget is left." in shown
    )
    assert (
        "Park ¥70,000 26 supporters paid ¥2,500 each. 3 more had less than that and gave all of "
        "it, together ¥5,000. ¥10,000 of the budget is left." in shown
    )
    assert "After that none of the others could be chosen any more." in shown


def test_what_was_filled_up_and_what_others_pay_for_stand_apart(
    shared_out: Poll, client: FlaskClient
) -> None:
    lamp, bench = shared_out.codes["Lamp"], shared_out.codes["Bench"]
    own = rule_report([bench], [], start=250000, endowment=250000, cost=4_000_000)
    filled = ("filled", {"left": 10_000_000, "remaining": 6_000_000})
    tell(shared_out, {lamp: filled, bench: ("funded", {})}, [{"rule": own}])
    shown = page(client, shared_out, "/steps")
    assert "so not from this budget Bench" in shown
    assert "Then filled up in the order of votes Lamp" in shown
    assert "Chosen: ¥110,000 of ¥100,000" in page(client, shared_out)  # Park is still there


def test_winners_by_most_votes_that_stand_are_told_as_such(
    shared_out: Poll, client: FlaskClient
) -> None:
    park = shared_out.codes["Park"]
    own = rule_report([park], [step(park, "1", 1)], start=250000, endowment=250000, cost=1)
    own |= {"standing": "greedy", "preference": {"rule": 3, "greedy": 20}}
    left = {"left": 10_000_000, "remaining": 3_000_000}
    other = {"rule": "greedy", "cost": 7_000_000, "selected": [park]}
    part = {"rule": own, "other": other, "summary": None, "prefer": None}
    tell(shared_out, {park: ("selected", left)}, [part])
    shown = page(client, shared_out)
    assert "a larger part of the voters liked those better, so those stand" in shown
    assert "What would another rule have chosen?" not in shown
    assert "The projects in the order of counting" in page(client, shared_out, "/steps")


def test_few_voters_are_told_nothing_of(shared_out: Poll, client: FlaskClient) -> None:
    park = shared_out.codes["Park"]
    own = rule_report([park], [step(park, "1", 1)], start=250000, endowment=250000, cost=1)
    other = {"rule": "greedy", "cost": 7_000_000, "selected": [park]}
    tell(shared_out, {}, [{"rule": own, "other": other, "summary": None, "prefer": None}])
    shown = page(client, shared_out)
    assert "Fewer than ten people voted here" in shown
    assert "Voters with none of theirs chosen" not in shown


@pytest.mark.parametrize("rule", ["greedy", "phragmen"])
def test_every_rule_has_its_story(decided: Poll, client: FlaskClient, rule: str) -> None:
    park = decided.codes["Park"]
    carried = ("carried", {"round": 1, "load": "241379.310345", "supporters": 29})
    own = rule_report([park], [step(park, "241379.310345", 29)], cost=7_000_000)
    tell(decided, {park: carried}, [{"rule": own | {"rule": rule, "standing": rule}}])
    with transaction() as edge:
        edge.execute(
            update(Round).values(
                rule={"misfit": "stop", "min_votes": 0, "ties": "id"} | {"rule": rule}
            )
        )
    told = page(client, decided, "/steps")
    if rule == "phragmen":
        assert "carry its cost together" in told
        assert "Each of its 29 supporters then carries ¥2,413.79 in all." in told
    else:
        assert "At the first that no longer fitted, the list ended." in told


def test_the_page_is_there_in_chinese(shared_out: Poll, app: Flask) -> None:
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    assert "¥24,800" in page(browser, shared_out)
    assert "¥1,818.18" in page(browser, shared_out, "/steps")


def test_pages_need_few_queries_however_many_projects(
    make: Factory, clock: Clock, sign_in: Callable[..., FlaskClient], count_queries: CountQueries
) -> None:
    town = make.area("Town")
    costs = {f"Project {number}": 1_000_00 for number in range(60)}
    poll = open_poll(make, costs, {town: 30})
    poll.vote_all({person: set(list(poll.codes.values())[:5]) for person in poll.people[town]})
    decide(poll, clock)
    reader = sign_in(make.person())
    for suffix, most in (("", 8), ("?q=Project 7", 8), ("/steps", 6)):
        with count_queries() as queries:
            page(reader, poll, suffix)
        assert len(queries) <= most


def test_steps_are_not_told_before_the_result(make: Factory, client: FlaskClient) -> None:
    poll = town_poll(make)
    assert client.get(f"/rounds/{poll.round_id}/result/steps").status_code == 409
    assert client.get("/rounds/77/result/steps").status_code == 404


def test_counted_steps_wait_for_the_phase_of_the_result(
    make: Factory, client: FlaskClient, clock: Clock
) -> None:
    poll = town_poll(make)
    begins = AFTER + timedelta(days=1)
    with transaction() as edge:
        edge.execute(update(Phase).where(Phase.kind == PhaseKind.RESULTS).values(starts_at=begins))
    decide(poll, clock)
    close_due(AFTER)
    assert client.get(f"/rounds/{poll.round_id}/result/steps").status_code == 409


@pytest.mark.parametrize(
    ("thousandths", "words"),
    [(0, "0%"), (1, "less than 1%"), (9, "less than 1%"), (10, "1%"), (455, "46%"), (1000, "100%")],
)
def test_percents_never_hide_anybody(app: Flask, thousandths: int, words: str) -> None:
    with force_locale("en"):
        assert percent(thousandths) == words


def test_amounts_are_rounded_to_what_can_be_paid(app: Flask) -> None:
    assert money_text(amount("181818.181818"), "CNY") == "¥1,818.18"
    assert money_text(amount("250000"), "CNY") == "¥2,500"
    with force_locale("en"):
        assert money_text(amount("0.4"), "CNY") == "less than ¥0.01"
    assert money_text(0, "CNY") == "¥0"


def test_support_is_known_only_where_voters_had_money() -> None:
    assert supported({"code": "no_support", "params": {}}, 100) == 0
    assert supported({"code": "unaffordable", "params": {"held": "62.99"}}, 100) == 62
    assert supported({"code": "misfit", "params": {"left": 1, "short": 2}}, 100) is None
    assert supported({"code": "bought", "params": {"held": 0}}, 0) is None
