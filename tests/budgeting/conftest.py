"""Fixtures of rounds and votes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import pytest
from flask.testing import FlaskClient

from accounts.models import Role
from budgeting.models import BallotType
from budgeting.simulations import job
from budgeting.tally import rules
from tests.budgeting.files import imported
from tests.budgeting.office import Office
from tests.budgeting.polls import Poll, decide, town_poll
from tests.budgeting.trials import LARGE, Counting
from tests.budgeting.voting import Vote, Voter, csrf_token, make_vote
from tests.factories import Factory


class OpenVote(Protocol):
    """Gives the voter of an open vote of a kind of ballot: a verified resident of East."""

    def __call__(self, kind: BallotType = ..., **rules: Any) -> Voter: ...


@pytest.fixture
def come(sign_in: Callable[..., FlaskClient]) -> Callable[[Vote, int], Voter]:
    """``come(vote, person)`` gives somebody a browser in front of a vote."""

    def arrive(vote: Vote, person: int) -> Voter:
        client = sign_in(person, strong=False)
        return Voter(client, vote, person, csrf_token(client))

    return arrive


@pytest.fixture
def open_vote(make: Factory, come: Callable[[Vote, int], Voter]) -> OpenVote:
    """Opens a vote with one voter, who lives in East."""

    def start(kind: BallotType = BallotType.APPROVAL, **rules: Any) -> Voter:
        people: list[int] = []
        vote = make_vote(make, kind, lambda v: people.append(make.person(v.east)), **rules)
        return come(vote, people[0])

    return start


@pytest.fixture
def poll(make: Factory) -> Poll:
    """A vote under way in a town and one of its communities."""
    return town_poll(make)


@pytest.fixture
def decided(poll: Poll, clock: Callable[[datetime], None]) -> Poll:
    """The same, closed and counted by the worker."""
    return decide(poll, clock)


@pytest.fixture
def office(make: Factory, sign_in: Callable[..., FlaskClient]) -> Office:
    """The office of Xinghe, with an officer who has shown both factors."""
    area = make.area("Xinghe")
    east, west = make.area("East", area), make.area("West", area)
    officer = make.staff(Role.OFFICER, area)
    return Office(area, east, west, officer, sign_in(officer))


@pytest.fixture
def office_at(
    office: Office, clock: Callable[[datetime], None], sign_in: Callable[..., FlaskClient]
) -> Callable[[datetime], Office]:
    """``office_at(time)`` moves the clock; by then the officer has signed in again."""

    def come_back(at: datetime) -> Office:
        clock(at)
        return replace(office, client=sign_in(office.officer))

    return come_back


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Equal shares and Phragmén's rule in simulations, watched; percents are told at once."""
    monkeypatch.setattr(job, "SECONDS_BETWEEN_NOTES", 0)
    made = Counting()
    for name in ("equal-shares", "phragmen"):
        monkeypatch.setitem(rules.RULES, name, made)
    return made


@pytest.fixture
def past_round(office: Office) -> int:
    """A decided round of the office's area."""
    return imported(LARGE, area_id=office.area)
