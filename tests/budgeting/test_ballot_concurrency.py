"""Many people, several browsers each, all at once: nothing is lost and nothing counts twice."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.sessions import open_session
from budgeting.ballots import Version, flush_commitments
from budgeting.electors import enrol
from budgeting.models import Ballot, BallotCommitment, BallotType, Elector
from core.clock import now
from core.db import transaction
from tests.budgeting.voting import Vote, Voter, csrf_token, make_vote
from tests.conftest import browser
from tests.factories import Factory
from transparency.models import Leaf

PEOPLE = 200
WRITERS = 4
SESSIONS = 2
CODES = ("1", "2", "3", "4", "5")


def settle(vote: Vote) -> None:
    """Two hundred verified residents of East."""
    with transaction() as session:
        session.add_all(
            Person(
                phone=f"+8613700{n:06d}",
                area_id=vote.east,
                birth_year=1960,
                verified_at=now(),
                created_at=now(),
            )
            for n in range(PEOPLE)
        )


def arrive(app: Flask, vote: Vote, people: list[int]) -> list[list[Voter]]:
    """Each person's browsers, all signed in."""
    with transaction() as session:
        tokens = [
            [open_session(session, p, strong=False, device="t", now=now()) for _ in range(SESSIONS)]
            for p in people
        ]
    return [
        [enter(app, vote, person, token) for token in mine]
        for person, mine in zip(people, tokens, strict=True)
    ]


def enter(app: Flask, vote: Vote, person: int, token: str) -> Voter:
    client = browser(app)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return Voter(client, vote, person, csrf_token(client))


def test_two_hundred_people_voting_from_several_browsers_at_once(
    app: Flask, make: Factory, session: Session
) -> None:
    vote = make_vote(make, BallotType.APPROVAL, settle)
    people = list(session.scalars(select(Person.id).order_by(Person.id)))
    session.rollback()
    wanted = {p: set(random.Random(p).sample(CODES, 3)) for p in people}
    waves = plan(arrive(app, vote, people), wanted)
    assert all(status == 303 for status in press(waves))

    newest, versions = read(session)
    tags = {voters[0].tag: voters[0].person for voters in arrive(app, vote, people)}
    assert {tags[tag] for tag in newest} == set(people)
    assert {tags[tag]: set(chosen) for tag, chosen in newest.items()} == wanted
    assert all(found == list(range(1, 4)) for found in versions.values())
    everything_is_committed(app, session, vote)


def plan(browsers: list[list[Voter]], wanted: dict[int, set[str]]) -> list[list[tuple[Voter, str]]]:
    """What each writer presses: every choice of every person comes from every browser of
    theirs, and what one writer does first, another does last."""
    presses = [
        (voter, code)
        for mine in browsers
        for code in sorted(wanted[mine[0].person])
        for voter in mine
    ]
    shares = [presses[start::WRITERS] for start in range(WRITERS)]
    return [share if n % 2 else share[::-1] for n, share in enumerate(shares)]


def press(waves: list[list[tuple[Voter, str]]]) -> list[int]:
    """Let all writers loose at the same moment; the status of every answer."""
    start = Barrier(WRITERS)

    def write(share: list[tuple[Voter, str]]) -> list[int]:
        start.wait()
        return [voter.mark("add", code).status_code for voter, code in share]

    with ThreadPoolExecutor(WRITERS) as pool:
        return [status for statuses in pool.map(write, waves) for status in statuses]


def read(session: Session) -> tuple[dict[str, list[str]], dict[str, list[int]]]:
    """The newest choices, and all version numbers, by voter tag."""
    session.rollback()
    newest: dict[str, list[str]] = {}
    versions: dict[str, list[int]] = defaultdict(list)
    rows = select(Ballot.voter_tag, Ballot.version, Ballot.choices).order_by(Ballot.version)
    for tag, version, choices in session.execute(rows):
        newest[tag] = json.loads(choices)
        versions[tag].append(version)
    return newest, versions


def everything_is_committed(app: Flask, session: Session, vote: Vote) -> None:
    rows = session.scalars(select(Ballot)).all()
    commitments = sorted(
        Version(b.round_id, b.voter_tag, b.version, b.choices, b.nonce).commitment for b in rows
    )
    assert sorted(session.scalars(select(BallotCommitment.commitment))) == commitments
    with ThreadPoolExecutor(WRITERS) as pool:
        moved = list(pool.map(lambda _n: flush(app, vote), range(WRITERS)))
    assert sum(moved) == len(commitments)
    leaves = select(Leaf.body).where(Leaf.type == "ballot.cast").order_by(Leaf.id)
    session.rollback()
    recorded = [json.loads(body)["commitment"] for body in session.scalars(leaves)]
    assert sorted(recorded) == commitments


def flush(app: Flask, vote: Vote) -> int:
    with app.app_context(), transaction() as session:
        return flush_commitments(session, vote.round_id, now(), all=True)


def test_entering_electors_at_once_enters_each_once(
    app: Flask, make: Factory, session: Session
) -> None:
    vote = make_vote(make, BallotType.APPROVAL, lambda vote: None)
    settle(vote)

    def enter_all(_n: int) -> int:
        with app.app_context(), transaction() as writing:
            return enrol(writing, vote.round_id, now())

    with ThreadPoolExecutor(WRITERS) as pool:
        entered = list(pool.map(enter_all, range(WRITERS)))
    assert sorted(entered) == [0] * (WRITERS - 1) + [PEOPLE]
    session.rollback()
    assert len(session.scalars(select(Elector.person_hmac)).all()) == PEOPLE
