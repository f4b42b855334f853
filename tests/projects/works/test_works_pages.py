"""The pages of delivery, as each kind of person sees and uses them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from projects.states import ChangeState, MilestoneState, State
from tests.projects.works.yard import TEXT, WHY, YUAN, Yard

SignIn = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


def plan_data(yard: Yard, rows: int = 2, **values: Any) -> dict[str, Any]:
    """What an officer types into the form of a plan."""
    start = yard.at.date()
    data: dict[str, Any] = {
        "action": "save",
        "owner": f"{yard.department}:{yard.reviewer}",
        "summary": "We build it together.",
        "starts_on": start.isoformat(),
        "ends_on": (start + timedelta(days=60)).isoformat(),
    }
    for number in range(rows):
        data |= {
            f"milestones-{number}-title": f"Part {number}",
            f"milestones-{number}-about": "",
            f"milestones-{number}-due_on": (start + timedelta(days=10)).isoformat(),
            f"milestones-{number}-budget": "2,000",
        }
    return data | values


def test_a_plan_is_written_by_one_officer_and_published_by_another(
    yard: Yard, sign_in: SignIn, client: FlaskClient
) -> None:
    officer, other = sign_in(yard.officer), sign_in(yard.second_officer)
    url = f"/projects/{yard.project}/plan"
    assert "Parts of the work" in officer.get(url).text
    answer = officer.post(url, data=plan_data(yard))
    assert answer.location == f"{url}/publish"
    assert "Somebody else has to publish" in officer.get(f"{url}/publish").text
    assert "We build it together" not in client.get(f"/projects/{yard.project}").text
    seen = other.get(f"{url}/publish").text.partition('name="seen" value="')[2][:64]
    assert officer.post(f"{url}/publish", data={"seen": seen}).status_code == 403
    assert other.post(f"{url}/publish", data={"seen": seen}).status_code == 303
    assert other.post(f"{url}/publish", data={"seen": seen}).status_code == 303
    shown = client.get(f"/projects/{yard.project}").text
    assert "We build it together" in shown
    assert "0 of 2 parts accepted" in shown
    assert yard.row().state == State.DELIVERING


@pytest.mark.parametrize(
    ("action", "titles"),
    [
        ("add", ["Part 0", "Part 1", ""]),
        ("remove-0", ["Part 1"]),
        ("up-1", ["Part 1", "Part 0"]),
        ("down-0", ["Part 1", "Part 0"]),
        ("up-0", ["Part 0", "Part 1"]),
        ("remove-99", ["Part 0", "Part 1"]),
    ],
)
def test_buttons_arrange_the_parts_of_a_plan_without_keeping_it(
    yard: Yard, sign_in: SignIn, action: str, titles: list[str]
) -> None:
    officer = sign_in(yard.officer)
    data = plan_data(yard, action=action)
    answer = officer.post(f"/projects/{yard.project}/plan", data=data)
    assert answer.status_code == 200
    found = [
        answer.text.partition(f'name="milestones-{number}-title"')[2].partition(">")[0]
        for number in range(len(titles))
    ]
    assert [one.partition('value="')[2].partition('"')[0] for one in found] == titles
    assert f"milestones-{len(titles)}-title" not in answer.text
    assert "Not saved yet" not in answer.text


def test_a_plan_that_costs_too_much_is_shown_again_with_what_was_typed(
    yard: Yard, sign_in: SignIn
) -> None:
    data = plan_data(yard) | {"milestones-1-budget": "9000", "summary": "Typed with care"}
    answer = sign_in(yard.officer).post(f"/projects/{yard.project}/plan", data=data)
    assert answer.status_code == 422
    assert "more than the ¥10,000" in answer.text
    assert "Typed with care" in answer.text


def test_work_goes_from_report_to_acceptance_on_its_pages(
    yard: Yard, sign_in: SignIn, client: FlaskClient
) -> None:
    first, _second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    worker, neighbour = sign_in(yard.worker), sign_in(yard.neighbour)
    url = f"/milestones/{first}"
    assert 'capture="environment"' in worker.get(f"{url}/report").text
    data = {"key": "k" * 20, "text": TEXT}
    assert worker.post(f"{url}/report", data=data).location == url
    assert worker.post(f"{url}/report", data=data).location == url
    assert client.get(url).text.count(TEXT) == 1
    report = int(neighbour.get(url).text.partition("/reports/")[2].partition("/")[0])
    said = {"holds": "no", "text": WHY}
    assert neighbour.post(f"/reports/{report}/confirm", data=said).status_code == 303
    officer = sign_in(yard.officer)
    accept = f"/reports/{report}/accept"
    refused = officer.post(accept, data={"accepted": "yes", "reason": ""})
    assert refused.status_code == 422
    assert "has to be answered first" in refused.text
    confirmation = officer.get(url).text.partition("/confirmations/")[2].partition("/")[0]
    answer = officer.post(f"/confirmations/{confirmation}/answer", data={"answer": WHY})
    assert answer.status_code == 303
    for person in (yard.officer, yard.committee):
        browser = sign_in(person)
        assert browser.get(accept).status_code == 200
        assert browser.post(accept, data={"accepted": "yes", "reason": ""}).status_code == 303
        assert browser.post(accept, data={"accepted": "yes", "reason": ""}).status_code == 303
    assert yard.milestone(first).state == MilestoneState.ACCEPTED
    assert "accepted it on" in client.get(url).text


def test_a_change_is_asked_for_and_decided_on_its_pages(
    yard: Yard, sign_in: SignIn, client: FlaskClient
) -> None:
    first, _second = yard.begin()
    day = (yard.at.date() + timedelta(days=40)).isoformat()
    officer, other = sign_in(yard.officer), sign_in(yard.second_officer)
    for kind in ("delay", "scope", "cost", "cancel"):
        assert officer.get(f"/milestones/{first}/change?kind={kind}").status_code == 200
    answer = officer.post(
        f"/milestones/{first}/change?kind=delay", data={"due_on": day, "reason": WHY}
    )
    assert answer.status_code == 303
    assert WHY in client.get(answer.location).text
    assert officer.post(answer.location, data={"approved": "yes"}).status_code == 403
    decided = other.post(answer.location, data={"approved": "yes", "answer": WHY})
    assert decided.status_code == 303
    assert yard.milestone(first).due_on.isoformat() == day
    assert "Promised by" in client.get(f"/projects/{yard.project}").text


def test_the_whole_is_accounted_for_and_rated_on_its_pages(
    yard: Yard, sign_in: SignIn, client: FlaskClient
) -> None:
    for milestone in yard.begin():
        yard.finish(milestone, by=yard.reviewer)
    officer, other, neighbour = (
        sign_in(one) for one in (yard.officer, yard.second_officer, yard.neighbour)
    )
    url = f"/projects/{yard.project}"
    assert "Given back" in officer.get(f"{url}/account").text
    assert officer.post(f"{url}/account", data={"text": "Well done"}).status_code == 303
    assert other.post(f"{url}/account/approve").location == url
    assert yard.row().state == State.CLOSED
    data = {"rating": "5", "as_promised": "yes", "comment": "Lovely benches"}
    assert neighbour.get(f"{url}/evaluation").status_code == 200
    assert neighbour.post(f"{url}/evaluation", data=data).status_code == 303
    shown = client.get(url).text
    assert "Lovely benches" in shown
    assert "out of 5, from 1 resident" in shown
    comment = officer.get(url).text.partition("/evaluations/")[2].partition("/")[0]
    assert officer.get(f"/evaluations/{comment}/hide").status_code == 200
    hidden = officer.post(f"/evaluations/{comment}/hide", data={"reason": WHY})
    assert hidden.status_code == 303
    shown = client.get(url).text
    assert "Lovely benches" not in shown
    assert WHY in shown
    assert sign_in(yard.stranger).get(f"{url}/evaluation").status_code == 403


def test_a_change_can_be_taken_back_by_whoever_asked(yard: Yard, sign_in: SignIn) -> None:
    first, _second = yard.begin()
    change = yard.ask("cost", {"budget": 3000 * YUAN}, first)
    url = f"/changes/{change}/withdraw"
    assert sign_in(yard.second_officer).post(url).status_code == 403
    assert sign_in(yard.officer).post(url).status_code == 303
    assert f"{ChangeState.WITHDRAWN}" not in sign_in(yard.officer).get("/").text


def test_the_list_says_what_is_late_and_what_comes_next(
    yard: Yard, client: FlaskClient, clock: Callable[[Any], None], count_queries: CountQueries
) -> None:
    first, _second = yard.begin()
    assert "Next: Part 1" in client.get("/delivery?show=on_time").text
    assert "No project fits" in client.get("/delivery?show=late").text
    clock(yard.at + timedelta(days=12))
    yard.at += timedelta(days=12)
    yard.report(first, by=yard.reviewer)
    with count_queries() as queries:
        shown = client.get("/delivery?show=late").text
    assert "a report can be looked at" in shown
    assert len(queries) <= 12
    assert "Part 1" in client.get("/").text
    for bad in ("show=x", "area=x", "page=0", "page=99999999999999999999", "area=999"):
        assert client.get(f"/delivery?{bad}").status_code == 200


def test_the_page_of_a_milestone_asks_few_questions(
    yard: Yard, client: FlaskClient, count_queries: CountQueries
) -> None:
    first, _second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    for _ in range(3):
        yard.say(yard.report(first), holds=False)
    with count_queries() as queries:
        assert client.get(f"/milestones/{first}").status_code == 200
    assert len(queries) <= 12
