"""What everybody can read of a result: never early, in words, and checkable."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from budgeting.closing import close_due
from budgeting.models import (
    Phase,
    PhaseKind,
    TallyState,
)
from budgeting.tallying import tally
from core import outbox
from core.db import transaction
from projects.models import Project
from projects.states import State
from tests.budgeting.polls import AFTER, Poll, open_poll, states, tally_of
from tests.factories import Factory
from transparency.models import LeafSubject

Clock = Callable[..., None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
RESULT = "/rounds/{}/result"


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    """The words of a page, without its markup."""
    answer = client.get(url)
    assert answer.status_code == status
    words = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(words.split())


def test_nothing_of_a_result_shows_before_its_phase(
    poll: Poll, client: FlaskClient, session: Session, clock: Clock
) -> None:
    """Counted at once, but to be read two days after the vote."""
    begins = AFTER + timedelta(days=1)
    with transaction() as edge:
        edge.execute(update(Phase).where(Phase.kind == PhaseKind.RESULTS).values(starts_at=begins))
    clock(AFTER)
    close_due(AFTER)
    outbox.deliver(AFTER)
    assert tally_of(session, poll).state == TallyState.DONE
    assert set(states(session, poll).values()) == {State.ON_BALLOT}
    url = RESULT.format(poll.round_id)
    assert "The result will be published here on" in page(client, url)
    assert "chosen" not in page(client, f"/rounds/{poll.round_id}").lower()
    for file in ("ballots.jsonl", "ballots-1.pb"):
        assert client.get(f"{url}/{file}").status_code == 409
    clock(begins)
    outbox.deliver(begins)
    assert states(session, poll)["Park"] == State.SELECTED
    assert "3 projects were chosen" in page(client, url)


@pytest.mark.parametrize("suffix", ["/ballots.jsonl", "/ballots-1.pb"])
def test_no_ballot_is_published_while_people_vote(
    poll: Poll, client: FlaskClient, suffix: str
) -> None:
    answer = client.get(RESULT.format(poll.round_id) + suffix)
    assert answer.status_code == 409
    shown = page(client, RESULT.format(poll.round_id))
    assert "There is no result yet" in shown
    assert "Until then nobody sees any count" in shown


def test_the_waiting_page_reloads_itself_when_there_is_a_result(
    poll: Poll, client: FlaskClient, clock: Clock
) -> None:
    clock(AFTER)
    close_due(AFTER)
    url = f"{RESULT.format(poll.round_id)}/progress"
    waiting = client.get(url)
    assert "The ballots are being counted" in waiting.get_data(as_text=True)
    assert "hx-get" in waiting.get_data(as_text=True)
    assert "HX-Refresh" not in waiting.headers
    tally(poll.round_id, AFTER)
    assert client.get(url).headers["HX-Refresh"] == "true"


def test_the_page_says_what_was_decided_and_why(decided: Poll, client: FlaskClient) -> None:
    shown = page(client, RESULT.format(decided.round_id))
    assert "3 projects were chosen, and everybody who voted has at least one of theirs" in shown
    assert "40 ballots, ¥110,000 of ¥130,000 used" in shown
    assert "Chosen: ¥100,000 was left at its turn, ¥30,000 after it." in shown
    assert "Not chosen: only ¥30,000 was left at its turn, ¥10,000 too little." in shown
    assert "With 9 votes fewer than “Park”, it came too late to fit." in shown
    assert "40 of 80 people who could vote did." in shown
    assert "East 40 20 50% West 40 20 50%" in shown


def test_the_page_is_there_in_chinese(decided: Poll, app: Flask) -> None:
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    assert "轮到它时只剩 ¥30,000，还差 ¥10,000" in page(browser, RESULT.format(decided.round_id))


def test_places_with_few_voters_are_not_told_apart(
    make: Factory, client: FlaskClient, clock: Clock
) -> None:
    town = make.area("Town")
    places = [make.area(name, town) for name in ("East", "West", "Isle")]
    poll = open_poll(
        make, {"Park": 70_000_00}, dict(zip([town, *places], [0, 40, 40, 9], strict=True))
    )
    park = poll.codes["Park"]
    voters = poll.people[places[0]][:20] + poll.people[places[1]][:20] + poll.people[places[2]][:3]
    poll.vote_all({person: {park} for person in voters})
    clock(AFTER)
    close_due(AFTER)
    tally(poll.round_id, AFTER)
    shown = page(client, RESULT.format(poll.round_id))
    assert "Isle" not in shown
    assert "Small areas together 49 23 46%" in shown


def test_the_result_stands_on_the_pages_of_round_project_and_home(
    decided: Poll, client: FlaskClient, session: Session
) -> None:
    assert "3 projects were chosen" in page(client, f"/rounds/{decided.round_id}")
    assert "3 projects were chosen" in page(client, "/")
    lamp = session.scalar(select(Project.id).where(Project.code == decided.codes["Lamp"]))
    shown = page(client, f"/projects/{lamp}")
    assert "20 supporters" in shown
    assert "With 9 votes fewer than “Park”, it came too late to fit." in shown


def test_opened_ballots_can_be_checked_against_the_record(
    decided: Poll, client: FlaskClient, session: Session
) -> None:
    answer = client.get(f"{RESULT.format(decided.round_id)}/ballots.jsonl")
    lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert len(lines) == 40
    recorded = session.scalars(select(LeafSubject.ref).where(LeafSubject.kind == "ballot")).all()
    order = ("round", "tag", "version", "choices", "nonce")
    for line in lines:
        said = "|".join(str(line[name]) for name in order)
        assert hashlib.sha256(said.encode()).hexdigest() == line["commitment"]
    assert [line["commitment"] for line in lines] == sorted(recorded)


def test_the_page_needs_few_queries_however_many_voted(
    decided: Poll,
    make: Factory,
    sign_in: Callable[..., FlaskClient],
    count_queries: CountQueries,
) -> None:
    reader = sign_in(make.person())
    with count_queries() as queries:
        page(reader, RESULT.format(decided.round_id))
    assert len(queries) <= 8


@pytest.mark.parametrize("round_id", [0, 77, 10**30])
def test_there_is_no_result_of_what_is_no_round(client: FlaskClient, round_id: int) -> None:
    for suffix in ("", "/progress", "/ballots.jsonl", "/ballots-1.pb"):
        assert client.get(RESULT.format(round_id) + suffix).status_code == 404


def test_a_draft_has_no_result_page(make: Factory, client: FlaskClient) -> None:
    draft = make.round(make.area(), state="draft")
    assert client.get(RESULT.format(draft)).status_code == 404
